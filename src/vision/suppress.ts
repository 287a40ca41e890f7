/** Boxes as the networks give them: x1, y1, x2, y2, one after the other. */
export type Corners = ArrayLike<number>;

/**
 * Greedy non-maximum suppression: of boxes that overlap by more than `overlap` the best remains.
 *
 * @param order indices of boxes, best first
 * @param group of each index; only boxes of one group suppress each other
 * @param limit keeps at most so many
 * @returns the indices that remain, best first
 */
export function suppress(
  order: ArrayLike<number>,
  corners: (index: number) => number,
  boxes: Corners,
  group: (index: number) => number,
  overlap: number,
  limit: number,
): number[] {
  const kept: number[] = [];
  for (let i = 0; i < order.length && kept.length < limit; i++) {
    const index = order[i] ?? 0;
    const own = group(index);
    const at = corners(index);
    if (kept.every((other) => group(other) !== own || overlapOf(boxes, corners(other), at) <= overlap)) {
      kept.push(index);
    }
  }
  return kept;
}

/** Intersection over union of the boxes that begin at `a` and `b`. */
function overlapOf(boxes: Corners, a: number, b: number): number {
  const ax1 = boxes[a] ?? 0;
  const ay1 = boxes[a + 1] ?? 0;
  const ax2 = boxes[a + 2] ?? 0;
  const ay2 = boxes[a + 3] ?? 0;
  const bx1 = boxes[b] ?? 0;
  const by1 = boxes[b + 1] ?? 0;
  const bx2 = boxes[b + 2] ?? 0;
  const by2 = boxes[b + 3] ?? 0;
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - shared);
}
