import { bytesPerSecond } from "../../devices/speaker/sound.ts";
import type { Manner, Synthesiser } from "../synthesiser.ts";

/**
 * Sound that is kept, at most (1.3 MB, some twenty sentences, which a walk fills in two minutes), and the longest sentence that
 * is: what is said often is short.
 */
const mostBytes = 30 * bytesPerSecond;
const longestBytes = 4 * bytesPerSecond;

/** Keeps the sound of the sentences that were said last, in memory alone: what is said often begins at once. */
export class CachingSynthesiser implements Synthesiser {
  /** In the order of use, the latest last. */
  readonly #sounds = new Map<string, Buffer>();
  #bytes = 0;

  /** @param worth whether what is made now is to be kept; it is not when another voice stands in */
  constructor(
    private readonly inner: Synthesiser,
    private readonly worth: (manner: Manner) => boolean = () => true,
  ) {}

  get name(): string {
    return this.inner.name;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.inner.start(signal);
  }

  async stop(): Promise<void> {
    this.#sounds.clear();
    this.#bytes = 0;
    await this.inner.stop();
  }

  async *synthesise(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer> {
    const key = `${manner.language} ${manner.wordsPerMinute} ${text}`;
    const known = this.#sounds.get(key);
    if (known !== undefined) {
      this.#keep(key, known);
      yield known;
      return;
    }
    const worth = this.worth(manner);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.inner.synthesise(text, manner, signal)) {
      bytes += chunk.length;
      if (bytes <= longestBytes) chunks.push(chunk);
      else chunks.length = 0;
      yield chunk;
    }
    // A sentence that was broken off is not the whole of it.
    if (worth && !signal.aborted && bytes > 0 && bytes <= longestBytes)
      this.#keep(key, Buffer.concat(chunks));
  }

  #keep(key: string, sound: Buffer): void {
    this.#forget(key);
    this.#sounds.set(key, sound);
    this.#bytes += sound.length;
    for (const oldest of this.#sounds.keys()) {
      if (this.#bytes <= mostBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#sounds.get(key)?.length ?? 0;
    this.#sounds.delete(key);
  }
}
