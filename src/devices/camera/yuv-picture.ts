import sharp from "sharp";
import type { Box } from "../../base/eyes-protocol.ts";
import { type Frame, type SmallPicture, smallSide } from "../ports.ts";
import type { FrameBuffer } from "./frame-buffers.ts";
import { fitted, squared } from "./raw-picture.ts";
import type { PlanePart } from "./resampler.ts";

/** How a planar picture lies in its bytes: brightness, then two planes of colour with half its width and height. */
export interface YuvLayout {
  width: number;
  height: number;
  /** Size of the whole. */
  bytes: number;
  planes: readonly [y: PlanePart, u: PlanePart, v: PlanePart];
}

/**
 * The layout of YUV420.
 * @param align the rows of brightness are padded to a multiple of so many bytes, those of colour to half of it
 */
export function yuv420(width: number, height: number, align = 1): YuvLayout {
  const stride = Math.ceil(width / align) * align;
  const half = { stride: Math.ceil(stride / 2), width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const large = stride * height;
  const small = half.stride * half.height;
  return {
    width,
    height,
    bytes: large + 2 * small,
    planes: [
      { offset: 0, stride, width, height },
      { offset: large, ...half },
      { offset: large + small, ...half },
    ],
  };
}

/**
 * A window of a frame as cameras give it, in YUV420, seen as a picture of `width` × `height`. What is asked for is cut out and
 * scaled in each plane first, and only then, at its final size, made RGB; no pixel is touched before it is asked for.
 */
export class YuvPicture implements Frame {
  #small: SmallPicture | undefined;

  /** @param window whole pixels, inside the frame; without it all of it */
  constructor(
    private readonly layout: YuvLayout,
    private readonly buffer: FrameBuffer,
    readonly at: number,
    private readonly window: Box = [0, 0, layout.width, layout.height],
    readonly width = window[2],
    readonly height = window[3],
  ) {}

  async small(): Promise<SmallPicture> {
    if (this.#small === undefined) {
      const { width, height } = fitted(this.width, this.height, smallSide);
      const rgb = this.#rgb([0, 0, this.width, this.height], width, height);
      const { last } = this.buffer;
      this.#small = squared(rgb, width, height, last?.picture);
      if (last !== null) last.picture = this.#small;
    }
    // Once the frame is gone, so is its small picture.
    this.buffer.assertThere();
    return this.#small;
  }

  async crop(box: Box, width: number, height: number): Promise<Uint8Array> {
    return this.#rgb(box, width, height).slice();
  }

  still(side: number): Promise<Buffer> {
    const longest = Math.min(side, Math.max(this.window[2], this.window[3]));
    const { width, height } = fitted(this.width, this.height, longest);
    const rgb = Buffer.from(this.#rgb([0, 0, this.width, this.height], width, height));
    return sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toBuffer();
  }

  keep(): Frame {
    return new YuvPicture(this.layout, this.buffer.copy(), this.at, this.window, this.width, this.height);
  }

  /** What is in a box, in memory that is soon used again. */
  #rgb(box: Box, width: number, height: number): Uint8Array {
    const [left, top, windowWidth, windowHeight] = this.window;
    const { bytes, resampler } = this.buffer;
    const parts = this.layout.planes.map((plane) => {
      const scaleX = plane.width / this.layout.width;
      const scaleY = plane.height / this.layout.height;
      const across = span(left, windowWidth, box[0] / this.width, box[2] / this.width, scaleX, plane.width);
      const down = span(top, windowHeight, box[1] / this.height, box[3] / this.height, scaleY, plane.height);
      return {
        offset: plane.offset + down[0] * plane.stride + across[0],
        stride: plane.stride,
        width: across[1] - across[0],
        height: down[1] - down[0],
      };
    });
    return resampler.rgb(bytes, parts, width, height);
  }
}

/**
 * Whole pixels of a plane, of which it has `most`, that hold a stretch of the window. `from` and `length` are shares of the
 * window, which begins at `begin`, `size` long, in pixels of the picture; `scale` leads from these to those of the plane.
 */
function span(
  begin: number,
  size: number,
  from: number,
  length: number,
  scale: number,
  most: number,
): [number, number] {
  const first = Math.min(Math.floor((begin + from * size) * scale), most - 1);
  // A length that is whole but for rounding is not one pixel longer.
  const end = Math.ceil((begin + (from + length) * size) * scale - 1e-6);
  return [first, Math.min(Math.max(first + 1, end), most)];
}
