import type { Name } from "../attention/wording/names.ts";
import type { Gesture } from "../base/protocol.ts";
import type { Verbosity } from "../base/settings.ts";
import type { Utterance } from "../voice/utterance.ts";

/** What a press has cut off: nothing, speech (or it ended within the last 0.7 s), or a safety sentence. */
export type Hushed = "nothing" | "speech" | "safety";

/**
 * Something that has the button to itself while it is busy: the menu, practice, the tutorial, finding. `ButtonOwner`
 * tells it only of gestures that began while it was busy.
 */
export interface ButtonMode {
  /** From its beginning to its end; nobody who was not asked should speak meanwhile. */
  readonly busy: boolean;
  press(hushed: Hushed): void;
  /** A short press has ended; told at once, not after the gap that tells a click from a double click. */
  shortPress(): void;
  /** The guard has decided what the fingers did. Returns whether that was for this mode; if not, it does its usual work. */
  gesture(gesture: Gesture): boolean;
  /** Ends it at once and without a word. */
  stop(): void;
}

export interface ModeSpeech {
  say(utterance: Utterance): void;
}

/** Somebody or something that is remembered, and how it is called. */
export interface Remembered {
  id: string;
  name: Name;
}

/** All that the menu can do; none of it may throw. */
export interface MenuPorts {
  /** Says again what was last said before the menu. Returns false when nothing was said yet. */
  repeat(): boolean;
  /** How the hat is, in sentences: collision warning, eyes, battery, time. */
  status(): string;
  /** Things that can be looked for, the one that was learned last first. */
  things(): readonly Remembered[];
  find(thing: Remembered): void;
  /** A text was read aloud that one can go back in. */
  hasRead(): boolean;
  /** Reads the part before once more. */
  readBack(): void;
  /** Whether there are beeps to pause. */
  readonly beeps: "on" | "paused" | "off";
  /** Pauses the beeps, or with 0 brings them back. Attention tells of both. */
  pause(minutes: number): void;
  /** One step louder (1) or softer (-1). Returns false where there is no further step. */
  volume(step: 1 | -1): boolean;
  /** One step faster (1) or slower (-1). Returns false where there is no further step. */
  rate(step: 1 | -1): boolean;
  readonly verbosity: Verbosity;
  setVerbosity(verbosity: Verbosity): void;
  /** Whom or what was learned last, or null when nothing can be forgotten. */
  lastLearned(): Remembered | null;
  /** Returns false when the memory cannot be written. */
  forget(id: string): boolean;
  practice(): void;
  tutorial(): void;
  /** Lets a phone pair; left out while there is no pairing. */
  pair?(): void;
  /** Switches the hat off; called when the last word was said. */
  off(): void;
}
