import { useState } from "preact/hooks";
import { ask, Refused, wordsOf } from "../ask.ts";
import { useMay } from "../hat.ts";
import { useText } from "../i18n/index.ts";
import { note } from "../live.ts";

const shortest = 12;

/** All that is remembered as one encrypted file, among the downloads. */
export function Export() {
  const t = useText();
  const may = useMay("export");
  const [passphrase, setPassphrase] = useState("");
  const [wrong, setWrong] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (passphrase.length < shortest) {
      setWrong(t.transfer.tooShort);
      document.getElementById("export-passphrase")?.focus();
      return;
    }
    try {
      save(await ask("POST /memory/export", { body: { passphrase } }), "brim-memory.brim");
      setPassphrase("");
      note(t.transfer.exported);
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <section aria-labelledby="export-title">
      <h2 id="export-title">{t.transfer.export}</h2>
      <p>{may ? t.transfer.exportHelp : t.people.helper}</p>
      {may && (
        <form onSubmit={submit} noValidate>
          <Passphrase
            id="export-passphrase"
            label={t.transfer.passphrase}
            value={passphrase}
            wrong={wrong}
            kept="new-password"
            onInput={(value) => {
              setPassphrase(value);
              setWrong("");
            }}
          />
          <button type="submit">{t.transfer.exportDo}</button>
        </form>
      )}
    </section>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Brings such a file back. */
export function Import({ onDone }: { onDone(): Promise<void> }) {
  const t = useText();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [wrong, setWrong] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (file === null) {
      setWrong(t.transfer.noFile);
      document.getElementById("import-file")?.focus();
      return;
    }
    try {
      const headers = { "brim-passphrase": base64url(passphrase) };
      const { added, changed } = await ask("POST /memory/import", { body: file, headers });
      setPassphrase("");
      await onDone();
      note(t.transfer.imported(added, changed));
    } catch (error) {
      const code = error instanceof Refused ? error.code : undefined;
      if (code === "wrong") note(t.transfer.wrongPassphrase);
      else note(code === "malformed" ? t.transfer.noSuchFile : wordsOf(error));
    }
  };
  return (
    <section aria-labelledby="import-title">
      <h2 id="import-title">{t.transfer.import}</h2>
      <p>{t.transfer.importHelp}</p>
      <form onSubmit={submit} noValidate>
        <label for="import-file">{t.transfer.file}</label>
        <input
          id="import-file"
          type="file"
          accept=".brim"
          aria-invalid={wrong !== ""}
          aria-describedby={wrong === "" ? undefined : "import-wrong"}
          onChange={(event) => {
            setFile(event.currentTarget.files?.[0] ?? null);
            setWrong("");
          }}
        />
        {wrong !== "" && (
          <p id="import-wrong" class="wrong">
            {wrong}
          </p>
        )}
        <Passphrase
          id="import-passphrase"
          label={t.transfer.importPassphrase}
          value={passphrase}
          wrong=""
          kept="current-password"
          onInput={setPassphrase}
        />
        <button type="submit">{t.transfer.importDo}</button>
      </form>
    </section>
  );
}

interface PassphraseProps {
  id: string;
  label: string;
  value: string;
  wrong: string;
  kept: "new-password" | "current-password";
  onInput(value: string): void;
}

function Passphrase({ id, label, value, wrong, kept, onInput }: PassphraseProps) {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="password"
        autoComplete={kept}
        value={value}
        aria-invalid={wrong !== ""}
        aria-describedby={wrong === "" ? undefined : `${id}-wrong`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {wrong !== "" && (
        <p id={`${id}-wrong`} class="wrong">
          {wrong}
        </p>
      )}
    </>
  );
}

function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
