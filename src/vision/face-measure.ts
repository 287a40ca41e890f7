import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { alignedSide, alignedToPicture, apply, fivePoints, misfitOf } from "./face-align.ts";
import type { FaceBox } from "./face-detect.ts";
import type { Point } from "./face-landmark.ts";
import { lightIn } from "./light.ts";

/** What tells how good a look at a face is. */
export interface FaceMeasures {
  /** The detector's, 0 to 1. */
  score: number;
  /** Pixels of the picture a pixel of the aligned face: from 1 up, the network gets all the detail it can use. */
  scale: number;
  /** Turn of the head aside: 0 when it looks at the camera, ±1 when the tip of the nose is before an eye. */
  yaw: number;
  /** Nod: where the tip of the nose is between eyes (0) and mouth (1), less where it is in a level face. */
  pitch: number;
  /** How far its five points are from where they must be in the aligned face: root mean square, in pixels of that. */
  misfit: number;
  /** Mean brightness of the face, 0 to 255. */
  brightness: number;
  /** Standard deviation of its brightness. */
  contrast: number;
  /** Standard deviation of the Laplacian of the face at the size that the network sees (libvips' `sharpness`). */
  sharpness: number;
  /** Mean brightness of what is around the face. */
  surroundings: number;
  /** Distance of the face from the middle of the picture: 0 there, 1 at its left or right edge. */
  offset: number;
  /** Share of the aligned face that lies outside of the picture. */
  outside: number;
  /** Height of the detector's box as a share of the picture's. */
  height: number;
}

/** Side of the square around the face whose light is compared with the face's, in sides of the face. */
const around = 2.2;
/** That square is looked at in so many pixels. */
const aroundSide = 56;
/** Where the tip of the nose is between eyes and mouth in the template of face-align.ts. */
const levelNose = 0.495;

/** Measures a face. */
export async function measureFace(
  picture: Picture,
  { box, score }: FaceBox,
  points: readonly Point[],
): Promise<FaceMeasures> {
  const five = fivePoints(points);
  const map = alignedToPicture(five);
  const scale = Math.hypot(map.a, map.b);
  const centre = apply(map, [(alignedSide - 1) / 2, (alignedSide - 1) / 2]);
  const face = square(centre, alignedSide * scale);
  const inside = await lightIn(picture, face, alignedSide);
  const outside = await lightIn(picture, square(centre, alignedSide * scale * around), aroundSide);
  return {
    score,
    scale,
    ...poseOf(five),
    misfit: misfitOf(five) / scale,
    brightness: inside.brightness,
    contrast: inside.contrast,
    sharpness: inside.sharpness,
    surroundings: (outside.brightness * around ** 2 - inside.brightness) / (around ** 2 - 1),
    offset: Math.abs((2 * centre[0]) / picture.width - 1),
    outside: outsideShare(face, picture),
    height: box[3] / picture.height,
  };
}

/** Turn and nod of a head, from its five points; see `FaceMeasures`. Roll does not matter: aligning undoes it. */
export function poseOf(five: readonly Point[]): { yaw: number; pitch: number } {
  const [left = [0, 0], right = [0, 0], nose = [0, 0], mouthLeft = [0, 0], mouthRight = [0, 0]] = five;
  const across: Point = [right[0] - left[0], right[1] - left[1]];
  const eyes: Point = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const mouth: Point = [(mouthLeft[0] + mouthRight[0]) / 2, (mouthLeft[1] + mouthRight[1]) / 2];
  const down: Point = [mouth[0] - eyes[0], mouth[1] - eyes[1]];
  const tip: Point = [nose[0] - eyes[0], nose[1] - eyes[1]];
  const along = (a: Point, b: Point) => (a[0] * b[0] + a[1] * b[1]) / Math.max(1e-9, b[0] ** 2 + b[1] ** 2);
  return { yaw: 2 * along(tip, across), pitch: along(tip, down) - levelNose };
}

function square([x, y]: Point, side: number): Box {
  return [x - side / 2, y - side / 2, side, side];
}

function outsideShare([x, y, side]: Box, { width, height }: Picture): number {
  const across = Math.max(0, Math.min(x + side, width) - Math.max(x, 0));
  const down = Math.max(0, Math.min(y + side, height) - Math.max(y, 0));
  return side > 0 ? 1 - (across * down) / side ** 2 : 1;
}
