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
  /** There is text, but most of it is too small or too uncertain to be read. */
  far: boolean;
}

/** Lines less high (pixels of the picture) are guessed more than read. */
const leastHeight = 12;
/** Nor is what is less certain. */
const sureScore = 0.75;
/** A line's box that comes so near to the edge, in heights of the line, touches it. */
const touching = 0.25;

/** Puts the lines of a picture in order and judges what would help to read them better. */
export function pageOf(found: readonly FoundLine[], width: number, height: number): Page {
  const read = found.filter(({ text }) => text !== "");
  const lines = inReadingOrder(read);
  const good = found.filter(
    ({ text, score, box }) => text !== "" && score >= sureScore && box[3] >= leastHeight,
  );
  return {
    lines,
    paragraphs: paragraphsOf(lines),
    cut: cutSide(read, width, height),
    far: found.length > 0 && good.length * 2 < found.length,
  };
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
