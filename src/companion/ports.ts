import type { Simulate } from "../base/protocol.ts";
import type { Right, SettingValues } from "../base/settings.ts";
import type { Imported } from "../memory/transfer.ts";
import type {
  AnswerOf,
  BodyOf,
  CutOutAnswer,
  Health,
  MemoryEntry,
  Privacy,
  Setting,
  SettingKey,
  SettingValue,
  ShownPictureAnswer,
} from "./api.ts";
import type { Phone } from "./phones.ts";

/** How an answer to a question ended. */
export type AnswerEnd = "lvlm" | "offline" | "fixed" | "hushed";

/** People and things, as the page may see and change them. Each throws BrimError, or `Refusal`. */
export interface MemoryPorts {
  list(): MemoryEntry[];
  rename(id: string, name: string | null): MemoryEntry;
  /** The spoken name as a WAV file, or null. */
  clip(id: string): Buffer | null;
  merge(into: string, from: string): MemoryEntry;
  forget(id: string): void;
  forgetAll(): void;
  export(passphrase: string): Promise<Buffer>;
  import(sealed: Buffer, passphrase: string): Promise<Imported>;
}

export interface SettingsPorts {
  list(): Omit<Setting, "mayChange">[];
  get(key: SettingKey): Omit<Setting, "mayChange">;
  change(key: SettingKey, value: SettingValue): Promise<void>;
  reset(keys: readonly SettingKey[]): Promise<void>;
  readonly helperMay: readonly Right[];
}

export type Prompt = BodyOf<"POST /picture/:id/segment">;

/** The picture on demand. Each throws `Refusal`. */
export interface PicturePorts {
  /** Asks the wearer where that is set; whenever a picture goes out, the wearer hears so. */
  take(phone: Phone): Promise<Omit<ShownPictureAnswer, "id" | "seconds"> & { jpeg: Buffer }>;
  segment(prompt: Prompt): Promise<CutOutAnswer>;
  enrol(asked: BodyOf<"POST /picture/:id/enrol">): Promise<AnswerOf<"POST /picture/:id/enrol">>;
}

/** What the page asks of the mind. */
export interface CompanionHandlers {
  /** The virtual hat was moved; comes in simulation only. */
  simulate(message: Simulate): void;
  /** "What is around me", as a double click on the hat. */
  around(): void;
  /** Reads the text ahead, or goes on, as a triple click. */
  read(): void;
  hush(): void;
  repeat(): void;
  /** Looks for a thing by ear; null ends it. Returns false when there is no such thing. */
  find(thing: string | null): boolean;
  /** Answers a typed question, or describes what lies ahead; each sentence as it is handed to speech. */
  ask(text: string | undefined, onSentence: (text: string) => void): Promise<AnswerEnd>;
  /** Silences the beeps for some minutes (0–10); 0 ends it. */
  pause(minutes: number): void;
  /** Opens pairing, as "Pair a phone" in the menu does; returns the code. */
  pair(): string;
  /** Ends pairing. */
  unpair(): void;
  /** A phone was let in. */
  paired(phone: Phone): void;
  /** The camera of a phone takes the place of the hat's, or (null) gives it back. */
  lend(phone: Phone | null): void;
  /** A frame of that camera; resolves when it was looked at, with false when it was none. */
  frame(jpeg: Buffer): Promise<boolean>;
  memory: MemoryPorts;
  settings: SettingsPorts;
  picture: PicturePorts;
  health(): Promise<Health>;
  privacy(): Promise<Omit<Privacy, "phones">>;
  /** Forgets everybody, and resets the settings. */
  deleteAll(): Promise<void>;
}

export type { SettingValues };
