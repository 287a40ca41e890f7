import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { clip } from "./boxes.ts";
import { floats } from "./detect.ts";
import { openSession, type Session } from "./session.ts";
import { suppress } from "./suppress.ts";

/** A face, in pixels of the picture. */
export interface FaceBox {
  score: number;
  box: Box;
}

const inputWidth = 320;
const inputHeight = 240;
/** FACTS, "Faces": score from which it is a face, and overlap above which two boxes are one face. */
const minScore = 0.65;
const overlap = 0.4;

/** Finds faces in a picture that is stretched to 320 × 240. */
export class FaceDetector {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * @param model path of `face-detect`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<FaceDetector> {
    return new FaceDetector(await openSession(model, { threads }));
  }

  /** Faces in `region` (whole pixels; by default all) of a picture, best first. */
  async detect(picture: Picture, region: Box = [0, 0, picture.width, picture.height]): Promise<FaceBox[]> {
    const image = await picture.crop(region, inputWidth, inputHeight);
    const output = await this.#session.run<"scores" | "boxes">({
      image: { data: image, shape: [1, inputHeight, inputWidth, 3] },
    });
    return decodeFaces(floats(output.scores), floats(output.boxes), region);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/**
 * @param scores `[anchors, 2]`, the second that of a face
 * @param boxes `[anchors, 4]`: x1, y1, x2, y2 in shares of the region
 */
export function decodeFaces(scores: Float32Array, boxes: Float32Array, region: Box): FaceBox[] {
  const candidates: number[] = [];
  for (let anchor = 0; anchor * 2 < scores.length; anchor++) {
    if ((scores[anchor * 2 + 1] ?? 0) >= minScore) candidates.push(anchor);
  }
  const scoreOf = (anchor: number) => scores[anchor * 2 + 1] ?? 0;
  candidates.sort((a, b) => scoreOf(b) - scoreOf(a));
  const kept = suppress(
    candidates,
    (anchor) => anchor * 4,
    boxes,
    () => 0,
    overlap,
    Number.POSITIVE_INFINITY,
  );
  const [left, top, width, height] = region;
  return kept.map((anchor) => {
    const at = anchor * 4;
    const [x, y, w, h] = clip(
      (boxes[at] ?? 0) * width,
      (boxes[at + 1] ?? 0) * height,
      (boxes[at + 2] ?? 0) * width,
      (boxes[at + 3] ?? 0) * height,
      width,
      height,
    );
    return { score: scoreOf(anchor), box: [left + x, top + y, w, h] };
  });
}
