import type { Box } from "../../base/eyes-protocol.ts";

export type Point = readonly [x: number, y: number];

/** A rectangle that may lean: `angle` in radians, clockwise as the picture is seen, from −π/4 to π/4. */
export interface LeaningBox {
  cx: number;
  cy: number;
  width: number;
  height: number;
  angle: number;
}

/** The convex hull, counter-clockwise in coordinates with y up (Andrew's monotone chain). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

function chain(sorted: readonly Point[]): Point[] {
  const half: Point[] = [];
  for (const point of sorted) {
    while (half.length >= 2 && turn(half.at(-2) ?? point, half.at(-1) ?? point, point) <= 0) half.pop();
    half.push(point);
  }
  return half.slice(0, -1);
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** The rectangle of least area around points; one side of it lies along an edge of their hull. */
export function smallestBox(points: readonly Point[]): LeaningBox {
  const hull = convexHull(points);
  let best: LeaningBox | null = null;
  for (const [i, [x, y]] of hull.entries()) {
    const [nextX, nextY] = hull[(i + 1) % hull.length] ?? [x, y];
    const box = boxAlong(hull, Math.atan2(nextY - y, nextX - x));
    if (best === null || box.width * box.height < best.width * best.height) best = box;
  }
  return best ?? { cx: 0, cy: 0, width: 0, height: 0, angle: 0 };
}

function boxAlong(points: readonly Point[], direction: number): LeaningBox {
  // A quarter turn of a rectangle is the same rectangle.
  const quarter = Math.PI / 2;
  const angle = direction - quarter * Math.round(direction / quarter);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const along = points.map(([x, y]) => x * cos + y * sin);
  const across = points.map(([x, y]) => y * cos - x * sin);
  const [u1, u2] = [Math.min(...along), Math.max(...along)];
  const [v1, v2] = [Math.min(...across), Math.max(...across)];
  const [u, v] = [(u1 + u2) / 2, (v1 + v2) / 2];
  return { cx: u * cos - v * sin, cy: u * sin + v * cos, width: u2 - u1, height: v2 - v1, angle };
}

/** The four corners, from top left clockwise. */
export function cornersOf({ cx, cy, width, height, angle }: LeaningBox): Point[] {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([a = 0, b = 0]) => {
    const [u, v] = [(a * width) / 2, (b * height) / 2];
    return [cx + u * cos - v * sin, cy + u * sin + v * cos] as const;
  });
}

/** The upright box around a leaning one, cut at the edges of a picture. */
export function uprightBox(box: LeaningBox, width: number, height: number): Box {
  const corners = cornersOf(box);
  const xs = corners.map(([x]) => Math.min(Math.max(x, 0), width));
  const ys = corners.map(([, y]) => Math.min(Math.max(y, 0), height));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

export function scaledBox(box: LeaningBox, scale: number): LeaningBox {
  const { cx, cy, width, height, angle } = box;
  return { cx: cx * scale, cy: cy * scale, width: width * scale, height: height * scale, angle };
}
