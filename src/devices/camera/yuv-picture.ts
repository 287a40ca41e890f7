import sharp, { type Matrix3x3, type Sharp } from "sharp";
import type { Box } from "../../base/eyes-protocol.ts";
import { type Frame, type SmallPicture, smallSide } from "../ports.ts";
import type { FrameBuffer } from "./frame-buffers.ts";
import { fitted, squared } from "./raw-picture.ts";

/** One of the three planes of a picture: where it lies in the bytes, and its size in pixels (of a byte each). */
interface Plane {
  offset: number;
  /** Bytes from one row to the next. */
  stride: number;
  width: number;
  height: number;
}

/** How a planar picture lies in its bytes: brightness, then two planes of colour with half its width and height. */
export interface YuvLayout {
  width: number;
  height: number;
  /** Size of the whole. */
  bytes: number;
  planes: readonly [y: Plane, u: Plane, v: Plane];
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

/** From Y, Cb and Cr of all 256 levels to R, G and B: ITU-T T.871 (JPEG), section 7. The half makes cutting off rounding. */
const toRgb = {
  matrix: [
    [1, 0, 1.402],
    [1, -0.344136, -0.714136],
    [1, 1.772, 0],
  ],
  offset: [0.5 - 1.402 * 128, 0.5 + (0.344136 + 0.714136) * 128, 0.5 - 1.772 * 128],
} satisfies { matrix: Matrix3x3; offset: number[] };

/**
 * A frame as cameras give it, in YUV420. What is asked for is cut out and scaled in each plane first, and only then, at its
 * final size, made RGB; all of it by libvips, and none of it before it is asked for.
 */
export class YuvPicture implements Frame {
  readonly width: number;
  readonly height: number;
  #small: Promise<SmallPicture> | undefined;

  constructor(
    private readonly layout: YuvLayout,
    private readonly buffer: FrameBuffer,
    readonly at: number,
  ) {
    this.width = layout.width;
    this.height = layout.height;
  }

  small(): Promise<SmallPicture> {
    this.#small ??= this.#shrink();
    return this.#small;
  }

  crop(box: Box, width: number, height: number): Promise<Uint8Array> {
    return this.buffer.use((data) => this.#rgb(data, box, width, height, (picture) => picture.raw()));
  }

  still(side: number): Promise<Buffer> {
    const longest = Math.min(side, Math.max(this.width, this.height));
    const { width, height } = fitted(this.width, this.height, longest);
    return this.buffer.use((data) =>
      this.#rgb(data, this.#whole, width, height, (picture) => picture.jpeg({ quality: 85 })),
    );
  }

  keep(): Frame {
    return new YuvPicture(this.layout, this.buffer.copy(), this.at);
  }

  get #whole(): Box {
    return [0, 0, this.width, this.height];
  }

  async #shrink(): Promise<SmallPicture> {
    const { width, height } = fitted(this.width, this.height, smallSide);
    const rows = await this.buffer.use((bytes) =>
      this.#rgb(bytes, this.#whole, width, height, (picture) => picture.raw()),
    );
    return squared(rows, width, height);
  }

  async #rgb(
    data: Buffer,
    box: Box,
    width: number,
    height: number,
    finish: (picture: Sharp) => Sharp,
  ): Promise<Buffer> {
    const [y, u, v] = this.layout.planes;
    const [Y, U, V] = await Promise.all([
      this.#part(data, y, box, width, height),
      // Eyes and networks are not so particular about the edges of colour.
      this.#part(data, u, box, width, height, "linear"),
      this.#part(data, v, box, width, height, "linear"),
    ]);
    const raw = { width, height, channels: 1 } as const;
    const picture = sharp(Y, { raw })
      .toColourspace("srgb")
      .joinChannel([U, V], { raw })
      .recomb(toRgb.matrix)
      .linear([1, 1, 1], toRgb.offset);
    return finish(picture).toBuffer();
  }

  /** A part of a plane, `box` being in pixels of the whole picture. */
  #part(
    data: Buffer,
    plane: Plane,
    box: Box,
    width: number,
    height: number,
    kernel: "lanczos3" | "linear" = "lanczos3",
  ): Promise<Buffer> {
    const [left, right] = span(box[0], box[2], plane.width / this.width, plane.width);
    const [top, bottom] = span(box[1], box[3], plane.height / this.height, plane.height);
    const { offset, stride } = plane;
    return sharp(data.subarray(offset, offset + stride * plane.height), {
      raw: { width: stride, height: plane.height, channels: 1 },
    })
      .extract({ left, top, width: right - left, height: bottom - top })
      .resize(width, height, { fit: "fill", kernel })
      .toColourspace("b-w")
      .raw()
      .toBuffer();
  }
}

/** Whole pixels of a plane that hold a stretch of the picture. */
function span(from: number, length: number, scale: number, most: number): [number, number] {
  const begin = Math.min(Math.floor(from * scale), most - 1);
  const end = Math.min(Math.max(begin + 1, Math.ceil((from + length) * scale)), most);
  return [begin, end];
}
