import { microphoneRate as rate } from "../../devices/ports.ts";

/** Longest question. */
const longestSamples = 20 * rate;
/** Less is a slip of the finger. */
const shortestSamples = 0.3 * rate;

/** Keeps a spoken question while the button is held. */
export class QuestionListener {
  readonly #pieces: Buffer[] = [];
  #samples = 0;

  /** Takes what was heard next. Returns true when it is as long as it may be. */
  push(samples: Int16Array): boolean {
    const piece = Buffer.alloc(samples.length * 2);
    for (const [i, sample] of samples.entries()) piece.writeInt16LE(sample, i * 2);
    this.#pieces.push(piece);
    this.#samples += samples.length;
    return this.#samples >= longestSamples;
  }

  /** 16-bit mono samples, `microphoneRate` a second, or null where there is too little for a question. */
  question(): Buffer | null {
    return this.#samples < shortestSamples ? null : Buffer.concat(this.#pieces);
  }
}
