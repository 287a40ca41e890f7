import sharp, { type Sharp } from "sharp";
import type { Box } from "../../base/eyes-protocol.ts";
import { type Frame, type SmallPicture, smallSide } from "../ports.ts";

/** Decoded pixels: RGB, 8 bits, row by row. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

/**
 * Size of a picture when it is shrunk (or enlarged) to fit a square of `side` pixels, its shape kept to the nearest
 * pixel.
 */
export function fitted(width: number, height: number, side: number): { width: number; height: number } {
  const scale = side / Math.max(width, height);
  return {
    width: Math.min(side, Math.max(1, Math.round(width * scale))),
    height: Math.min(side, Math.max(1, Math.round(height * scale))),
  };
}

/**
 * A window of decoded pixels, seen as a picture of `width` × `height`. No pixel is touched until it is asked for, and
 * then by libvips, never by JavaScript.
 */
export class RawPicture implements Frame {
  #small: Promise<SmallPicture> | undefined;

  /** @param window whole pixels, inside `pixels` */
  constructor(
    private readonly pixels: Pixels,
    private readonly window: Box,
    readonly width: number,
    readonly height: number,
    readonly at: number,
  ) {}

  small(): Promise<SmallPicture> {
    this.#small ??= this.#shrink();
    return this.#small;
  }

  async crop(box: Box, width: number, height: number): Promise<Uint8Array> {
    const [left, top, windowWidth, windowHeight] = this.window;
    const scaleX = windowWidth / this.width;
    const scaleY = windowHeight / this.height;
    const x = Math.min(Math.floor(box[0] * scaleX), windowWidth - 1);
    const y = Math.min(Math.floor(box[1] * scaleY), windowHeight - 1);
    const part: Box = [
      left + x,
      top + y,
      Math.min(Math.max(1, Math.round(box[2] * scaleX)), windowWidth - x),
      Math.min(Math.max(1, Math.round(box[3] * scaleY)), windowHeight - y),
    ];
    return stretch(this.#part(part), width, height).raw().toBuffer();
  }

  still(side: number): Promise<Buffer> {
    const [, , windowWidth, windowHeight] = this.window;
    const longest = Math.min(side, Math.max(windowWidth, windowHeight));
    const size = fitted(this.width, this.height, longest);
    return stretch(this.#part(this.window), size.width, size.height).jpeg({ quality: 85 }).toBuffer();
  }

  keep(): Frame {
    return this;
  }

  async #shrink(): Promise<SmallPicture> {
    const { width, height } = fitted(this.width, this.height, smallSide);
    return squared(await stretch(this.#part(this.window), width, height).raw().toBuffer(), width, height);
  }

  #part([left, top, width, height]: Box): Sharp {
    const { data, width: rawWidth, height: rawHeight } = this.pixels;
    const all = sharp(data, { raw: { width: rawWidth, height: rawHeight, channels: 3 } });
    const whole = width === rawWidth && height === rawHeight;
    return whole ? all : all.extract({ left, top, width, height });
  }
}

/**
 * Pixels `[height, width, 3]` in the middle of a black square. Rows are copied: three times as quick as to let libvips carry
 * the border along.
 */
export function squared(rows: Uint8Array, width: number, height: number): SmallPicture {
  const left = Math.floor((smallSide - width) / 2);
  const top = Math.floor((smallSide - height) / 2);
  const data = new Uint8Array(smallSide * smallSide * 3);
  for (let y = 0; y < height; y++) {
    data.set(rows.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * smallSide + left) * 3);
  }
  return { data, left, top, width, height };
}

/**
 * Lanczos, because NanoDet finds more in sharp pictures than in smooth ones: mAP50 on 128 photos .477, with a triangle
 * filter .469. (In a corner instead of the middle of its square it found less: .465.)
 */
function stretch(picture: Sharp, width: number, height: number): Sharp {
  return picture.resize(width, height, { fit: "fill", kernel: "lanczos3" });
}
