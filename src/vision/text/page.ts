import type { Box } from "../../base/eyes-protocol.ts";
import { inReadingOrder, paragraphsOf } from "./order.ts";

/** A line of text in pixels of the picture, upright box; an empty text where it could not be read. */
export interface FoundLine {
  text: string;
  box: Box;
  score: number;
}

export type Side = "left" | "right" | "top" | "bottom";

/** What there is to read in a picture. */
export interface Page {
  /** In reading order; those that could not be read are left out. */
  lines: FoundLine[];
  paragraphs: string[];
  /** The side at which most text touches the edge of the picture. */
  cut: Side | null;
  /** There is text, but most of it is too small to be read. */
  far: boolean;
}

/** Lines less high (pixels of the picture) are guessed more than read, unless they are read with certainty. */
const leastHeight = 12;
const sureScore = 0.75;
const surestScore = 0.9;
/** What is higher and cannot be read is not small print but a pattern that looks like print. */
const smallHeight = 20;

/** A line's box that comes so near to the edge, in heights of the line, touches it. */
const touching = 0.25;

/** Puts the lines of a picture in order and judges what would help to read them better. */
export function pageOf(found: readonly FoundLine[], width: number, height: number): Page {
  const read = found.filter(({ text }) => text !== "");
  const lines = inReadingOrder(read);
  return {
    lines,
    paragraphs: paragraphsOf(lines),
    cut: cutSide(read, width, height),
    far: found.filter(isTooSmall).length > found.filter(isGood).length,
  };
}

function isGood({ text, score, box }: FoundLine): boolean {
  return text !== "" && score >= (box[3] < leastHeight ? surestScore : sureScore);
}

/** Too small to be read; specks that are no longer than high are not lines. */
function isTooSmall(line: FoundLine): boolean {
  const [, , width, height] = line.box;
  return height < smallHeight && width > 2 * height && !isGood(line);
}

/** Left and right only where a line runs over the edge: at the top and the bottom, where it is cut lengthwise. */
function cutSide(lines: readonly FoundLine[], width: number, height: number): Side | null {
  const counts: Record<Side, number> = { left: 0, right: 0, top: 0, bottom: 0 };
  for (const { box } of lines) {
    const [x, y, w, h] = box;
    const near = touching * Math.min(w, h);
    if (x <= near) counts.left++;
    if (x + w >= width - near) counts.right++;
    if (y <= near) counts.top++;
    if (y + h >= height - near) counts.bottom++;
  }
  const sides = Object.entries(counts).toSorted((a, b) => b[1] - a[1]) as [Side, number][];
  const [side, count] = sides[0] ?? ["left", 0];
  return count > 0 ? side : null;
}
