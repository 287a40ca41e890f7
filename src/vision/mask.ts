import sharp from "sharp";
import type { Box } from "../base/eyes-protocol.ts";
import type { Point } from "./face-landmark.ts";
import { cellsSide, inputSide, probabilityByte } from "./segment-prompt.ts";

/** From this byte on a cell is inside; a byte is 255 · sigmoid(logit / softness), as models/squeezesam/export.py has it. */
const inside = 128;
const softness = 4;
const outside = 0;

/** Parts of a thing that lie apart are kept from this share of its largest part on. */
const partShare = 0.15;
/** Holes of up to this share of the thing are no holes in it but mistakes. */
const holeShare = 0.02;

/** How sure the network is, cell by cell, that a thing covers a rectangle of a picture. */
export interface Cells {
  /** `[cellsSide, cellsSide]` */
  data: Uint8Array;
  /** Whole pixels of the picture. */
  rectangle: Box;
}

/** Where a thing is in a picture. */
export interface Mask {
  /** 255 where it is, else 0: a byte a pixel, row by row. */
  data: Buffer;
  width: number;
  height: number;
  /** Around all of it; null when it is nowhere. */
  box: Box | null;
  /** Pixels that it covers. */
  area: number;
}

/**
 * Leaves of a mask the part that was clicked at, or else the largest, with what is about as large: crumbs are taken
 * away, and small holes are filled. Cells that touch with their sides belong together, so that each part stays in one
 * piece when `paint` interpolates between the cells.
 */
export function clean({ data, rectangle }: Cells, clicks: readonly Point[]): Cells {
  const cleaned = Uint8Array.from(data);
  const parts = regions(cleaned, true);
  const clicked = new Set(
    clicks.map((click) => parts.of[cellOf(click, rectangle)] ?? -1).filter((part) => part >= 0),
  );
  const candidates = clicked.size > 0 ? [...clicked] : parts.sizes.map((_, part) => part);
  const main = candidates.reduce((most, part) => Math.max(most, parts.sizes[part] ?? 0), 0);
  const kept = parts.sizes.map((size, part) => clicked.has(part) || size >= main * partShare);
  parts.of.forEach((part, cell) => {
    if (part >= 0 && !kept[part]) cleaned[cell] = outside;
  });
  const holes = regions(cleaned, false);
  const open = new Set(borderCells().map((cell) => holes.of[cell] ?? -1));
  const filled = holes.sizes.map((size, hole) => !open.has(hole) && size <= main * holeShare);
  holes.of.forEach((hole, cell) => {
    if (hole >= 0 && filled[hole]) cleaned[cell] = inside;
  });
  return { data: cleaned, rectangle };
}

/** The box in pixels of the picture around the cells inside, or undefined when there is none. */
export function boxOfCells({ data, rectangle: [left, top, width, height] }: Cells): Box | undefined {
  const found = extent(data, cellsSide, (byte) => byte >= inside);
  if (found === null) return undefined;
  const [x, y, w, h] = found;
  const [stepX, stepY] = [width / cellsSide, height / cellsSide];
  const x0 = Math.floor(left + x * stepX);
  const y0 = Math.floor(top + y * stepY);
  return [x0, y0, Math.ceil(left + (x + w) * stepX) - x0, Math.ceil(top + (y + h) * stepY) - y0];
}

/** The mask at the picture's size; libvips interpolates between the cells. */
export async function paint({ data, rectangle }: Cells, width: number, height: number): Promise<Mask> {
  const [left, top, w, h] = rectangle;
  const painted = await sharp(data, { raw: { width: cellsSide, height: cellsSide, channels: 1 } })
    .resize(w, h, { fit: "fill", kernel: "linear" })
    .threshold(inside)
    .extend({ left, top, right: width - left - w, bottom: height - top - h, background: "black" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  let area = 0;
  for (const byte of painted) area += byte === 255 ? 1 : 0;
  return { data: painted, width, height, box: extent(painted, width, (byte) => byte === 255), area };
}

/** Draws a mask into the network's channel of the mask so far, seen through `rectangle`. */
export function drawCells(cells: Cells, [left, top, width, height]: Box, channel: Uint8Array): void {
  const [x, y, w, h] = cells.rectangle;
  for (let row = 0; row < inputSide; row++) {
    const v = ((top + ((row + 0.5) * height) / inputSide - y) * cellsSide) / h;
    if (v < 0 || v >= cellsSide) continue;
    for (let column = 0; column < inputSide; column++) {
      const u = ((left + ((column + 0.5) * width) / inputSide - x) * cellsSide) / w;
      if (u < 0 || u >= cellsSide) continue;
      channel[row * inputSide + column] = probabilities[interpolated(cells.data, u - 0.5, v - 0.5)] ?? 0;
    }
  }
}

/** What the network takes for each byte that it gave. */
const probabilities = Uint8Array.from({ length: 256 }, (_, byte) => {
  const share = Math.min(Math.max(byte, 0.5), 254.5) / 255;
  const logit = softness * Math.log(share / (1 - share));
  return probabilityByte(1 / (1 + Math.exp(-logit)));
});

/** Bilinear, the border's cells going on outside. */
function interpolated(data: Uint8Array, u: number, v: number): number {
  const column = Math.min(Math.max(Math.floor(u), 0), cellsSide - 2);
  const row = Math.min(Math.max(Math.floor(v), 0), cellsSide - 2);
  const x = Math.min(Math.max(u - column, 0), 1);
  const y = Math.min(Math.max(v - row, 0), 1);
  const at = row * cellsSide + column;
  const upper = (data[at] ?? 0) * (1 - x) + (data[at + 1] ?? 0) * x;
  const lower = (data[at + cellsSide] ?? 0) * (1 - x) + (data[at + cellsSide + 1] ?? 0) * x;
  return Math.round(upper * (1 - y) + lower * y);
}

/** The cell under a point of the picture; -1 when it lies outside the rectangle. */
function cellOf([x, y]: Point, [left, top, width, height]: Box): number {
  const column = Math.floor(((x - left) * cellsSide) / width);
  const row = Math.floor(((y - top) * cellsSide) / height);
  const within = column >= 0 && column < cellsSide && row >= 0 && row < cellsSide;
  return within ? row * cellsSide + column : -1;
}

interface Regions {
  /** For each cell the number of its region, or -1. */
  of: Int32Array;
  /** Cells in each region; 0 for numbers that are not used. */
  sizes: number[];
}

/** The regions of cells that touch with their sides, of those inside (`wanted`) or of those outside. */
function regions(data: Uint8Array, wanted: boolean): Regions {
  const of = new Int32Array(data.length).fill(-1);
  // A region that meets another belongs to that of the lower number.
  const parents: number[] = [];
  const root = (region: number): number => {
    let at = region;
    for (let up = parents[at] ?? at; up !== at; up = parents[at] ?? at) at = up;
    return at;
  };
  for (let cell = 0; cell < data.length; cell++) {
    if ((data[cell] ?? 0) >= inside !== wanted) continue;
    const left = cell % cellsSide > 0 ? (of[cell - 1] ?? -1) : -1;
    const above = cell >= cellsSide ? (of[cell - cellsSide] ?? -1) : -1;
    if (left < 0 && above < 0) parents.push(parents.length);
    of[cell] = left >= 0 ? left : above >= 0 ? above : parents.length - 1;
    if (left >= 0 && above >= 0 && left !== above) {
      const [one, other] = [root(left), root(above)];
      parents[Math.max(one, other)] = Math.min(one, other);
    }
  }
  const sizes = parents.map(() => 0);
  for (let cell = 0; cell < of.length; cell++) {
    const region = of[cell] ?? -1;
    if (region < 0) continue;
    const whole = root(region);
    of[cell] = whole;
    sizes[whole] = (sizes[whole] ?? 0) + 1;
  }
  return { of, sizes };
}

function borderCells(): number[] {
  const last = cellsSide - 1;
  return Array.from({ length: cellsSide }, (_, i) => [
    i,
    last * cellsSide + i,
    i * cellsSide,
    i * cellsSide + last,
  ]).flat();
}

/** The box around all that passes, or null. */
function extent(data: Uint8Array, width: number, passes: (byte: number) => boolean): Box | null {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  const rows = data.length / width;
  for (let row = 0; row < rows; row++) {
    const line = data.subarray(row * width, (row + 1) * width);
    const first = line.findIndex(passes);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, line.findLastIndex(passes));
    if (top < 0) top = row;
    bottom = row;
  }
  return top < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
}
