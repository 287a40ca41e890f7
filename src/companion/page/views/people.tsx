import { useState } from "preact/hooks";
import type { MemoryEntry } from "../../api.ts";
import { ask, wordsOf } from "../ask.ts";
import { useHatState, useMay } from "../hat.ts";
import { formatDate, formatDay, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Title } from "../parts/title.tsx";
import { Export, Import } from "../parts/transfer.tsx";
import { hrefOf } from "../route.ts";

export function People() {
  const t = useText();
  const { value, wrong, again } = useLoaded("GET /memory", useHatState("people"));
  const entries = value?.entries ?? [];
  const mayForget = useMay("delete_all");
  const [asking, setAsking] = useState(false);
  const forgetAll = async () => {
    setAsking(false);
    try {
      await ask("POST /memory/forget-all", { body: { confirm: "forget all" } });
      await again();
      note(t.people.forgottenAll);
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <>
      <Title>{t.people.title}</Title>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      {value !== null && entries.length === 0 && <p class="lead">{t.people.none}</p>}
      <p>
        <a class="button primary" href={hrefOf("picture")}>
          {t.people.add}
        </a>
      </p>
      <List title={t.people.people} none={t.people.noPeople} entries={entries} kind="person" />
      <List title={t.people.things} none={t.people.noThings} entries={entries} kind="thing" />
      <Export />
      <Import onDone={again} />
      <section aria-labelledby="forget-title">
        <h2 id="forget-title">{t.people.forgetAll}</h2>
        <p>{mayForget ? t.people.forgetAllHelp : t.people.helper}</p>
        {mayForget && (
          <button type="button" class="danger" onClick={() => setAsking(true)}>
            {t.people.forgetAllDo}
          </button>
        )}
      </section>
      {asking && (
        <Confirm
          title={t.people.forgetAllSure}
          text={t.people.forgetAllMeans}
          action={t.people.forgetAllDo}
          onConfirm={() => void forgetAll()}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface ListProps {
  title: string;
  none: string;
  kind: MemoryEntry["kind"];
  entries: readonly MemoryEntry[];
}

/** Those that need a name come first. */
function List({ title, none, kind, entries }: ListProps) {
  const t = useText();
  const unnamed = ({ forgottenAt }: MemoryEntry) => (forgottenAt === null ? 1 : 0);
  const mine = entries
    .filter((entry) => entry.kind === kind)
    .toSorted((a, b) => unnamed(a) - unnamed(b) || a.title.localeCompare(b.title));
  return (
    <section aria-labelledby={`${kind}-title`}>
      <h2 id={`${kind}-title`}>{title}</h2>
      {mine.length === 0 ? (
        <p>{none}</p>
      ) : (
        <ul class="links">
          {mine.map((entry) => (
            <li key={entry.id}>
              <a href={hrefOf("people", entry.id)}>
                <strong>{entry.title}</strong>{" "}
                <span class="quiet">
                  {entry.forgottenAt !== null
                    ? t.people.unnamed(formatDay(entry.forgottenAt))
                    : entry.seenAt === null
                      ? t.people.neverSeen
                      : t.people.seen(formatDate(entry.seenAt))}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
