/** The four priorities of speech, most urgent first. */
export const priorities = ["safety", "answer", "recognised", "ambient"] as const;
export type Priority = (typeof priorities)[number];

/**
 * What an utterance does to those before it that are not more urgent than itself:
 * `interrupt` stops the one that is being said and clears those that wait, `clear` only clears those that wait,
 * `enqueue` lets them all go first.
 */
export type QueueAction = "interrupt" | "clear" | "enqueue";

/**
 * How an utterance ended: `finished` to its last word, `interrupted` by something more urgent, `hushed` by the
 * wearer, `stale` (never begun: no longer true, or its time to live is over), `dropped` (never begun: cleared, or
 * the queue was full).
 */
export type Ending = "finished" | "interrupted" | "hushed" | "stale" | "dropped";

/** A recording that is heard in place of words: the spoken name of a person. */
export interface Clip {
  /** A WAV file: 16-bit samples, one or more channels, any rate; at most 10 s of it are played. */
  clip: Buffer;
  /** What is said instead where the recording cannot be played. */
  text?: string;
}

/** A piece of an utterance: words, or a recording. */
export type Piece = string | Clip;

/** Something to be said. */
export interface Utterance {
  /** One or more sentences; each is synthesised by itself. What the page and `brim start --json` tell of it. */
  text: string;
  /**
   * What is heard, where a recording stands for some of the words of `text`:
   * `["Saved, ", { clip, text: "Ana" }, ". Click to undo."]`.
   */
  parts?: readonly Piece[];
  priority: Priority;
  action: QueueAction;
  /** Milliseconds after which it is no longer worth beginning. */
  ttl: number;
  /** A waiting utterance with the same key is replaced by this one. */
  key?: string;
  /** It belongs to a moment, as the entries of the menu do: to repeat what was last said is to repeat what was before. */
  passing?: boolean;
  /** Asked just before it is begun; false throws it away as stale. */
  stillTrue?(now: number): boolean;
  onBegin?(at: number): void;
  onEnd?(how: Ending): void;
}

/** Record of an utterance that was begun, whether or not there is a sound card. */
export interface Said {
  text: string;
  priority: Priority;
  /** CLOCK_MONOTONIC in ms. */
  at: number;
}
