import { useEffect, useState } from "preact/hooks";
import type { AnswerOf } from "../../api.ts";
import { ask, wordsOf } from "../ask.ts";
import { useHat, useHatState } from "../hat.ts";
import { formatDate, formatTime, text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Title } from "../parts/title.tsx";

type Answer = AnswerOf<"GET /phones">;
type Phone = Answer["phones"][number];

export function Phones() {
  const t = useText();
  const { value, wrong, again } = useLoaded("GET /phones", useHatState("phones"));
  const wearer = useHat(({ you }) => you === null || you.phone.role === "wearer");
  return (
    <>
      <Title>{t.views.phones}</Title>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      <section aria-labelledby="paired-title">
        <h2 id="paired-title">{t.phones.paired}</h2>
        {value !== null && value.phones.length === 0 && <p>{t.phones.none}</p>}
        <ul class="plain">
          {(value?.phones ?? []).map((phone) => (
            <li key={phone.id}>
              <One
                phone={phone}
                mine={phone.id === value?.you.id}
                mayRevoke={wearer || phone.id === value?.you.id}
                onRevoked={again}
              />
            </li>
          ))}
        </ul>
      </section>
      {wearer && <PairAnother />}
    </>
  );
}

interface OneProps {
  phone: Phone;
  mine: boolean;
  mayRevoke: boolean;
  onRevoked(): Promise<void>;
}

function One({ phone, mine, mayRevoke, onRevoked }: OneProps) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const { name, role, pairedAt, open } = phone;
  const revoke = async () => {
    setAsking(false);
    try {
      await ask("DELETE /phones/:id", { params: { id: phone.id } });
      if (mine) return location.replace("/");
      await onRevoked();
      note(t.phones.revoked(name));
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <div class="between">
      <p>
        <strong>{name}</strong>
        <br />
        <span class="quiet">
          {[
            t.phones.roles[role],
            ...(mine ? [t.phones.you] : []),
            ...(open ? [t.phones.open] : []),
            t.phones.since(formatDate(pairedAt)),
          ].join(" · ")}
        </span>
      </p>
      {mayRevoke && (
        <button type="button" class="danger" onClick={() => setAsking(true)}>
          {t.phones.revoke(name)}
        </button>
      )}
      {asking && (
        <Confirm
          title={t.phones.revokeSure(name)}
          text={mine ? t.phones.revokeMine : t.phones.revokeMeans}
          action={t.phones.revoke(name)}
          onConfirm={() => void revoke()}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

/** Two groups of three, as the hat says it. */
function grouped(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

function PairAnother() {
  const t = useText();
  const pairing = useHatState("pairing");
  const [opened, setOpened] = useState<AnswerOf<"POST /pairing/begin"> | null>(null);
  const [qr, setQr] = useState("");
  const open = pairing?.open === true;
  useEffect(() => {
    if (!open) setOpened(null);
  }, [open]);
  useEffect(() => {
    if (opened === null) return setQr("");
    const url = URL.createObjectURL(new Blob([opened.qr], { type: "image/svg+xml" }));
    setQr(url);
    return () => URL.revokeObjectURL(url);
  }, [opened]);
  const asks = pairing?.asks ?? null;
  const words =
    asks === null
      ? ""
      : t.phones.asks(asks.name, t.phones.roles[asks.role as keyof typeof t.phones.roles], asks.word);
  useEffect(() => {
    if (words !== "") note(words);
  }, [words]);
  const begin = async () => {
    try {
      const answer = await ask("POST /pairing/begin", { body: {} });
      setOpened(answer);
      note(text().phones.opened(grouped(answer.code)));
    } catch (error) {
      note(wordsOf(error));
    }
  };
  const end = async () => {
    try {
      await ask("POST /pairing/end", { body: {} });
      setOpened(null);
      note(text().phones.closed);
      document.getElementById("pair-title")?.focus();
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <section aria-labelledby="pair-title">
      <h2 id="pair-title" tabIndex={-1}>
        {t.phones.pair}
      </h2>
      <p>{t.phones.pairHelp}</p>
      {open && pairing.until !== null && <p>{t.phones.until(formatTime(pairing.until))}</p>}
      {words !== "" && <p class="callout">{words}</p>}
      {opened !== null && (
        <div class="pairing">
          <dl>
            <dt>{t.phones.code}</dt>
            <dd class="big">{grouped(opened.code)}</dd>
            <dt>{t.phones.address}</dt>
            <dd>{opened.address}</dd>
            {opened.fingerprint !== null && (
              <>
                <dt>{t.phones.fingerprint}</dt>
                <dd class="code">{opened.fingerprint}</dd>
              </>
            )}
          </dl>
          {qr !== "" && <img class="qr" src={qr} width={240} height={240} alt={t.phones.qr} />}
        </div>
      )}
      <div class="row">
        <button type="button" onClick={() => void begin()}>
          {t.phones.pairDo}
        </button>
        {open && (
          <button type="button" onClick={() => void end()}>
            {t.phones.pairEnd}
          </button>
        )}
      </div>
    </section>
  );
}
