import { text, useText } from "../i18n/index.ts";
import { note } from "../live.ts";
import { useLoaded } from "./loaded.ts";

/** Each sound of the headset as a button that plays it here, on the phone. */
export function Sounds() {
  const t = useText();
  const { value } = useLoaded("GET /sounds");
  const play = (name: string) => {
    new Audio(`/sounds/${name}.wav`).play().then(
      () => note(""),
      () => note(text().people.cannotPlay),
    );
  };
  return (
    <section aria-labelledby="sounds-title">
      <h2 id="sounds-title">{t.health.sounds}</h2>
      <p>{t.health.soundsHelp}</p>
      <ul class="choices">
        {(value ?? []).map(({ name, like, meaning }) => (
          <li key={name}>
            <button type="button" onClick={() => play(name)}>
              {t.health.play(meaning, like)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
