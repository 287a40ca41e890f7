import type { Facts } from "../attention/facts.ts";
import type { Name, Words } from "../attention/wording/names.ts";
import type { Utterance } from "../voice/utterance.ts";

/** Somebody who is remembered, for taking their name out of a question. */
export interface RememberedPerson {
  id: string;
  name: Name;
}

/** What descriptions need of the rest of the hat; none of it may throw. */
export interface DescriberPorts {
  /** The newest frame as a JPEG with its longest side at most `side` pixels, or null when there is none. */
  picture(side: number): Promise<Buffer | null>;
  /** What the hat knows of what lies ahead: `Attention.facts`. */
  facts(): Facts;
  /** The hat's own view in sentences: what `Attention.around` says. */
  around(): Words;
  /** The text ahead, in paragraphs, or null when it cannot be had. */
  text(): Promise<readonly string[] | null>;
  /** All people who are remembered, in view or not. */
  people(): readonly RememberedPerson[];
  say(utterance: Utterance): void;
  /** `thinking` while an answer is waited for, `picture` when a picture leaves the hat, `error` when none came. */
  earcon(name: "thinking" | "picture" | "error"): void;
}

/** What the wearer asks: nothing (a description), in words, or by voice. */
export type Question =
  | { kind: "describe" }
  | { kind: "text"; text: string }
  /** 16-bit mono sound. */
  | { kind: "sound"; sound: Buffer; rate: number };
