import sharp, { type Sharp } from "sharp";
import type { Pixels } from "../../devices/camera/raw-picture.ts";
import { type LeaningBox, uprightBox } from "./geometry.ts";

/** Height of what the reader reads, in pixels. */
export const lineHeight = 48;
/** Longer lines are squeezed. */
const longestLine = 2400;
/** Lines that lean less are not turned: that would only blur them. */
const straight = Math.PI / 360;

/** A line of text, upright: RGB, `[48, width, 3]`. */
export interface LinePicture {
  data: Buffer;
  width: number;
}

/** How many quarter turns clockwise bring the line upright. */
export type Turns = 0 | 1 | 3;

/** Cuts a line out of the picture, turns it upright and makes it 48 pixels high. */
export async function cropLine(pixels: Pixels, box: LeaningBox, turns: Turns = 0): Promise<LinePicture> {
  let cut = await cutOut(pixels, box);
  if (turns !== 0) cut = await plain(sharp(cut.data, { raw: rawOf(cut) }).rotate(turns * 90));
  const width = Math.min(longestLine, Math.max(8, Math.round((cut.width * lineHeight) / cut.height)));
  const data = await sharp(cut.data, { raw: rawOf(cut) })
    .resize(width, lineHeight, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  return { data, width };
}

async function cutOut(pixels: Pixels, box: LeaningBox): Promise<Pixels> {
  const [x, y, w, h] = uprightBox(box, pixels.width, pixels.height);
  const left = Math.min(Math.floor(x), pixels.width - 1);
  const top = Math.min(Math.floor(y), pixels.height - 1);
  const width = Math.max(1, Math.min(Math.ceil(x + w), pixels.width) - left);
  const height = Math.max(1, Math.min(Math.ceil(y + h), pixels.height) - top);
  const around = await plain(
    sharp(pixels.data, { raw: rawOf(pixels) }).extract({ left, top, width, height }),
  );
  if (Math.abs(box.angle) < straight) return around;
  const degrees = (-box.angle * 180) / Math.PI;
  const turned = await plain(
    sharp(around.data, { raw: rawOf(around) }).rotate(degrees, { background: "grey" }),
  );
  // The middle stays the middle; the line's own middle is not it where the picture's edge cut the line.
  const cos = Math.cos(box.angle);
  const sin = Math.sin(box.angle);
  const dx = box.cx - (left + width / 2);
  const dy = box.cy - (top + height / 2);
  const cx = turned.width / 2 + dx * cos + dy * sin;
  const cy = turned.height / 2 - dx * sin + dy * cos;
  const x1 = Math.min(Math.max(0, Math.round(cx - box.width / 2)), turned.width - 1);
  const y1 = Math.min(Math.max(0, Math.round(cy - box.height / 2)), turned.height - 1);
  return plain(
    sharp(turned.data, { raw: rawOf(turned) }).extract({
      left: x1,
      top: y1,
      width: Math.max(1, Math.min(turned.width - x1, Math.round(box.width))),
      height: Math.max(1, Math.min(turned.height - y1, Math.round(box.height))),
    }),
  );
}

function rawOf({ width, height }: Pixels) {
  return { width, height, channels: 3 as const };
}

async function plain(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
