import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { lightIn } from "./light.ts";

/** Against the light, what is around a subject is so much brighter than it (0 to 255), and so many times as bright. */
const difference = 40;
const ratio = 1.8;
/** A face without contrast shows nothing, whatever colour it has; one in good light has 25 and more. */
const leastContrast = 12;
/** The head is so much of a person's box, from its top. */
const headShare = 0.22;
/** Brightness needs no more pixels than this a side. */
const side = 24;

/** Whether what is around a subject is so much brighter that it may be seen as a shadow. */
export function isBacklit(brightness: number, surroundings: number): boolean {
  return surroundings - brightness > difference && surroundings > ratio * Math.max(1, brightness);
}

/** Why a person's face cannot be found, where it is for the light: they stand before a window, or in the dark. */
export async function lightOnHead(picture: Picture, [x, y, w, h]: Box): Promise<"backlit" | "dark" | null> {
  const head = h * headShare;
  const face = await lightIn(picture, [x + w / 2 - head / 4, y + head / 4, head / 2, head / 2], side);
  if (face.contrast >= leastContrast) return null;
  const whole = await lightIn(picture, [0, 0, picture.width, picture.height], side);
  if (isBacklit(face.brightness, whole.brightness)) return "backlit";
  return face.brightness < difference ? "dark" : null;
}
