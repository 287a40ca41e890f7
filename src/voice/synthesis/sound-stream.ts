/** Chunks of sound that one side pushes and the other iterates over. */
export class SoundStream implements AsyncIterable<Buffer> {
  readonly #chunks: Buffer[] = [];
  #ended = false;
  #error: unknown = null;
  #wake: () => void = () => {};

  push(chunk: Buffer): void {
    if (this.#ended) return;
    this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Ends with an error, which is thrown once the chunks before it have been read. */
  fail(error: unknown): void {
    if (!this.#ended) this.#error = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#ended) break;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
    if (this.#error !== null) throw this.#error;
  }
}
