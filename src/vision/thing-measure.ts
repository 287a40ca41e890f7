import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { lightIn } from "./light.ts";
import type { ThingRegion } from "./thing.ts";
import { surroundings, thingSide } from "./thing-embed.ts";

/** What tells how good a look at a thing is. */
export interface ThingMeasures {
  /** How well it is cut out, 0 to 1. */
  score: number;
  /** Pixels of the picture a pixel of what the network sees: from 1 up, it gets all the detail it can use. */
  scale: number;
  /** Mean brightness of the middle of the thing's box, 0 to 255. */
  brightness: number;
  /** Standard deviation of the brightness of all the network sees. */
  contrast: number;
  /** Standard deviation of the Laplacian of all the network sees. */
  sharpness: number;
  /** Mean brightness around the thing's box. */
  surroundings: number;
  /** Distance of the thing from the middle of the picture: 0 there, 1 at its left or right edge. */
  offset: number;
  /** Borders of the picture that the thing touches, 0 to 4: beyond them it may go on. */
  cutOff: number;
  /** Share of the picture that its box fills. */
  fills: number;
}

/** The middle of the box, in shares of its sides: little of it is background. */
const middle = 0.6;
/** What lies around the thing is looked at in a box so many times as wide and high. */
const around = 1.8;
/** Brightness needs no more pixels than this a side. */
const lightSide = 32;
/** A box that comes so near to a border, in shares of the picture, touches it. */
const touching = 0.005;

/** Measures a thing; no pixel is touched by JavaScript. */
export async function measureThing(
  picture: Picture,
  { box, score }: Pick<ThingRegion, "box" | "score">,
): Promise<ThingMeasures> {
  const seen = surroundings(box, picture);
  const whole = await lightIn(picture, seen, thingSide);
  const inside = await lightIn(picture, scaled(box, middle), lightSide);
  const inBox = await lightIn(picture, box, lightSide);
  const wide = clipped(scaled(box, around), picture);
  const outside = await lightIn(picture, wide, lightSide);
  const ratio = (wide[2] * wide[3]) / (box[2] * box[3]);
  return {
    score,
    scale: Math.max(seen[2], seen[3]) / thingSide,
    brightness: inside.brightness,
    contrast: whole.contrast,
    sharpness: whole.sharpness,
    // Of all that is in the wide box, less what is in the thing's own.
    surroundings:
      ratio > 1.1 ? (outside.brightness * ratio - inBox.brightness) / (ratio - 1) : inside.brightness,
    offset: Math.min(1, Math.abs((2 * box[0] + box[2]) / picture.width - 1)),
    cutOff: bordersTouched(box, picture),
    fills: (box[2] * box[3]) / (picture.width * picture.height),
  };
}

function scaled([x, y, width, height]: Box, factor: number): Box {
  return [x + (width * (1 - factor)) / 2, y + (height * (1 - factor)) / 2, width * factor, height * factor];
}

function clipped(box: Box, { width, height }: Picture): Box {
  const [x, y, w, h] = box;
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  return [left, top, Math.min(width, x + w) - left, Math.min(height, y + h) - top];
}

function bordersTouched([x, y, w, h]: Box, { width, height }: Picture): number {
  const [across, down] = [touching * width, touching * height];
  return [x <= across, y <= down, x + w >= width - across, y + h >= height - down].filter(Boolean).length;
}
