import sharp from "sharp";
import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { wholePixels } from "./boxes.ts";

/** What the light in a part of a picture is like. */
export interface Light {
  /** Mean brightness, 0 to 255. */
  brightness: number;
  /** Standard deviation of the brightness. */
  contrast: number;
  /** Standard deviation of the Laplacian (libvips' `sharpness`). */
  sharpness: number;
}

/** Measures a part of a picture as it looks in `width` × `height` pixels; no pixel is touched by JavaScript. */
export async function lightIn(picture: Picture, region: Box, width: number, height = width): Promise<Light> {
  const data = await picture.crop(wholePixels(region, picture.width, picture.height), width, height);
  const { channels, sharpness } = await sharp(data, { raw: { width, height, channels: 3 } }).stats();
  let brightness = 0;
  let contrast = 0;
  for (const { mean, stdev } of channels) {
    brightness += mean / channels.length;
    contrast += stdev / channels.length;
  }
  return { brightness, contrast, sharpness };
}
