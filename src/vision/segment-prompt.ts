import type { Box } from "../base/eyes-protocol.ts";
import type { Point } from "./face-landmark.ts";

/** What is meant, in pixels of the picture. With neither click nor box it is the most striking thing. */
export interface Prompt {
  /** Points on the thing. */
  clicks: readonly Point[];
  /** Points that are not on the thing. */
  not?: readonly Point[];
  /** A box around the thing. */
  box?: Box;
}

/** Side in pixels of the network's square input, and of the square of cells that its masks are. */
export const inputSide = 256;
export const cellsSide = 128;

/** The byte that stands for 0 in the prompt's channels; 255 stands for 1. See models/squeezesam/export.py. */
const zero = 115;
const one = 255;
/** Radius of a click's disk in pixels of the input. */
const radius = 5;

/** Clicks are taken one by one up to so many steps; what is left goes into the last. */
const mostSteps = 8;

/** The second pass looks at a rectangle so many times as large as the first mask's box. */
const zoom = 1.8;
/** Least side of that box, in longer sides of the picture. */
const smallest = 24 / 320;
/** A rectangle of more than this share of the picture is not worth a second pass. */
const nearlyAll = 0.7;

/**
 * The rectangle (whole pixels) that a second pass looks at: around what the first found, or the given box, and the
 * clicks. Undefined when it would be nearly all of the picture, or there is nothing to go by.
 */
export function zoomRectangle(
  { clicks, box }: Prompt,
  found: Box | undefined,
  width: number,
  height: number,
): Box | undefined {
  const around = box ?? found;
  const xs = clicks.map(([x]) => Math.floor(x));
  const ys = clicks.map(([, y]) => Math.floor(y));
  if (around) {
    xs.push(around[0], around[0] + around[2] - 1);
    ys.push(around[1], around[1] + around[3] - 1);
  }
  if (xs.length === 0) return undefined;
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [right, bottom] = [Math.max(...xs) + 1, Math.max(...ys) + 1];
  const least = smallest * Math.max(width, height);
  const w = Math.max(right - left, least);
  const h = Math.max(bottom - top, least);
  const zoomedWidth = Math.min(Math.max(w, h / 2) * zoom, width);
  const zoomedHeight = Math.min(Math.max(h, w / 2) * zoom, height);
  if (zoomedWidth * zoomedHeight > nearlyAll * width * height) return undefined;
  const x = Math.min(Math.max((left + right - zoomedWidth) / 2, 0), width - zoomedWidth);
  const y = Math.min(Math.max((top + bottom - zoomedHeight) / 2, 0), height - zoomedHeight);
  const [x0, y0] = [Math.round(x), Math.round(y)];
  return [
    x0,
    y0,
    Math.max(1, Math.round(x + zoomedWidth) - x0),
    Math.max(1, Math.round(y + zoomedHeight) - y0),
  ];
}

/** A prompt as a user would have given it: click by click, those on the thing first. The last step is all of it. */
export function steps(prompt: Prompt): Prompt[] {
  const { clicks, not = [] } = prompt;
  const count = Math.min(Math.max(1, clicks.length + not.length), mostSteps);
  return Array.from({ length: count }, (_, i) => {
    if (i === count - 1) return prompt;
    return {
      ...prompt,
      clicks: clicks.slice(0, i + 1),
      not: not.slice(0, Math.max(0, i + 1 - clicks.length)),
    };
  });
}

/**
 * Draws a prompt as the network sees it through `rectangle`: bytes `[4, inputSide, inputSide]`, disks at the clicks,
 * disks at the points that are not on the thing, the filled box, the mask so far.
 *
 * @param into is drawn over, so that no memory is needed each time
 * @param before draws the mask so far into its channel, if there is one
 */
export function drawPrompt(
  { clicks, not = [], box }: Prompt,
  rectangle: Box,
  into: Uint8Array,
  before?: (channel: Uint8Array) => void,
): void {
  into.fill(zero);
  const area = inputSide * inputSide;
  const channel = (index: number) => into.subarray(index * area, (index + 1) * area);
  for (const point of clicks) drawDisk(channel(0), place(point, rectangle));
  for (const point of not) drawDisk(channel(1), place(point, rectangle));
  if (box) {
    const [left, top] = scale([box[0], box[1]], rectangle);
    const [right, bottom] = scale([box[0] + box[2], box[1] + box[3]], rectangle);
    drawBox(channel(2), left, top, right, bottom);
  }
  before?.(channel(3));
}

/** The byte that stands for a probability in the channel of the mask so far. */
export function probabilityByte(probability: number): number {
  return Math.round(zero + probability * (one - zero));
}

/** From pixels of the picture to pixels of the input. */
function scale([x, y]: Point, [left, top, width, height]: Box): Point {
  return [((x - left) * inputSide) / width, ((y - top) * inputSide) / height];
}

/** The centre of the pixel that holds a point, as an index into the input. */
function place([x, y]: Point, rectangle: Box): Point {
  const [column, row] = scale([Math.floor(x) + 0.5, Math.floor(y) + 0.5], rectangle);
  return [column - 0.5, row - 0.5];
}

function drawDisk(channel: Uint8Array, [x, y]: Point): void {
  for (let row = Math.max(0, Math.ceil(y - radius)); row <= Math.min(inputSide - 1, y + radius); row++) {
    const half = Math.sqrt(radius ** 2 - (row - y) ** 2);
    const first = Math.max(0, Math.ceil(x - half));
    const last = Math.min(inputSide - 1, Math.floor(x + half));
    channel.fill(one, row * inputSide + first, row * inputSide + Math.max(first, last + 1));
  }
}

/** Fills the pixels whose centres lie inside. */
function drawBox(channel: Uint8Array, left: number, top: number, right: number, bottom: number): void {
  const edge = (value: number) => Math.min(inputSide, Math.max(0, Math.round(value)));
  for (let row = edge(top); row < edge(bottom); row++) {
    channel.fill(one, row * inputSide + edge(left), row * inputSide + edge(right));
  }
}
