/**
 * How good detections are, as COCO measures it (https://cocodataset.org/#detection-eval): average precision a class at
 * 101 recalls, over all pictures, at most 100 detections a picture, averaged over the classes that occur.
 */

/** `[x, y, width, height]` in pixels. */
export type Box = readonly [number, number, number, number];

export interface LabelledBox {
  label: string;
  box: Box;
}

export interface Detection extends LabelledBox {
  score: number;
}

/** One picture: what is there, and what was found. */
export interface Judged {
  truth: readonly LabelledBox[];
  found: readonly Detection[];
}

const maxDetections = 100;
const recalls = Array.from({ length: 101 }, (_, i) => i / 100);

/** Mean average precision at an overlap (intersection over union) of at least `overlap`; 0 to 1. */
export function meanAveragePrecision(pictures: readonly Judged[], overlap: number): number {
  const labels = new Set(pictures.flatMap(({ truth }) => truth.map(({ label }) => label)));
  const kept = pictures.map(({ truth, found }) => ({
    truth,
    found: found.toSorted((a, b) => b.score - a.score).slice(0, maxDetections),
  }));
  let sum = 0;
  for (const label of labels) sum += averagePrecision(kept, label, overlap);
  return labels.size === 0 ? 0 : sum / labels.size;
}

function averagePrecision(pictures: readonly Judged[], label: string, overlap: number): number {
  const verdicts: { score: number; right: boolean }[] = [];
  let present = 0;
  for (const { truth, found } of pictures) {
    const open = new Set(truth.filter((thing) => thing.label === label).map(({ box }) => box));
    present += open.size;
    for (const { label: name, score, box } of found) {
      if (name !== label) continue;
      const match = bestMatch(box, open, overlap);
      if (match) open.delete(match);
      verdicts.push({ score, right: match !== undefined });
    }
  }
  verdicts.sort((a, b) => b.score - a.score);
  let right = 0;
  const curve = verdicts.map((verdict, i) => {
    if (verdict.right) right++;
    return { recall: right / present, precision: right / (i + 1) };
  });
  // Precision at a recall is the best that can be had at that recall or a higher one.
  for (let i = curve.length - 2, best = 0; i >= -1; i--) {
    best = Math.max(best, curve[i + 1]?.precision ?? 0);
    const point = curve[i + 1];
    if (point) point.precision = best;
  }
  let sum = 0;
  let i = 0;
  for (const recall of recalls) {
    while (i < curve.length && (curve[i]?.recall ?? 0) < recall) i++;
    sum += curve[i]?.precision ?? 0;
  }
  return sum / recalls.length;
}

/** The open box that overlaps most, and by enough. */
function bestMatch(box: Box, open: Set<Box>, overlap: number): Box | undefined {
  let best: Box | undefined;
  let bestOverlap = overlap;
  for (const candidate of open) {
    const value = intersectionOverUnion(box, candidate);
    if (value >= bestOverlap) {
      best = candidate;
      bestOverlap = value;
    }
  }
  return best;
}

function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a[2] * a[3] + b[2] * b[3] - width * height);
}

/**
 * Boxes of a label file in YOLO's format: a line a box, "class cx cy width height" in shares of the picture.
 * @param names the classes' names, in their order
 */
export function readYoloLabels(
  text: string,
  names: readonly string[],
  width: number,
  height: number,
): LabelledBox[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [index = 0, cx = 0, cy = 0, w = 0, h = 0] = line.trim().split(/\s+/).map(Number);
      const box: Box = [(cx - w / 2) * width, (cy - h / 2) * height, w * width, h * height];
      return { label: names[index] ?? `class ${index}`, box };
    });
}
