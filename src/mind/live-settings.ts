import type { Wording } from "../attention/wording/wording.ts";
import type { Config } from "../base/config.ts";
import { BrimError } from "../base/errors.ts";
import {
  pictureModes,
  type Right,
  rights,
  type Settings,
  type SettingValues,
  verbosities,
} from "../base/settings.ts";
import { type Setting, type SettingKey, settingKeys } from "../companion/api.ts";

type Values = { [K in SettingKey]: NonNullable<SettingValues[K]> };
type Description = Omit<Setting, "key" | "value" | "default" | "mayChange" | "now">;

/** What may be set, and by whom. */
const descriptions: Record<SettingKey, Description> = {
  volume: {
    type: "number",
    ...{ min: 10, max: 100, step: 5, unit: "percent" },
    restart: false,
    access: "speech",
  },
  words_per_minute: {
    type: "number",
    ...{ min: 120, max: 600, step: 5, unit: "words a minute" },
    restart: false,
    access: "speech",
  },
  verbosity: { type: "choice", choices: [...verbosities], restart: false, access: "speech" },
  language: { type: "choice", choices: ["en", "es"], restart: true, access: "speech" },
  button_gap_ms: {
    type: "number",
    ...{ min: 250, max: 800, step: 10, unit: "ms" },
    restart: false,
    access: "paired",
  },
  picture: { type: "choice", choices: [...pictureModes], restart: false, access: "wearer" },
  helper_may: { type: "set", choices: [...rights], restart: false, access: "wearer" },
  description_style: {
    type: "choice",
    choices: ["brief", "detailed"],
    restart: false,
    access: "speech",
  },
  send_names: { type: "switch", restart: false, access: "wearer" },
};

export interface LiveSettingsOptions {
  settings: Settings;
  config: Config;
  simulated: boolean;
  wording: Wording;
  /** Makes what was set hold. */
  apply(values: Values): void;
  say(text: string): void;
}

/** The settings that may be changed while the hat runs: what holds, what is configured, and changing them. */
export class LiveSettings {
  readonly #options: LiveSettingsOptions;
  readonly #atStart: Values;

  constructor(options: LiveSettingsOptions) {
    this.#options = options;
    this.#atStart = this.values;
  }

  get configured(): Values {
    const { config, simulated } = this.#options;
    return {
      volume: 1,
      words_per_minute: config.speech.words_per_minute,
      verbosity: "normal",
      language: config.language,
      button_gap_ms: config.button.gap_ms,
      // Whoever simulates looks at the screen, and has no button on a hat.
      picture: config.page.picture ?? (simulated ? "announce" : "ask"),
      helper_may: [],
      description_style: config.scene.style,
      send_names: config.scene.send_names,
    };
  }

  /** As they hold now, or from the next start. */
  get values(): Values {
    const { tutorial: _, ...set } = this.#options.settings.values;
    return { ...this.configured, ...(set as Partial<Values>) };
  }

  get helperMay(): readonly Right[] {
    return this.values.helper_may;
  }

  list(): Omit<Setting, "mayChange">[] {
    return settingKeys.map((key) => this.get(key));
  }

  get(key: SettingKey): Omit<Setting, "mayChange"> {
    const description = descriptions[key];
    const value = shown(key, this.values[key]);
    const now = shown(key, this.#atStart[key]);
    return {
      key,
      ...description,
      value,
      default: shown(key, this.configured[key]),
      ...(description.restart && now !== value ? { now } : {}),
    };
  }

  /**
   * Changes one, which is heard, and kept. Resolves when it is on the disk.
   * @throws BrimError INPUT for a value that does not fit; STORAGE, after which it holds until the hat is switched off
   */
  async change(key: SettingKey, value: unknown): Promise<void> {
    const fitting = checked(key, value);
    const kept = this.#options.settings.change({ [key]: key === "volume" ? Number(fitting) / 100 : fitting });
    this.#hold([key]);
    await kept;
  }

  /** Makes some be as configured again. Resolves and throws as `change` does. */
  async reset(keys: readonly SettingKey[]): Promise<void> {
    const before = this.values;
    const kept = this.#options.settings.reset(keys);
    const after = this.values;
    this.#hold(keys.filter((key) => String(before[key]) !== String(after[key])));
    await kept;
  }

  /** Makes all hold, without a word. */
  apply(): void {
    this.#options.apply(this.values);
  }

  #hold(changed: readonly SettingKey[]): void {
    this.apply();
    const { say } = this.#options;
    const [first, ...others] = changed;
    if (first === undefined) return;
    if (others.length === 0) say(this.#told(first));
    else {
      const { wording } = this.#options;
      say(
        changed.some((key) => descriptions[key].restart) ? wording.phone.restart : wording.phone.otherSetting,
      );
    }
  }

  /** What is said, in the new manner where it is one of speech. */
  #told(key: SettingKey): string {
    const { phone } = this.#options.wording;
    const { values } = this;
    switch (key) {
      case "words_per_minute":
        return phone.rate(values.words_per_minute);
      case "volume":
        return phone.volume;
      case "verbosity":
        return phone.verbosity[values.verbosity];
      case "picture":
        return phone.pictures[values.picture];
      case "helper_may":
        return phone.helper(values.helper_may);
      case "language":
        return phone.restart;
      case "button_gap_ms":
      case "description_style":
      case "send_names":
        return phone.otherSetting;
    }
  }
}

/** As the page has it: the volume in percent. */
function shown(key: SettingKey, value: Values[SettingKey]): Values[SettingKey] {
  return key === "volume" ? Math.round(Number(value) * 100) : value;
}

/** @throws BrimError INPUT */
function checked(key: SettingKey, value: unknown): Values[SettingKey] {
  const { type, min = 0, max = 0, choices = [] } = descriptions[key];
  const wrong = (expected: string) => new BrimError("INPUT", `${key}: expected ${expected}`);
  switch (type) {
    case "number":
      if (typeof value !== "number" || value < min || value > max)
        throw wrong(`a number from ${min} to ${max}`);
      return Math.round(value);
    case "choice":
      if (typeof value !== "string" || !choices.includes(value)) throw wrong(`one of ${choices.join(", ")}`);
      return value as Values[SettingKey];
    case "set": {
      const all = Array.isArray(value) && value.every((each) => choices.includes(each));
      if (!all) throw wrong(`some of ${choices.join(", ")}`);
      return choices.filter((each) => value.includes(each)) as Values[SettingKey];
    }
    case "switch":
      if (typeof value !== "boolean") throw wrong("true or false");
      return value;
  }
}
