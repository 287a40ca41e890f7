import type { Box } from "../base/eyes-protocol.ts";

/** Overlap of two boxes: intersection over union, 0 to 1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const shared = intersection(a, b);
  const union = a[2] * a[3] + b[2] * b[3] - shared;
  return union > 0 ? shared / union : 0;
}

/** Area in pixels that two boxes share. */
export function intersection(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Whether the middle of a box lies inside another. */
export function isCentredIn([x, y, width, height]: Box, [left, top, w, h]: Box): boolean {
  const cx = x + width / 2;
  const cy = y + height / 2;
  return cx > left && cx < left + w && cy > top && cy < top + h;
}

/** The part of a box, given by its corners, that lies inside a picture; its width or height may be 0. */
export function clip(x1: number, y1: number, x2: number, y2: number, width: number, height: number): Box {
  const left = Math.min(Math.max(x1, 0), width);
  const top = Math.min(Math.max(y1, 0), height);
  const right = Math.min(Math.max(x2, left), width);
  const bottom = Math.min(Math.max(y2, top), height);
  return [left, top, right - left, bottom - top];
}

/** A box in whole pixels inside a picture, at least one pixel wide and high. */
export function wholePixels([x, y, w, h]: Box, width: number, height: number): Box {
  const left = Math.min(Math.max(Math.round(x), 0), width - 1);
  const top = Math.min(Math.max(Math.round(y), 0), height - 1);
  const right = Math.min(Math.max(Math.round(x + w), left + 1), width);
  const bottom = Math.min(Math.max(Math.round(y + h), top + 1), height);
  return [left, top, right - left, bottom - top];
}
