import type { Box } from "../base/eyes-protocol.ts";
import { intersection } from "./boxes.ts";
import type { Detection } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";
import type { Label } from "./labels.ts";

/** Things that a hand holds, with their longest side in metres. */
const holdable: Partial<Record<Label, number>> = {
  backpack: 0.5,
  handbag: 0.35,
  umbrella: 0.9,
  "sports ball": 0.22,
  frisbee: 0.27,
  bottle: 0.25,
  "wine glass": 0.2,
  cup: 0.1,
  fork: 0.19,
  knife: 0.22,
  spoon: 0.18,
  bowl: 0.17,
  banana: 0.2,
  apple: 0.08,
  sandwich: 0.14,
  orange: 0.08,
  broccoli: 0.15,
  carrot: 0.18,
  "hot dog": 0.16,
  donut: 0.1,
  cake: 0.2,
  laptop: 0.35,
  mouse: 0.11,
  remote: 0.18,
  keyboard: 0.44,
  "cell phone": 0.15,
  book: 0.22,
  clock: 0.25,
  vase: 0.3,
  scissors: 0.18,
  "teddy bear": 0.35,
  "hair drier": 0.22,
  toothbrush: 0.19,
};

/** Height of a face from chin to hairline, in metres. */
const faceHeight = 0.2;
/** Half the angle that the camera sees across, as its focal length in widths of the picture: 66° (Pi Camera 3). */
const focal = 0.5 / Math.tan((33 * Math.PI) / 180);
/** Reach of a hand that holds something up, in metres. */
const armsLength = 0.7;
/** Sizes tell distance within so much. */
const sizeError = 1.3;
/** Share of a face that something before it hides. */
const hiddenShare = 0.2;
/** The wearer's own arm comes from below and ends so far from the picture's top. */
const armTop = 0.25;

/** What is in a picture, as far as it tells what is held. */
export interface Held {
  width: number;
  height: number;
  detections: readonly Detection[];
  faces: readonly FaceBox[];
  /** What the guard measures straight ahead, in metres, where the mind has said so. */
  metres: number | null;
}

/** Metres to a face, judged by its height. */
export function metresToFace({ box }: FaceBox, width: number): number {
  return (faceHeight * focal * width) / Math.max(1, box[3]);
}

/** Whether a box is where the wearer's nose points: around the middle of the picture. */
export function isCentral([x, y, w, h]: Box, { width, height }: { width: number; height: number }): boolean {
  const aside = Math.abs(x + w / 2 - width / 2);
  const above = Math.abs(y + h / 2 - height / 2);
  const holdsMiddle = aside <= w / 2 && above <= h / 2;
  return aside <= width / 4 && above <= height / 3 && (holdsMiddle || aside <= width / 6);
}

/**
 * The thing that is held nearer than 0.7 m at the centre, in front of whoever may be behind it. Any of these shows it:
 *
 * 1. a thing of a kind that hands hold is at the centre and looks as large as it does within 0.7 m, and nearer than the
 *    face that dominates;
 * 2. a thing at the centre hides a fifth of that face;
 * 3. the wearer's own arm, which is taken for a person without a face, reaches the middle from below;
 * 4. the guard measures less than 0.7 m, and that face is further away than 0.7 m by its size.
 *
 * @param face the one that dominates
 * @returns its box; "unseen" where something is held that the detector does not know; null where nothing is
 */
export function heldThing(scene: Held, face: FaceBox | null): Box | "unseen" | null {
  const { width, detections } = scene;
  const toFace = face === null ? Number.POSITIVE_INFINITY : metresToFace(face, width);
  for (const { label, box } of detections) {
    if (label === "person" || !isCentral(box, scene)) continue;
    const size = holdable[label];
    const metres = size === undefined ? null : (size * focal * width) / Math.max(box[2], box[3], 1);
    if (metres !== null && metres < armsLength && metres * sizeError < toFace) return box;
    if (face !== null && metres !== null && intersection(box, face.box) > hiddenShare * area(face.box)) {
      return box;
    }
  }
  if (detections.some((detection) => isOwnArm(detection, scene))) return "unseen";
  const near = scene.metres !== null && scene.metres < armsLength;
  return near && face !== null && toFace > armsLength * sizeError ? "unseen" : null;
}

function isOwnArm({ label, box }: Detection, { width, height, faces, detections }: Held): boolean {
  if (label !== "person") return false;
  const [x, y, w, h] = box;
  const leavesBelow = (bottom: number) => bottom >= height * 0.98;
  const fromBelow = leavesBelow(y + h) && y >= height * armTop && y <= height * 0.6;
  const reachesMiddle = x <= width * 0.6 && x + w >= width * 0.4;
  const hasFace = (other: Box) => faces.some((face) => shareInside(face.box, other) > 0.5);
  if (!fromBelow || !reachesMiddle || hasFace(box)) return false;
  // It may be the arm of somebody whose face is there, and who stands so near that the picture's edge cuts them off too.
  return !detections.some(
    (other) =>
      other.label === "person" &&
      leavesBelow(other.box[1] + other.box[3]) &&
      hasFace(other.box) &&
      shareInside(box, other.box) > 0.5,
  );
}

function shareInside(inner: Box, outer: Box): number {
  return intersection(inner, outer) / Math.max(1, area(inner));
}

function area([, , width, height]: Box): number {
  return width * height;
}
