import sharp, { type Matrix3x3 } from "sharp";
import type { Pixels } from "./raw-picture.ts";
import { type YuvLayout, yuv420 } from "./yuv-picture.ts";

/** From R, G and B to Y, Cb and Cr of all 256 levels: ITU-T T.871 (JPEG), section 7. The half makes cutting off rounding. */
const toYuv = {
  matrix: [
    [0.299, 0.587, 0.114],
    [-0.168736, -0.331264, 0.5],
    [0.5, -0.418688, -0.081312],
  ],
  offset: [0.5, 128.5, 128.5],
} satisfies { matrix: Matrix3x3; offset: number[] };

/** Puts a picture into `target` as a camera would give it, in YUV420. */
export async function putYuv420({ data, width, height }: Pixels, target: Buffer): Promise<YuvLayout> {
  const layout = yuv420(width, height);
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  await Promise.all(
    layout.planes.map(async (plane, channel) => {
      const numbers = await picture
        .clone()
        .resize(plane.width, plane.height, { fit: "fill", kernel: "linear" })
        .recomb(toYuv.matrix)
        .linear([1, 1, 1], toYuv.offset)
        .extractChannel(channel as 0 | 1 | 2)
        .raw()
        .toBuffer();
      target.set(numbers, plane.offset);
    }),
  );
  return layout;
}
