import type { Box } from "../base/eyes-protocol.ts";
import { openWasm, wasmMemory } from "../base/wasm.ts";
import { type Picture, smallSide } from "../devices/ports.ts";
import { wholePixels } from "./boxes.ts";

/** What the light in a part of a picture is like. */
export interface Light {
  /** Mean brightness, 0 to 255. */
  brightness: number;
  /** Standard deviation of red, green and blue, in the mean. */
  contrast: number;
  /** Standard deviation of the Laplacian of the luma, in ninths: for photos within 5 % of libvips' `sharpness`. */
  sharpness: number;
}

/** Measures a part of a picture as it looks in `width` × `height` pixels, at most those of a small picture. */
export async function lightIn(picture: Picture, region: Box, width: number, height = width): Promise<Light> {
  const part = await picture.crop(wholePixels(region, picture.width, picture.height), width, height);
  return lightOf(part, width, height);
}

/** The function of wasm/light.ts, and where in its memory things lie. */
interface Measuring {
  sums(rgb: number, stride: number, width: number, height: number, luma: number, target: number): void;
  bytes: Uint8Array;
  results: Float64Array;
}
const mostPixels = smallSide * smallSide;
const resultCount = 8;
const rgbAt = resultCount * Float64Array.BYTES_PER_ELEMENT;
const lumaAt = rgbAt + 3 * mostPixels;
let measuring: Measuring | undefined;

/**
 * The light of a small picture or of a part of it. A hundredth of what libvips' `stats` takes, which finds out much more.
 *
 * @param rgb `[height, width, 3]`, rows `stride` bytes apart
 * @throws RangeError when it has more pixels than a small picture
 */
export function lightOf(rgb: Uint8Array, width: number, height: number, stride = 3 * width): Light {
  const count = width * height;
  if (count > mostPixels) throw new RangeError(`${width} × ${height} pixels are too many`);
  measuring ??= open();
  const { bytes, results, sums } = measuring;
  bytes.set(rgb.subarray(0, (height - 1) * stride + 3 * width), rgbAt);
  sums(rgbAt, stride, width, height, lumaAt, 0);
  const result = (n: number) => results[n] ?? 0;
  let brightness = 0;
  let contrast = 0;
  for (let channel = 0; channel < 3; channel++) {
    brightness += result(channel) / count / 3;
    contrast += deviation(result(channel), result(3 + channel), count) / 3;
  }
  const inner = Math.max(0, width - 2) * Math.max(0, height - 2);
  return { brightness, contrast, sharpness: deviation(result(6), result(7), inner) / 9 };
}

function open(): Measuring {
  const memory = wasmMemory(lumaAt + Int16Array.BYTES_PER_ELEMENT * mostPixels);
  return {
    ...openWasm<Pick<Measuring, "sums">>("light", memory),
    bytes: new Uint8Array(memory.buffer),
    results: new Float64Array(memory.buffer, 0, resultCount),
  };
}

function deviation(sum: number, squares: number, count: number): number {
  return count > 0 ? Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) : 0;
}
