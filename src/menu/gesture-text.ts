import type { Wording } from "../attention/wording/wording.ts";

export type GestureName = keyof Wording["gesture"];
/** Gestures that may be without their work yet. */
export type MissingGesture = keyof Wording["notYet"];

/** In the order in which they are learned. */
export const gestureNames: readonly GestureName[] = [
  "click",
  "double",
  "triple",
  "hold",
  "clickHold",
  "hush",
];

/** What a gesture is for, and whether that is there. */
export function gestureText(
  name: GestureName,
  { gesture, notYet }: Wording,
  missing: readonly MissingGesture[],
): string {
  const without = missing.find((other) => other === name);
  return without === undefined ? gesture[name] : `${gesture[name]} ${notYet[without]}`;
}
