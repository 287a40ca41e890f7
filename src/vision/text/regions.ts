import { type LeaningBox, type Point, smallestBox } from "./geometry.ts";

/** Probabilities of text, 0 to 255, row by row. */
export interface TextMap {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Where a line of text is, in pixels of the map, and how sure that is (0 to 1). */
export interface Region {
  box: LeaningBox;
  score: number;
}

/** Of DB's authors, as PaddleOCR uses it: a pixel is text from .3 on, a region from a mean of .6 on. */
const pixelThreshold = 0.3 * 255;
const regionThreshold = 0.6;
/** The map shows the middle part of a line; the line is larger by area × ratio ÷ circumference on every side. */
const unclipRatio = 1.6;
/** Regions less high are specks. */
const leastSide = 3;

/** The regions of a map of text: connected pixels, each with the smallest rectangle around them, let out. */
export function regionsOf({ data, width, height }: TextMap): Region[] {
  const seen = new Uint8Array(data.length);
  const regions: Region[] = [];
  for (let start = 0; start < data.length; start++) {
    if (seen[start] === 1 || (data[start] ?? 0) < pixelThreshold) continue;
    const { edge, sum, count } = grow(data, width, height, start, seen);
    const core = smallestBox(edge);
    const score = sum / count / 255;
    if (Math.min(core.width, core.height) < leastSide || score < regionThreshold) continue;
    regions.push({ box: letOut(core), score });
  }
  return regions;
}

interface Component {
  /** Corners of pixels at the left and right ends of each row of it: enough for its hull. */
  edge: Point[];
  sum: number;
  count: number;
}

/** All pixels of text that are connected, over corners too, with one of them. */
function grow(data: Uint8Array, width: number, height: number, start: number, seen: Uint8Array): Component {
  const stack = [start];
  const rows = new Map<number, [first: number, last: number]>();
  let sum = 0;
  let count = 0;
  seen[start] = 1;
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const x = at % width;
    const y = (at - x) / width;
    sum += data[at] ?? 0;
    count++;
    const row = rows.get(y);
    if (row === undefined) rows.set(y, [x, x]);
    else if (x < row[0]) row[0] = x;
    else if (x > row[1]) row[1] = x;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const next = ny * width + nx;
        if (seen[next] === 1 || (data[next] ?? 0) < pixelThreshold) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
  }
  const edge: Point[] = [];
  for (const [y, [first, last]] of rows) {
    edge.push([first, y], [last + 1, y], [first, y + 1], [last + 1, y + 1]);
  }
  return { edge, sum, count };
}

function letOut(core: LeaningBox): LeaningBox {
  const distance = (core.width * core.height * unclipRatio) / (2 * (core.width + core.height));
  return { ...core, width: core.width + 2 * distance, height: core.height + 2 * distance };
}
