import { useState } from "preact/hooks";
import type { Setting, SettingValue } from "../../api.ts";
import { ask, wordsOf } from "../ask.ts";
import { useHatState } from "../hat.ts";
import {
  type Dictionary,
  type Language,
  languages,
  setLanguage,
  useLanguage,
  useText,
} from "../i18n/index.ts";
import { note } from "../live.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Title } from "../parts/title.tsx";

export function Settings() {
  const t = useText();
  const language = useLanguage();
  // What is changed by ear, or by another phone, comes with the state.
  const { value, wrong, set } = useLoaded("GET /settings", useHatState("settings"));
  const [asking, setAsking] = useState(false);
  const settings = value?.settings ?? [];

  const keep = (changed: Setting) => {
    set({ settings: settings.map((each) => (each.key === changed.key ? changed : each)) });
    note(t.settings.changed(t.settings.labels[changed.key], valueText(changed, changed.value, t)));
  };
  const change = async (setting: Setting, next: SettingValue | undefined) => {
    const params = { key: setting.key };
    try {
      keep(
        next === undefined
          ? await ask("DELETE /settings/:key", { params })
          : await ask("PUT /settings/:key", { params, body: { value: next } }),
      );
    } catch (error) {
      // Drawn anew as it was.
      set({ settings: [...settings] });
      note(wordsOf(error));
    }
  };
  const resetAll = async () => {
    setAsking(false);
    try {
      set(await ask("DELETE /settings"));
      note(t.settings.resetDone);
    } catch (error) {
      note(wordsOf(error));
    }
  };
  return (
    <>
      <Title>{t.settings.title}</Title>
      {wrong !== "" && <p class="wrong">{wrong}</p>}
      <section aria-labelledby="hat-settings">
        <h2 id="hat-settings">{t.settings.hat}</h2>
        {settings.map((setting) => (
          <OneSetting key={setting.key} setting={setting} onChange={(next) => void change(setting, next)} />
        ))}
        <button type="button" onClick={() => setAsking(true)}>
          {t.settings.resetAll}
        </button>
      </section>
      <section aria-labelledby="page-settings">
        <h2 id="page-settings">{t.settings.page}</h2>
        <label for="page-language">{t.settings.language}</label>
        <select
          id="page-language"
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </section>
      {asking && (
        <Confirm
          title={t.settings.resetAllSure}
          text={t.settings.resetAllMeans}
          action={t.settings.resetAll}
          onConfirm={() => void resetAll()}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}

function choiceText(choice: string, t: Dictionary): string {
  return t.settings.choices[choice as keyof Dictionary["settings"]["choices"]] ?? choice;
}

function valueText(setting: Setting, value: SettingValue, t: Dictionary): string {
  if (typeof value === "boolean") return value ? t.yes : t.no;
  if (typeof value === "number") {
    return setting.unit === undefined ? String(value) : t.settings.units[setting.unit](value);
  }
  if (typeof value === "string") return choiceText(value, t);
  return value.length === 0 ? t.settings.none : value.map((each) => choiceText(each, t)).join(", ");
}

interface OneSettingProps {
  setting: Setting;
  /** Undefined resets it. */
  onChange(value: SettingValue | undefined): void;
}

function OneSetting({ setting, onChange }: OneSettingProps) {
  const t = useText();
  const { key, value, restart, now, mayChange } = setting;
  const label = t.settings.labels[key];
  const help = [
    t.settings.help[key],
    restart ? t.settings.restart : "",
    now === undefined ? "" : t.settings.until(valueText(setting, now, t)),
    mayChange ? "" : t.settings.notYours,
  ].filter((line) => line !== "");
  const changed = JSON.stringify(value) !== JSON.stringify(setting.default);
  return (
    <div class="setting">
      <Field setting={setting} label={label} described={help.length > 0} onChange={onChange} />
      {help.length > 0 && (
        <p id={`${key}-help`} class="quiet">
          {help.join(" ")}
        </p>
      )}
      {mayChange && changed && (
        <button type="button" class="small" onClick={() => onChange(undefined)}>
          {t.settings.reset(label)}
        </button>
      )}
    </div>
  );
}

interface FieldProps extends OneSettingProps {
  label: string;
  described: boolean;
}

function Field({ setting, label, described, onChange }: FieldProps) {
  const t = useText();
  const { key, type, value, min, max, step, choices = [], mayChange } = setting;
  const help = described ? `${key}-help` : undefined;
  const [dragged, setDragged] = useState<number | null>(null);
  switch (type) {
    case "number": {
      const shown = dragged ?? Number(value);
      const words = valueText(setting, shown, t);
      return (
        <>
          <label for={key}>{label}</label>
          <output for={key}>{words}</output>
          <input
            id={key}
            type="range"
            min={min}
            max={max}
            step={step}
            value={shown}
            disabled={!mayChange}
            aria-valuetext={words}
            aria-describedby={help}
            onInput={(event) => setDragged(Number(event.currentTarget.value))}
            onChange={(event) => {
              setDragged(null);
              onChange(Number(event.currentTarget.value));
            }}
          />
        </>
      );
    }
    case "switch":
      return (
        <label class="choice">
          <input
            type="checkbox"
            checked={value === true}
            disabled={!mayChange}
            aria-describedby={help}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
          {label}
        </label>
      );
    case "choice":
    case "set": {
      const several = Array.isArray(value) ? value : [];
      return (
        <fieldset aria-describedby={help} disabled={!mayChange}>
          <legend>{label}</legend>
          {choices.map((choice) => (
            <label class="choice" key={choice}>
              <input
                type={type === "set" ? "checkbox" : "radio"}
                name={key}
                value={choice}
                checked={type === "set" ? several.includes(choice) : value === choice}
                onChange={(event) => {
                  if (type === "choice") return onChange(choice);
                  const { checked } = event.currentTarget;
                  onChange(choices.filter((each) => (each === choice ? checked : several.includes(each))));
                }}
              />
              {choiceText(choice, t)}
            </label>
          ))}
        </fieldset>
      );
    }
  }
}
