import type { Wording } from "../attention/wording/wording.ts";

export type GestureName = keyof Wording["gesture"];

/** In the order in which they are learned. */
export const gestureNames: readonly GestureName[] = [
  "click",
  "double",
  "triple",
  "hold",
  "clickHold",
  "hush",
];
