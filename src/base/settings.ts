import { readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { wallTime } from "./clock.ts";
import { messageOf, systemCode } from "./errors.ts";
import { syncFolder, writeWhole } from "./whole-file.ts";

/** How much is said unasked. */
export const verbosities = ["quiet", "normal", "chatty"] as const;
export type Verbosity = (typeof verbosities)[number];

/** `open`: not heard yet; `declined`: the wearer has said no; `heard`: to its end. */
export const tutorialStates = ["open", "declined", "heard"] as const;
export type TutorialState = (typeof tutorialStates)[number];

/** Whether a picture goes to a phone that asks: after the wearer has said yes, told on the hat, or never. */
export const pictureModes = ["ask", "announce", "never"] as const;
export type PictureMode = (typeof pictureModes)[number];

/** What a helper's phone may do only where the wearer allows it; the wearer's may always. */
export const rights = ["speech", "pause", "export", "delete_all"] as const;
export type Right = (typeof rights)[number];

/** What was changed by ear or on the page. What is not there is as the configuration says. */
const settingsSchema = z.object({
  /** 0.1–1, as `Voice.volume`. */
  volume: z.number().min(0.1).max(1).optional(),
  words_per_minute: z.number().int().min(120).max(600).optional(),
  verbosity: z.enum(verbosities).optional(),
  tutorial: z.enum(tutorialStates).optional(),
  language: z.enum(["en", "es"]).optional(),
  button_gap_ms: z.number().int().min(250).max(800).optional(),
  picture: z.enum(pictureModes).optional(),
  helper_may: z.array(z.enum(rights)).max(rights.length).optional(),
  description_style: z.enum(["brief", "detailed"]).optional(),
  send_names: z.boolean().optional(),
});
export type SettingValues = z.output<typeof settingsSchema>;

const fileName = "settings.json";
const mostBytes = 64 * 1024;

/**
 * Settings that outlive a restart, as JSON in the state folder, for its owner alone. A change holds at once; on disk the
 * file is always whole, the old one or the new.
 */
export class Settings {
  /** Something was changed, or is as configured again. */
  onChange: () => void = () => {};
  #values: SettingValues = {};
  #written: Promise<void> = Promise.resolve();

  /** @param folder the state folder; made where it is missing */
  constructor(private readonly folder: string) {}

  get values(): Readonly<SettingValues> {
    return this.#values;
  }

  /**
   * Reads what was kept. Never throws, for a hat must start: what cannot be read is as if nothing had been changed.
   * @returns what was wrong, in one line for a person, or null
   */
  load(): string | null {
    const path = join(this.folder, fileName);
    let text: string;
    try {
      if (statSync(path).size > mostBytes) return this.#moveAside(path);
      text = readFileSync(path, "utf8");
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENOENT") return null;
      if (code === "EISDIR") return this.#moveAside(path);
      return `cannot read ${path}, so that the settings are as configured: ${messageOf(error)}`;
    }
    const values = parsed(text);
    if (values === null) return this.#moveAside(path);
    this.#values = values;
    return null;
  }

  /**
   * Changes what is given. Resolves when it is on the disk.
   * @throws BrimError STORAGE when it cannot be written; it holds all the same, until the hat is switched off
   */
  change(values: SettingValues): Promise<void> {
    return this.#keep({ ...this.#values, ...values });
  }

  /** Makes some be as configured again. Resolves and throws as `change` does. */
  reset(keys: readonly (keyof SettingValues)[]): Promise<void> {
    const values = { ...this.#values };
    for (const key of keys) delete values[key];
    return this.#keep(values);
  }

  #keep(values: SettingValues): Promise<void> {
    this.#values = values;
    this.onChange();
    const written = this.#written.catch(() => {}).then(() => this.#write());
    this.#written = written;
    return written;
  }

  /** Resolves when all changes were written, or could not be. */
  async settled(): Promise<void> {
    await this.#written.catch(() => {});
  }

  #write(): Promise<void> {
    const text = `${JSON.stringify(this.#values, null, 2)}\n`;
    return writeWhole(this.folder, fileName, text, "the settings");
  }

  #moveAside(path: string): string {
    const aside = `settings.damaged-${wallTime()}.json`;
    const what = `${path} was damaged; the settings are as configured`;
    try {
      renameSync(path, join(this.folder, aside));
      syncFolder(this.folder);
      return `${what}, and the damaged file is kept as ${aside}`;
    } catch (error) {
      return `${what}, and it cannot be put aside: ${messageOf(error)}`;
    }
  }
}

/** Null where it is no file of settings. */
function parsed(text: string): SettingValues | null {
  try {
    const result = settingsSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
