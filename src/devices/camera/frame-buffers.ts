/** The bytes of one frame. */
export class FrameBuffer {
  #data: Buffer;
  #users = 0;
  #gone = false;

  constructor(
    data: Buffer,
    private readonly onFree: (data: Buffer) => void = () => {},
  ) {
    this.#data = data;
  }

  /** Lets somebody read the bytes, which stay as they are until the promise has settled. */
  async use<T>(read: (data: Buffer) => Promise<T>): Promise<T> {
    if (this.#gone) throw new Error("a frame was used after two newer ones were given: keep it");
    this.#users++;
    try {
      return await read(this.#data);
    } finally {
      this.#users--;
      this.#freeUnused();
    }
  }

  /** The same bytes, for good. */
  copy(): FrameBuffer {
    if (this.#gone) throw new Error("a frame was kept after two newer ones were given");
    return new FrameBuffer(Buffer.from(this.#data));
  }

  /** Nobody may begin to read any more; when nobody reads, the memory is used again. */
  release(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#freeUnused();
  }

  #freeUnused(): void {
    if (this.#gone && this.#users === 0) this.onFree(this.#data);
  }
}

/** So many given frames can be used: the newest, and the one before while the newest is being waited for. */
const usable = 2;
/** Memory that nobody uses is kept for so many frames. */
const mostSpare = 4;

/**
 * The memory of a camera's frames: one is being filled, one is whole and waits to be given, two were given. It is used in
 * turn, so that a camera that runs for hours takes no new memory for each of its frames.
 */
export class FrameBuffers {
  readonly #spare: Buffer[] = [];
  #given: FrameBuffer[] = [];

  constructor(private readonly bytes: number) {}

  /** Memory to be filled. */
  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  /** What was filled, and nobody has asked for. */
  putBack(data: Buffer): void {
    if (this.#spare.length < mostSpare) this.#spare.push(data);
  }

  /** Gives what was filled to a reader; the last but one that was given is taken back. */
  give(data: Buffer): FrameBuffer {
    const buffer = new FrameBuffer(data, (free) => this.putBack(free));
    this.#given.push(buffer);
    while (this.#given.length > usable) this.#given.shift()?.release();
    return buffer;
  }
}
