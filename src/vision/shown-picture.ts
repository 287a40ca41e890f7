import sharp from "sharp";
import type { Clock, Timer } from "../base/clock.ts";
import type { Box, CutOut, ToEyes } from "../base/eyes-protocol.ts";
import { fitted } from "../devices/camera/raw-picture.ts";
import type { Frame } from "../devices/ports.ts";
import type { Point } from "./face-landmark.ts";
import type { Lazy } from "./lazy.ts";
import { paint } from "./mask.ts";
import type { Segmenter } from "./segment.ts";
import type { Turns } from "./turns.ts";

/** What was shown is kept for so long, for whoever taps on it; then it is forgotten. */
const keptMs = 60_000;
/** Longest side of a mask that goes out, in pixels. */
const maskSide = 512;

export interface ShownPictureOptions {
  clock: Pick<Clock, "after">;
  segmenter: Pick<Lazy<Pick<Segmenter, "segment">>, "get">;
  turns: Pick<Turns, "step">;
}

type Question = Omit<Extract<ToEyes, { type: "segment" }>, "type" | "id">;

/** The picture that somebody was given last, in which things can be cut out by tapping on them. */
export class ShownPicture {
  readonly #options: ShownPictureOptions;
  #frame: Frame | null = null;
  #timer: Timer | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ShownPictureOptions) {
    this.#options = options;
  }

  /** Gives the frame as a JPEG (see Frame) and keeps it for a while. */
  async show(frame: Frame, side: number): Promise<Buffer> {
    this.#frame = frame;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(keptMs, () => {
      this.#frame = null;
    });
    return frame.still(side);
  }

  /**
   * Cuts a thing out of the picture, a look at a time between frames; null when no picture is kept, or nothing is found.
   * @throws BrimError MODEL when SqueezeSAM is missing or damaged
   */
  cutOut(question: Question): Promise<CutOut | null> {
    const frame = this.#frame;
    // One at a time: the segmenter takes no more.
    const answer = this.#last.then(() => (frame === null ? null : this.#cutOut(frame, question)));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #cutOut(frame: Frame, { clicks, not, box }: Question): Promise<CutOut | null> {
    const { segmenter, turns } = this.#options;
    const { width, height } = frame;
    const inside = (share: number, size: number) => Math.min(share * size, size - 1);
    const toPixels = ([x, y]: readonly [number, number]): Point => [inside(x, width), inside(y, height)];
    const scaled: Box | undefined = box && [
      box[0] * width,
      box[1] * height,
      Math.max(1, box[2] * width),
      Math.max(1, box[3] * height),
    ];
    const prompt = {
      clicks: clicks.map(toPixels),
      not: not.map(toPixels),
      ...(scaled ? { box: scaled } : {}),
    };
    const found = await (await segmenter.get()).segment(frame, prompt, () => turns.step());
    const mask = await paint(found.cells, width, height);
    if (mask.box === null) return null;
    const [x, y, w, h] = mask.box;
    const size = fitted(width, height, Math.min(maskSide, Math.max(width, height)));
    const png = await sharp(mask.data, { raw: { width, height, channels: 1 } })
      .resize(size.width, size.height, { fit: "fill", kernel: "nearest" })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    return {
      score: found.score,
      box: [x / width, y / height, w / width, h / height],
      mask: png.toString("base64"),
    };
  }
}
