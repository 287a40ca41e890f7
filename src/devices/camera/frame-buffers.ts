import { Resampler } from "./resampler.ts";

/** The bytes of one frame. */
export class FrameBuffer {
  #gone = false;

  /** @param resampler makes pictures of them */
  constructor(
    private readonly data: Buffer,
    readonly resampler: Resampler,
    private readonly onFree: (data: Buffer) => void = () => {},
  ) {}

  /** The bytes, which stay as they are until whoever asked gives way to others. */
  get bytes(): Buffer {
    if (this.#gone) throw new Error("a frame was used after two newer ones were given: keep it");
    return this.data;
  }

  /** The same bytes, for good. */
  copy(): FrameBuffer {
    return new FrameBuffer(Buffer.from(this.bytes), this.resampler);
  }

  /** Nobody may read any more; the memory is used again. */
  release(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.onFree(this.data);
  }
}

/** So many given frames can be used: the newest, and the one before while the newest is being waited for. */
const usable = 2;
/** Besides, one is being filled, and one is whole and waits to be given. */
const places = usable + 2;

/**
 * The memory of a camera's frames. It is used in turn, so that a camera that runs for hours takes no new memory for each of
 * its frames.
 */
export class FrameBuffers {
  readonly #resampler: Resampler;
  readonly #spare: Buffer[];
  readonly #given: FrameBuffer[] = [];

  /** @param bytes of one frame */
  constructor(bytes: number) {
    this.#resampler = new Resampler(places, bytes);
    this.#spare = [...this.#resampler.places];
  }

  /** Memory to be filled. */
  take(): Buffer {
    const data = this.#spare.pop();
    if (data === undefined) throw new Error("frames were taken and not given");
    return data;
  }

  /** What was filled, and nobody has asked for. */
  putBack(data: Buffer): void {
    this.#spare.push(data);
  }

  /** Gives what was filled to a reader; the last but one that was given is taken back. */
  give(data: Buffer): FrameBuffer {
    const buffer = new FrameBuffer(data, this.#resampler, (free) => this.putBack(free));
    this.#given.push(buffer);
    while (this.#given.length > usable) this.#given.shift()?.release();
    return buffer;
  }
}
