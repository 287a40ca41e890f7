/** A point in pixels: the corner of one, so from 0 to the width or height. */
export type Corner = [x: number, y: number];

/** Outlines are drawn to within so many pixels. */
const tolerance = 1;
/** Parts smaller than this share of the largest are not outlined. */
const partShare = 0.01;

/**
 * The outlines of what a mask covers, around each part of it that lies apart, the largest first; holes are left out. Pixels
 * that touch with a corner alone lie apart.
 * @param mask a byte a pixel, row by row; from 128 on it is inside
 * @returns closed polygons of the corners of pixels, clockwise, without the points that change them by less than a pixel
 */
export function outlines(mask: Uint8Array, width: number, height: number): Corner[][] {
  const loops = closed(edges(mask, width, height), width + 1)
    .map((loop) => ({ loop, area: areaOf(loop) }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area);
  const least = (loops[0]?.area ?? 0) * partShare;
  return loops.filter(({ area }) => area >= least).map(({ loop }) => simplified(loop));
}

/**
 * The sides of pixels between inside and outside, with the inside on their right hand: from a corner (by its number) to
 * those that follow, two where pixels touch with a corner.
 */
function edges(mask: Uint8Array, width: number, height: number): Map<number, number[]> {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && (mask[y * width + x] ?? 0) >= 128;
  const next = new Map<number, number[]>();
  const add = (from: number, to: number) => {
    const others = next.get(from);
    if (others === undefined) next.set(from, [to]);
    else others.push(to);
  };
  const row = width + 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      const corner = y * row + x;
      if (!inside(x, y - 1)) add(corner, corner + 1);
      if (!inside(x + 1, y)) add(corner + 1, corner + 1 + row);
      if (!inside(x, y + 1)) add(corner + 1 + row, corner + row);
      if (!inside(x - 1, y)) add(corner + row, corner);
    }
  }
  return next;
}

function closed(next: Map<number, number[]>, row: number): Corner[][] {
  const loops: Corner[][] = [];
  for (const start of next.keys()) {
    while ((next.get(start)?.length ?? 0) > 0) {
      const loop: Corner[] = [];
      let [at, came] = [start, 0];
      do {
        const ways = next.get(at) ?? [];
        // Where two parts touch, to the right: each stays one of its own.
        const way = ways.length > 1 ? ways.findIndex((to) => to - at === rightOf(came, row)) : 0;
        const [to] = ways.splice(Math.max(0, way), 1);
        if (to === undefined) break;
        loop.push([at % row, Math.floor(at / row)]);
        came = to - at;
        at = to;
      } while (at !== start);
      loops.push(loop);
    }
  }
  return loops;
}

/** The step to the right of a step, where y grows downwards. */
function rightOf(step: number, row: number): number {
  if (step === 1) return row;
  if (step === row) return -1;
  return step === -1 ? -row : 1;
}

/** Positive where the polygon goes clockwise on a screen, which that around a hole does not. */
function areaOf(loop: readonly Corner[]): number {
  let sum = 0;
  loop.forEach(([x, y], i) => {
    const [nextX, nextY] = loop[(i + 1) % loop.length] ?? [x, y];
    sum += x * nextY - nextX * y;
  });
  return sum / 2;
}

/** Douglas and Peucker (1973), from the first point to the one that is farthest from it, and back. */
function simplified(loop: Corner[]): Corner[] {
  const [first] = loop;
  if (first === undefined) return [];
  let far = 0;
  loop.forEach(([x, y], i) => {
    const [a, b] = loop[far] ?? first;
    if (Math.hypot(x - first[0], y - first[1]) > Math.hypot(a - first[0], b - first[1])) far = i;
  });
  const there = line(loop.slice(0, far + 1));
  const back = line([...loop.slice(far), first]);
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

function line(points: Corner[]): Corner[] {
  const kept = new Set([0, points.length - 1]);
  const stack: [number, number][] = [[0, points.length - 1]];
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    const [from, to] = span;
    let [farthest, distance] = [from, tolerance];
    for (let i = from + 1; i < to; i++) {
      const away = distanceTo(points[from] ?? [0, 0], points[to] ?? [0, 0], points[i] ?? [0, 0]);
      if (away > distance) [farthest, distance] = [i, away];
    }
    if (farthest === from) continue;
    kept.add(farthest);
    stack.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, i) => kept.has(i));
}

/** From a point to the line through two others. */
function distanceTo([ax, ay]: Corner, [bx, by]: Corner, [x, y]: Corner): number {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return Math.hypot(x - ax, y - ay);
  return Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
}
