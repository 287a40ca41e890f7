import type { SmallPicture } from "../ports.ts";
import { Resampler } from "./resampler.ts";

/** The small picture of the frame that was last in some memory. */
export interface LastSmall {
  picture: SmallPicture | null;
}

/** The bytes of one frame. */
export class FrameBuffer {
  #gone = false;

  /**
   * @param resampler makes pictures of them
   * @param last of these bytes: its memory is used again for their own small picture; only where they are one frame's
   */
  constructor(
    private readonly data: Buffer,
    readonly resampler: Resampler,
    private readonly onFree: (data: Buffer) => void = () => {},
    readonly last: LastSmall | null = null,
  ) {}

  /** The bytes, which stay as they are until whoever asked gives way to others. */
  get bytes(): Buffer {
    this.assertThere();
    return this.data;
  }

  /** @throws Error when they have given way */
  assertThere(): void {
    if (this.#gone) throw new Error("a frame was used after two newer ones were given: keep it");
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
  readonly #last: ReadonlyMap<Buffer, LastSmall>;
  readonly #given: FrameBuffer[] = [];

  /** @param bytes of one frame */
  constructor(bytes: number) {
    this.#resampler = new Resampler(places, bytes);
    this.#spare = [...this.#resampler.places];
    this.#last = new Map(this.#resampler.places.map((place) => [place, { picture: null }]));
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
    const onFree = (free: Buffer) => this.putBack(free);
    const buffer = new FrameBuffer(data, this.#resampler, onFree, this.#last.get(data));
    this.#given.push(buffer);
    while (this.#given.length > usable) this.#given.shift()?.release();
    return buffer;
  }
}
