import type { Box } from "../../base/eyes-protocol.ts";

/** A line of text: where it is, and what it says. */
export interface PlacedLine {
  box: Box;
  text: string;
}

/** Columns are apart by at least so many heights of a line. */
const columnGap = 0.8;
/** Shorter texts are not columns of prose but the cells of a list: prices are read with what they are the prices of. */
const proseLength = 8;
/** Lines of a paragraph are apart by at most so many heights, and differ in height by at most this ratio. */
const paragraphGap = 0.8;
const alikeHeight = 1.5;

/**
 * Lines in the order in which a page is read: what stands above all else, then column by column. A recursive cut along
 * white space (Nagy and Seth's X-Y cut) that prefers columns.
 */
export function inReadingOrder<T extends PlacedLine>(lines: readonly T[]): T[] {
  if (lines.length < 2) return [...lines];
  const columns = columnsOf(lines);
  if (columns !== null) return columns.flatMap((column) => inReadingOrder(column));
  const rows = byRows(lines);
  if (rows.length < 2) return [...(rows[0] ?? [])];
  // Cut off what spans the columns, as headings do: first where most below, then where most above is columns.
  for (let at = 1; at < rows.length - 1; at++) {
    if (columnsOf(rows.slice(at).flat()) === null) continue;
    return [...inReadingOrder(rows.slice(0, at).flat()), ...inReadingOrder(rows.slice(at).flat())];
  }
  for (let at = rows.length - 1; at > 1; at--) {
    if (columnsOf(rows.slice(0, at).flat()) === null) continue;
    return [...inReadingOrder(rows.slice(0, at).flat()), ...inReadingOrder(rows.slice(at).flat())];
  }
  return rows.flat();
}

/** Two columns or more with nothing across the space between them, or null. */
function columnsOf<T extends PlacedLine>(lines: readonly T[]): T[][] | null {
  const gap = columnGap * median(lines.map(({ box }) => box[3]));
  const columns: T[][] = [];
  let right = Number.NEGATIVE_INFINITY;
  for (const line of lines.toSorted((a, b) => a.box[0] - b.box[0])) {
    if (line.box[0] - right > gap) columns.push([]);
    columns.at(-1)?.push(line);
    right = Math.max(right, line.box[0] + line.box[2]);
  }
  const prose = (column: T[]) =>
    column.length > 1 && median(column.map(({ text }) => text.length)) >= proseLength;
  return columns.length > 1 && columns.every(prose) ? columns : null;
}

/** Lines side by side are a row, from left to right; rows from top to bottom. */
function byRows<T extends PlacedLine>(lines: readonly T[]): T[][] {
  const rows: T[][] = [];
  for (const line of lines.toSorted((a, b) => middle(a.box) - middle(b.box))) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && middle(line.box) - middle(first.box) < Math.min(line.box[3], first.box[3]) / 2)
      row.push(line);
    else rows.push([line]);
  }
  for (const row of rows) row.sort((a, b) => a.box[0] - b.box[0]);
  return rows;
}

/** Texts of lines in reading order, those of one paragraph as one. */
export function paragraphsOf(lines: readonly PlacedLine[]): string[] {
  const paragraphs: string[] = [];
  let before: PlacedLine | null = null;
  for (const line of lines) {
    if (before !== null && belongTogether(before.box, line.box)) {
      const so = paragraphs.pop() ?? "";
      paragraphs.push(`${so} ${line.text}`);
    } else paragraphs.push(line.text);
    before = line;
  }
  return paragraphs;
}

/** The second line goes on with the first: next to it, or below it in a paragraph. */
function belongTogether(a: Box, b: Box): boolean {
  const [low, high] = [Math.min(a[3], b[3]), Math.max(a[3], b[3])];
  if (high > low * alikeHeight) return false;
  if (Math.abs(middle(a) - middle(b)) < low / 2) return true;
  const gap = b[1] - (a[1] + a[3]);
  const shared = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  return middle(b) > middle(a) && gap < low * paragraphGap && shared > 0;
}

function middle([, y, , height]: Box): number {
  return y + height / 2;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
