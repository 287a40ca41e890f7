import { useEffect, useState } from "preact/hooks";
import type { MemoryEntry } from "../../api.ts";
import { ask, wordsOf } from "../ask.ts";
import { send, useHatState } from "../hat.ts";
import { formatDate, formatDay, text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Title } from "../parts/title.tsx";
import { go, hrefOf } from "../route.ts";
import { sent } from "./now.tsx";

/** One person or thing that is remembered. */
export function Entry({ id }: { id: string }) {
  const t = useText();
  const { value, wrong, again } = useLoaded("GET /memory", useHatState("people"));
  const entry = value?.entries.find((each) => each.id === id);
  const others = value?.entries.filter((each) => each.id !== id && each.kind === entry?.kind) ?? [];
  const back = (
    <p>
      <a class="button" href={hrefOf("people")}>
        {t.people.back}
      </a>
    </p>
  );
  if (entry === undefined) {
    const gone = value === null ? t.loading : t.people.gone;
    return (
      <>
        <Title>{value === null ? t.people.title : gone}</Title>
        <p>{wrong || gone}</p>
        {back}
      </>
    );
  }
  return (
    <>
      <Title>{entry.title}</Title>
      <p class="lead">
        {[
          entry.kind === "person" ? t.person : t.thing,
          t.people.views(entry.views),
          entry.seenAt === null ? t.people.neverSeen : t.people.seen(formatDate(entry.seenAt)),
          ...(entry.forgottenAt === null ? [] : [t.people.unnamed(formatDay(entry.forgottenAt))]),
        ].join(" · ")}
      </p>
      <Name entry={entry} onNamed={again} />
      <Clip entry={entry} />
      {entry.kind === "thing" && <Find entry={entry} />}
      {others.length > 0 && <Merge entry={entry} others={others} />}
      <Forget entry={entry} />
      {back}
    </>
  );
}

function Name({ entry, onNamed }: { entry: MemoryEntry; onNamed(): Promise<void> }) {
  const t = useText();
  const [name, setName] = useState(entry.name ?? "");
  const [wrong, setWrong] = useState("");
  useEffect(() => setName(entry.name ?? ""), [entry.name]);
  const refuse = (why: string) => {
    setWrong(why);
    document.getElementById("name")?.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return refuse(t.people.nameEmpty);
    try {
      const named = await ask("PUT /memory/:id/name", {
        params: { id: entry.id },
        body: { name: name.trim() },
      });
      await onNamed();
      note(t.people.named(named.title));
    } catch (error) {
      refuse(wordsOf(error));
    }
  };
  return (
    <section aria-labelledby="name-title">
      <h2 id="name-title">{t.people.name}</h2>
      <form onSubmit={submit} noValidate>
        <label for="name" class="hidden">
          {t.people.name}
        </label>
        <input
          id="name"
          value={name}
          maxLength={100}
          autoComplete="off"
          autoCapitalize="words"
          aria-invalid={wrong !== ""}
          aria-describedby={wrong === "" ? "name-help" : "name-wrong"}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setWrong("");
          }}
        />
        {wrong === "" ? (
          <p id="name-help" class="quiet">
            {t.people.nameHelp}
          </p>
        ) : (
          <p id="name-wrong" class="wrong">
            {wrong}
          </p>
        )}
        <button type="submit" class="primary">
          {t.people.saveName}
        </button>
      </form>
    </section>
  );
}

function Clip({ entry }: { entry: MemoryEntry }) {
  const t = useText();
  const play = () => {
    new Audio(`/memory/${entry.id}/clip`).play().then(
      () => note(""),
      () => note(text().people.cannotPlay),
    );
  };
  return (
    <section aria-labelledby="clip-title">
      <h2 id="clip-title">{t.people.spoken}</h2>
      {entry.hasClip ? (
        <button type="button" onClick={play}>
          {t.people.play}
        </button>
      ) : (
        <p>{t.people.noClip}</p>
      )}
    </section>
  );
}

function Find({ entry }: { entry: MemoryEntry }) {
  const t = useText();
  const finding = useHatState("finding")?.id === entry.id;
  return (
    <section aria-labelledby="find-title">
      <h2 id="find-title">{t.people.find}</h2>
      <p>{t.people.findHelp}</p>
      <button type="button" onClick={() => sent(send({ type: "find", thing: finding ? null : entry.id }))}>
        {finding ? t.people.findEnd : t.people.findDo}
      </button>
    </section>
  );
}

function Merge({ entry, others }: { entry: MemoryEntry; others: readonly MemoryEntry[] }) {
  const t = useText();
  const [into, setInto] = useState("");
  const [wrong, setWrong] = useState("");
  const [asking, setAsking] = useState(false);
  const other = others.find(({ id }) => id === into);
  const merge = async () => {
    setAsking(false);
    try {
      const merged = await ask("POST /memory/merge", { body: { into, from: entry.id } });
      go("people", merged.id);
      // The view that comes empties the note.
      setTimeout(() => note(text().people.merged(merged.title)), 100);
    } catch (error) {
      note(wordsOf(error));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (other !== undefined) return setAsking(true);
    setWrong(t.people.chooseFirst);
    document.getElementById("into")?.focus();
  };
  return (
    <section aria-labelledby="merge-title">
      <h2 id="merge-title">{t.people.merge}</h2>
      <p>{t.people.mergeHelp}</p>
      <form onSubmit={submit} noValidate>
        <label for="into">{t.people.mergeWith}</label>
        <select
          id="into"
          value={into}
          aria-invalid={wrong !== ""}
          aria-describedby={wrong === "" ? undefined : "into-wrong"}
          onChange={(event) => {
            setInto(event.currentTarget.value);
            setWrong("");
          }}
        >
          <option value="">{t.people.choose}</option>
          {others.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        {wrong !== "" && (
          <p id="into-wrong" class="wrong">
            {wrong}
          </p>
        )}
        <button type="submit">{t.people.mergeDo}</button>
      </form>
      {asking && other !== undefined && (
        <Confirm
          title={t.people.mergeSure(entry.title, other.title)}
          text={t.people.mergeMeans}
          action={t.people.mergeDo}
          onConfirm={() => void merge()}
          onCancel={() => setAsking(false)}
        />
      )}
    </section>
  );
}

function Forget({ entry }: { entry: MemoryEntry }) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const forget = async () => {
    setAsking(false);
    try {
      await ask("DELETE /memory/:id", { params: { id: entry.id } });
      go("people");
      setTimeout(() => note(text().people.forgotten(entry.title)), 100);
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <section aria-labelledby="forget-title">
      <h2 id="forget-title">{t.people.forget}</h2>
      <button type="button" class="danger" onClick={() => setAsking(true)}>
        {t.people.forgetDo(entry.title)}
      </button>
      {asking && (
        <Confirm
          title={t.people.forgetSure(entry.title)}
          text={t.people.forgetMeans}
          action={t.people.forgetDo(entry.title)}
          onConfirm={() => void forget()}
          onCancel={() => setAsking(false)}
        />
      )}
    </section>
  );
}
