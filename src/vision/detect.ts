import type { Box } from "../base/eyes-protocol.ts";
import { type Picture, type SmallPicture, smallSide } from "../devices/ports.ts";
import { clip } from "./boxes.ts";
import { type Label, labels } from "./labels.ts";
import { openSession, type Session, type Tensor } from "./session.ts";
import { suppress } from "./suppress.ts";

/** Something that was found in a picture, in pixels of the picture. */
export interface Detection {
  label: Label;
  score: number;
  box: Box;
}

/** What NanoDet gives for one picture; see models/recipes/nanodet.ts. */
export interface DetectorOutput {
  /** `[anchors, 80]`, 0 to 1. */
  scores: Float32Array;
  /** `[anchors]`: the highest score of each anchor. */
  best: Float32Array;
  /** `[anchors, 4]`: x1, y1, x2, y2 in pixels of the small picture. */
  boxes: Float32Array;
}

const classes = labels.length;
/** Overlap above which two boxes of one class are one object (NanoDet's own setting). */
const overlap = 0.6;
/** At most so many candidates are compared with each other, and so many objects returned (as COCO counts). */
const maxCandidates = 1000;
const maxDetections = 100;

/** Finds objects of COCO's 80 classes. */
export class Detector {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * @param model path of `nanodet` or `nanodet-fp32`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<Detector> {
    return new Detector(await openSession(model, { threads, sameOutputs: true }));
  }

  /** Objects with a score of at least `minScore`, best first. */
  async detect(picture: Picture, minScore: number): Promise<Detection[]> {
    const small = await picture.small();
    const output = await this.#session.run<keyof DetectorOutput>({
      image: { data: small.data, shape: [1, smallSide, smallSide, 3] },
    });
    const { scores, best, boxes } = output;
    return decode(
      { scores: floats(scores), best: floats(best), boxes: floats(boxes) },
      small,
      picture,
      minScore,
    );
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** The numbers of a tensor that is known to hold floats. */
export function floats({ data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError("expected a tensor of floats");
}

/**
 * Turns the network's output into detections. An anchor may be of several classes; only anchors whose best score
 * passes are looked at.
 */
export function decode(
  { scores, best, boxes }: DetectorOutput,
  small: Omit<SmallPicture, "data">,
  picture: Pick<Picture, "width" | "height">,
  minScore: number,
): Detection[] {
  const candidates: number[] = [];
  for (let anchor = 0; anchor < best.length; anchor++) {
    if ((best[anchor] ?? 0) < minScore) continue;
    const end = (anchor + 1) * classes;
    for (let i = anchor * classes; i < end; i++) {
      if ((scores[i] ?? 0) >= minScore) candidates.push(i);
    }
  }
  candidates.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  if (candidates.length > maxCandidates) candidates.length = maxCandidates;
  const corners = (index: number) => Math.floor(index / classes) * 4;
  const kept = suppress(candidates, corners, boxes, (index) => index % classes, overlap, maxDetections);
  const scaleX = picture.width / small.width;
  const scaleY = picture.height / small.height;
  const detections: Detection[] = [];
  for (const index of kept) {
    const label = labels[index % classes];
    const at = corners(index);
    const box = clip(
      ((boxes[at] ?? 0) - small.left) * scaleX,
      ((boxes[at + 1] ?? 0) - small.top) * scaleY,
      ((boxes[at + 2] ?? 0) - small.left) * scaleX,
      ((boxes[at + 3] ?? 0) - small.top) * scaleY,
      picture.width,
      picture.height,
    );
    if (label !== undefined && box[2] > 0 && box[3] > 0) {
      detections.push({ label, score: scores[index] ?? 0, box });
    }
  }
  return detections;
}
