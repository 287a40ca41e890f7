import type { Point } from "./face-landmark.ts";

/**
 * The place that five points of a face must take in a picture of 112 × 112, in pixel indices (0 is the centre of the
 * first pixel): eyes, tip of the nose, corners of the mouth (ArcFace's template, insightface).
 */
const template: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** Side of the aligned picture. */
export const alignedSide = 112;

/** Of iBUG's 68 points, those whose means are the five of the template. */
const groups = [[37, 38, 40, 41], [43, 44, 46, 47], [30], [48, 60], [54, 64]];

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty: a turn, a scale and a shift. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/** Eyes, nose and corners of the mouth, from 68 points. */
export function fivePoints(points: readonly Point[]): Point[] {
  return groups.map((group) => {
    let x = 0;
    let y = 0;
    for (const index of group) {
      x += points[index]?.[0] ?? 0;
      y += points[index]?.[1] ?? 0;
    }
    return [x / group.length, y / group.length];
  });
}

/** The similarity that takes the aligned picture to where the face is, from the face's five points. */
export function alignedToPicture(five: readonly Point[]): Similarity {
  return leastSquares(template, five);
}

/** What that similarity leaves between the template and the five points: root mean square, in pixels of the picture. */
export function misfitOf(five: readonly Point[]): number {
  const map = alignedToPicture(five);
  let squares = 0;
  template.forEach((point, i) => {
    const [x, y] = apply(map, point);
    const [u, v] = five[i] ?? [x, y];
    squares += (x - u) ** 2 + (y - v) ** 2;
  });
  return Math.sqrt(squares / template.length);
}

/**
 * The similarity that brings `from` nearest to `to` in the sense of least squares (Umeyama 1991, without reflection;
 * in the plane it has a closed form). Points that all coincide give scale 0.
 */
export function leastSquares(from: readonly Point[], to: readonly Point[]): Similarity {
  const [fx, fy] = mean(from);
  const [gx, gy] = mean(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  from.forEach(([x, y], i) => {
    const [u, v] = to[i] ?? [gx, gy];
    dot += (x - fx) * (u - gx) + (y - fy) * (v - gy);
    cross += (x - fx) * (v - gy) - (y - fy) * (u - gx);
    spread += (x - fx) ** 2 + (y - fy) ** 2;
  });
  const a = spread > 0 ? dot / spread : 0;
  const b = spread > 0 ? cross / spread : 0;
  return { a, b, tx: gx - a * fx + b * fy, ty: gy - b * fx - a * fy };
}

export function apply({ a, b, tx, ty }: Similarity, [x, y]: Point): Point {
  return [a * x - b * y + tx, b * x + a * y + ty];
}

/**
 * The same map in the coordinates of `face-embed`'s `theta`: both pictures go from −1 at the outer edge of the first
 * pixel to 1 at the outer edge of the last. `map` takes pixel indices of the aligned picture to those of a picture
 * of `width` × `height`.
 * @returns `[2, 3]`, row-major
 */
export function toTheta({ a, b, tx, ty }: Similarity, width: number, height: number): Float32Array {
  const half = alignedSide / 2;
  // The centre of the aligned picture, index half − 0.5, is the origin of its normalised coordinates.
  const centre = half - 0.5;
  const cx = a * centre - b * centre + tx + 0.5;
  const cy = b * centre + a * centre + ty + 0.5;
  return Float32Array.of(
    (2 * a * half) / width,
    (-2 * b * half) / width,
    (2 * cx) / width - 1,
    (2 * b * half) / height,
    (2 * a * half) / height,
    (2 * cy) / height - 1,
  );
}

function mean(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
  }
  return [x / points.length, y / points.length];
}
