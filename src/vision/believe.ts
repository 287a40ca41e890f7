import { isCentredIn } from "./boxes.ts";
import type { Detection } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";

/** A face that belongs to nobody who was found must be as sure as this. */
const aloneScore = 0.99;

/**
 * The faces that may be learned. The detector of faces takes dogs, clocks, pizzas and toys for faces, with scores up to
 * 0.98 and now and then 1: a face counts inside of what was found to be a person; inside of something else it does not; and
 * where nothing was found, only if it is sure.
 */
export function believableFaces(faces: readonly FaceBox[], detections: readonly Detection[]): FaceBox[] {
  return faces.filter((face) => {
    const around = detections.filter(({ box }) => isCentredIn(face.box, box));
    if (around.length === 0) return face.score >= aloneScore;
    return around.some(({ label }) => label === "person");
  });
}
