import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { ReadText } from "../base/eyes-protocol.ts";
import type { Ending, Utterance } from "../voice/utterance.ts";

export interface ReadingOptions {
  clock: Pick<Clock, "now" | "after">;
  wording: Wording;
  /** The text ahead, or null when it cannot be had; never rejects. */
  read(): Promise<ReadText | null>;
  /** Why there is nothing to read in what the eyes see (dark, covered …), or null. */
  blind(): Utterance | null;
  say(utterance: Utterance): void;
  thinking(): void;
}

/** What is said at once, in characters: some twenty seconds. */
const partLength = 400;
/** So long after its last word a text is gone on with; then the gesture reads what is ahead anew. */
const keptMs = 30_000;
const thinkEveryMs = 1_500;
const ttl = 10_000;

/** A text that is read aloud in parts. */
interface Text {
  parts: readonly string[];
  /** The part that was said last, and whether it was heard to its end. */
  at: number;
  finished: boolean;
  touchedAt: number;
}

/** Reads the text ahead aloud, part by part: the gesture begins and goes on, a press hushes, the menu goes back. */
export class Reading {
  readonly #options: ReadingOptions;
  #text: Text | null = null;
  /** The question that waits for its answer. */
  #asked: { timer: Timer } | null = null;
  #speaking = false;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** The text is being looked for, or read aloud. */
  get busy(): boolean {
    return this.#asked !== null || this.#speaking;
  }

  /** Whether `back` has something to read. */
  get canGoBack(): boolean {
    return this.#text !== null;
  }

  /** The wearer's gesture: goes on with a text that was not read to its end, or reads what is ahead. */
  next(): void {
    const text = this.#text;
    const { clock } = this.#options;
    const fresh = text !== null && clock.now() - text.touchedAt <= keptMs;
    const at = text === null ? 0 : text.finished ? text.at + 1 : text.at;
    if (fresh && at < text.parts.length) this.#say(text, at);
    else void this.#begin();
  }

  /** Reads the part before again. Returns false when no text was read yet. */
  back(): boolean {
    if (this.#text === null) return false;
    this.#say(this.#text, Math.max(0, this.#text.at - 1));
    return true;
  }

  /** The wearer has pressed: an answer that is still to come is not said any more. */
  hush(): void {
    this.#asked?.timer.cancel();
    this.#asked = null;
  }

  async #begin(): Promise<void> {
    const { wording, read, blind, say } = this.#options;
    this.hush();
    this.#text = null;
    const cannotSee = blind();
    if (cannotSee !== null) return say(cannotSee);
    const asked = { timer: this.#think() };
    this.#asked = asked;
    this.#options.thinking();
    const found = await read();
    // Hushed, or asked anew.
    if (this.#asked !== asked) return;
    this.hush();
    const { reading } = wording;
    if (found === null) return this.#answer(reading.failed);
    const hints = [
      ...(found.far ? [reading.far] : []),
      ...(found.cut === null ? [] : [reading.cut(found.cut)]),
    ];
    const parts = partsOf(found.paragraphs);
    if (parts.length === 0) return this.#answer(hints[0] ?? reading.nothing);
    const [first = "", ...others] = parts;
    const text = { parts: [[...hints, first].join(" "), ...others], at: 0, finished: false, touchedAt: 0 };
    this.#text = text;
    this.#say(text, 0);
  }

  #think(): Timer {
    const { clock, thinking } = this.#options;
    return clock.after(thinkEveryMs, () => {
      if (this.#asked === null) return;
      thinking();
      this.#asked.timer = this.#think();
    });
  }

  #say(text: Text, at: number): void {
    const { clock, wording } = this.#options;
    text.at = at;
    text.finished = false;
    text.touchedAt = clock.now();
    this.#speaking = true;
    const part = text.parts[at] ?? "";
    const more = at + 1 < text.parts.length ? ` ${wording.reading.more}` : "";
    this.#answer(`${part}${more}`, (how) => {
      this.#speaking = false;
      if (text.at === at) text.finished = how === "finished";
      text.touchedAt = clock.now();
    });
  }

  #answer(text: string, onEnd: (how: Ending) => void = () => {}): void {
    this.#options.say({ text, priority: "answer", action: "interrupt", ttl, key: "reading", onEnd });
  }
}

/** A text in parts that end with a sentence where there is one; a paragraph is said as a sentence at least. */
export function partsOf(paragraphs: readonly string[]): string[] {
  const sentences = paragraphs
    .map((paragraph) => (/[.!?:;,]$/.test(paragraph) ? paragraph : `${paragraph}.`))
    .flatMap((paragraph) => paragraph.split(/(?<=[.!?])\s+/))
    .flatMap((sentence) => pieces(sentence));
  const parts: string[] = [];
  for (const sentence of sentences) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + sentence.length < partLength) {
      parts[parts.length - 1] = `${last} ${sentence}`;
    } else parts.push(sentence);
  }
  return parts;
}

/** A sentence without end is cut between two words. */
function pieces(sentence: string): string[] {
  const cut: string[] = [];
  let rest = sentence;
  while (rest.length > partLength) {
    const space = rest.lastIndexOf(" ", partLength);
    const at = space > 0 ? space : partLength;
    cut.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return rest === "" ? cut : [...cut, rest];
}
