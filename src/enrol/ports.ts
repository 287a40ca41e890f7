import type { BurstKind, BurstVerdict } from "../base/eyes-protocol.ts";
import type { Change, Entry, Kind, NewEntry, View } from "../memory/types.ts";
import type { Utterance } from "../voice/utterance.ts";

/** The eyes, as learning needs them. */
export interface EnrolEyes {
  /** They run and see. */
  readonly on: boolean;
  /** Looks for 1.5 s at whom or what is ahead; answered by `burstKind` and `burstDone`. */
  burst(id: number): void;
  /** Throws a burst away. */
  cancel(id: number): void;
}

/** The end of a burst. */
export interface Burst {
  kind: BurstKind;
  views: View[];
  verdict: BurstVerdict | null;
  track: number | null;
}

/**
 * The memory, as learning needs it. What has returned is on disk; what throws has changed nothing.
 */
export interface EnrolMemory {
  /** The entry that these views surely show, or null. */
  recognise(kind: Kind, views: readonly View[]): Entry | null;
  remember(entry: NewEntry): Change;
  addViews(id: string, views: readonly View[]): Change;
  setClip(id: string, clip: Buffer | null): Entry;
  undo(change: Change): void;
  clipOf(id: string): Buffer | null;
}

/** One recording of a spoken name. */
export interface Take {
  /** What is heard from now on counts; before, it is thrown away. */
  begin(): void;
  /** The wearer has finished: what was heard so far is the name. */
  end(): void;
  /** Throws it away; `heard` then gives null. */
  cancel(): void;
  /** The name as a WAV file, or null where none was heard. Never rejects. */
  readonly heard: Promise<Buffer | null>;
}

export interface EnrolRecorder {
  /** There is a microphone. */
  readonly available: boolean;
  open(): Take;
}

export interface EnrolSpeech {
  say(utterance: Utterance): void;
}

/** What was learned, or taken back; without any name. */
export interface Learned {
  kind: Kind;
  id: string;
  how: "new" | "views" | "named" | "undone";
  /** Views that were kept. */
  views: number;
  /** A name was spoken or typed. */
  named: boolean;
  /** The track of whom or what was learned, where there is one. */
  track: number | null;
}
