import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { wallTime } from "./clock.ts";
import { BrimError, messageOf, systemCode } from "./errors.ts";

/** How much is said unasked. */
export const verbosities = ["quiet", "normal", "chatty"] as const;
export type Verbosity = (typeof verbosities)[number];

/** `open`: not heard yet; `declined`: the wearer has said no; `heard`: to its end. */
export const tutorialStates = ["open", "declined", "heard"] as const;
export type TutorialState = (typeof tutorialStates)[number];

/** What the wearer has changed by ear. What is not there is as the configuration says. */
const settingsSchema = z.object({
  /** 0.1–1, as `Voice.volume`. */
  volume: z.number().min(0.1).max(1).optional(),
  words_per_minute: z.number().int().min(120).max(600).optional(),
  verbosity: z.enum(verbosities).optional(),
  tutorial: z.enum(tutorialStates).optional(),
});
export type SettingValues = z.output<typeof settingsSchema>;

const fileName = "settings.json";
const mostBytes = 64 * 1024;

/**
 * Settings that outlive a restart, as JSON in the state folder, for its owner alone. A change holds at once; on disk the
 * file is always whole, the old one or the new.
 */
export class Settings {
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
    this.#values = { ...this.#values, ...values };
    const written = this.#written.catch(() => {}).then(() => this.#write());
    this.#written = written;
    return written;
  }

  /** Resolves when all changes were written, or could not be. */
  async settled(): Promise<void> {
    await this.#written.catch(() => {});
  }

  async #write(): Promise<void> {
    const path = join(this.folder, fileName);
    const part = `${path}.part`;
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const file = await open(part, "w", 0o600);
      try {
        await file.chmod(0o600);
        await file.writeFile(`${JSON.stringify(this.#values, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
      // The name is on the disk only when the folder is.
      const folder = await open(this.folder, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (error) {
      const why = systemCode(error) === "ENOSPC" ? "the disk is full" : messageOf(error);
      throw new BrimError("STORAGE", `cannot keep the settings in ${path}: ${why}`, { cause: error });
    }
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

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
