import type { Picture } from "../devices/ports.ts";
import type { Detector } from "./detect.ts";
import type { FaceDetector } from "./face-detect.ts";

const minScore = 0.4;

/**
 * Where somebody who walks into a photo walks and looks to: the middle of the largest face, else the head end of the
 * largest person, else the middle of the largest thing, else the middle of the photo. In pixels of the photo.
 */
export async function aimAt(
  photo: Picture,
  detector: Pick<Detector, "detect">,
  faceDetector: Pick<FaceDetector, "detect">,
): Promise<[x: number, y: number]> {
  const face = largest(await faceDetector.detect(photo));
  if (face !== undefined) return [face.box[0] + face.box[2] / 2, face.box[1] + face.box[3] / 2];
  const things = await detector.detect(photo, minScore);
  const person = largest(things.filter(({ label }) => label === "person"));
  if (person !== undefined) return [person.box[0] + person.box[2] / 2, person.box[1] + person.box[3] * 0.2];
  const [x, y, width, height] = largest(things)?.box ?? [0, 0, photo.width, photo.height];
  return [x + width / 2, y + height / 2];
}

function largest<T extends { box: readonly [number, number, number, number] }>(
  all: readonly T[],
): T | undefined {
  return all.toSorted((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3])[0];
}
