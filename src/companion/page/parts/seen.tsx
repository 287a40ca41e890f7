import { useHatState } from "../hat.ts";
import { useText } from "../i18n/index.ts";

/** Who and what the hat sees at this moment. Not live: what matters is said by the hat. */
export function Seen() {
  const t = useText();
  const seen = useHatState("seen") ?? null;
  const language = useHatState("language");
  const things = seen?.things ?? [];
  return (
    <section aria-labelledby="seen-title">
      <h2 id="seen-title">{t.now.seen}</h2>
      {things.length === 0 ? (
        <p>{t.now.seeing[seen?.seeing ?? "off"]}</p>
      ) : (
        <ul class="plain" lang={language}>
          {things.map(({ id, text }) => (
            <li key={id}>{text}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
