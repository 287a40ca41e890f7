import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure, MemoryEntry } from "../../api.ts";
import { ask, Refused, wordsOf } from "../ask.ts";
import { text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import type { Chosen } from "../views/picture.tsx";

interface LearnProps {
  /** Of the picture. */
  id: string;
  chosen: Chosen;
}

/** Names what was chosen in the picture, so that the hat knows it again. */
export function Learn({ id, chosen }: LearnProps) {
  const t = useText();
  const { prompt, thing, what } = chosen;
  const [kind, setKind] = useState<MemoryEntry["kind"]>(thing?.label === "person" ? "person" : "thing");
  const [name, setName] = useState(thing?.known?.name ?? "");
  const [wrong, setWrong] = useState("");
  const [known, setKnown] = useState<Failure["known"]>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const refuse = (why: string) => {
    setWrong(why);
    document.getElementById("learn-name")?.focus();
  };
  const learn = async (whose: { to?: string; another?: true }) => {
    try {
      const { entry, how } = await ask("POST /picture/:id/enrol", {
        params: { id },
        body: { ...prompt, kind, name: name.trim(), ...whose },
      });
      setKnown(undefined);
      note(how === "new" ? text().picture.saved(entry.title) : text().picture.viewsAdded(entry.title));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { failure } = error;
      if (failure.code === "known" && failure.known !== undefined) {
        setKnown(failure.known);
        note(text().picture.known(failure.known.name));
      } else if (failure.verdict !== undefined) refuse(text().picture.verdicts[failure.verdict]);
      else refuse(failure.code === "gone" ? text().picture.old : wordsOf(error));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return refuse(t.people.nameEmpty);
    const { known: seen } = thing ?? {};
    void learn(seen != null && seen.name === name.trim() ? { to: seen.id } : {});
  };
  return (
    <section class="learn" aria-labelledby="learn-title">
      <h2 id="learn-title" ref={heading} tabIndex={-1}>
        {t.picture.chosen(what)}
      </h2>
      <form onSubmit={submit} noValidate>
        <fieldset>
          <legend>{t.picture.kind}</legend>
          {(["person", "thing"] as const).map((each) => (
            <label class="choice" key={each}>
              <input
                type="radio"
                name="kind"
                checked={kind === each}
                onChange={() => {
                  setKind(each);
                  setKnown(undefined);
                }}
              />
              {each === "person" ? t.picture.aPerson : t.picture.aThing}
            </label>
          ))}
        </fieldset>
        <label for="learn-name">{t.people.name}</label>
        <input
          id="learn-name"
          value={name}
          maxLength={100}
          autoComplete="off"
          autoCapitalize="words"
          aria-invalid={wrong !== ""}
          aria-describedby={wrong === "" ? undefined : "learn-wrong"}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setWrong("");
          }}
        />
        {wrong !== "" && (
          <p id="learn-wrong" class="wrong">
            {wrong}
          </p>
        )}
        <button type="submit" class="primary">
          {t.picture.learn}
        </button>
      </form>
      {known !== undefined && (
        <div class="row">
          <button type="button" onClick={() => void learn({ to: known.id })}>
            {t.picture.addTo(known.name)}
          </button>
          <button type="button" onClick={() => void learn({ another: true })}>
            {t.picture.another}
          </button>
        </div>
      )}
    </section>
  );
}
