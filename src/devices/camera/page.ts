import sharp from "sharp";
import type { Clock } from "../../base/clock.ts";
import { BrimError } from "../../base/errors.ts";
import { type Camera, type Frame, largestStill } from "../ports.ts";
import { type Pixels, RawPicture } from "./raw-picture.ts";

/** Larger pictures are none of a page's. */
const longestSide = 4096;
/** A page that sends nothing for so long has gone. */
const silentMs = 3_000;

interface Given {
  jpeg: Buffer;
  done(taken: boolean): void;
}

/** The camera of a phone or laptop, whose page sends its frames; see `give`. */
export class PageCamera implements Camera {
  readonly name = "camera of the page";
  readonly #options: { clock: Clock; fps: number };
  #given: Given | null = null;
  #onGiven: (() => void) | null = null;
  #newest: RawPicture | null = null;
  #due = Number.NEGATIVE_INFINITY;

  /** @param options frames a second that are taken at most */
  constructor(options: { clock: Clock; fps: number }) {
    this.#options = options;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#given?.done(false);
    this.#given = null;
    this.#newest = null;
  }

  /**
   * Takes a frame, in place of one that waits.
   * @param jpeg upright, at most 4096 pixels wide or high
   * @returns whether it was looked at, once it was; false for what is no such picture, and what another has replaced
   */
  give(jpeg: Buffer): Promise<boolean> {
    this.#given?.done(false);
    return new Promise((done) => {
      this.#given = { jpeg, done };
      this.#onGiven?.();
    });
  }

  async next(signal: AbortSignal): Promise<Frame> {
    const { clock, fps } = this.#options;
    if (this.#due > clock.now()) await clock.sleep(this.#due - clock.now(), signal);
    for (;;) {
      const { jpeg, done } = await this.#wait(signal);
      const pixels = await decoded(jpeg);
      done(pixels !== null);
      if (pixels === null) continue;
      this.#due = clock.now() + 1000 / fps;
      this.#newest = new RawPicture(pixels, clock.now());
      return this.#newest;
    }
  }

  async still(): Promise<Buffer> {
    if (this.#newest === null) throw new BrimError("DEVICE", "no picture has come from the page yet");
    return this.#newest.still(largestStill);
  }

  async #wait(signal: AbortSignal): Promise<Given> {
    signal.throwIfAborted();
    if (this.#given === null) await this.#come(signal);
    const given = this.#given;
    this.#given = null;
    if (given === null) throw new BrimError("DEVICE", "the camera of the page was stopped");
    return given;
  }

  #come(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = (settle: () => void) => {
        timer.cancel();
        signal.removeEventListener("abort", onAbort);
        this.#onGiven = null;
        settle();
      };
      const onAbort = () => over(() => reject(signal.reason));
      const timer = this.#options.clock.after(silentMs, () =>
        over(() => reject(new BrimError("DEVICE", "no picture comes from the page: switch its camera on"))),
      );
      signal.addEventListener("abort", onAbort);
      this.#onGiven = () => over(resolve);
    });
  }
}

/** Null where it is no JPEG, or too large a one. */
async function decoded(jpeg: Buffer): Promise<Pixels | null> {
  try {
    const picture = sharp(jpeg, { limitInputPixels: longestSide * longestSide, failOn: "error" });
    const { format, width, height } = await picture.metadata();
    if (format !== "jpeg" || Math.max(width, height) > longestSide) return null;
    const { data, info } = await picture
      .autoOrient()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? { data, width: info.width, height: info.height } : null;
  } catch {
    return null;
  }
}
