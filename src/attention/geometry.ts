import type { Box, Sight, Track } from "../base/eyes-protocol.ts";
import type { GuardStatus } from "../base/protocol.ts";
import { factsOf, worn } from "./labels.ts";

/** How far, in words that a body understands; metres only when two witnesses agree on them. */
export type Distance =
  | { kind: "armsLength" }
  | { kind: "near" }
  | { kind: "steps" }
  | { kind: "far" }
  | { kind: "metres"; metres: number };

/** Where a track is, as seen by the wearer. */
export interface Placement {
  /** Hour of the clock face: 12 is straight ahead, 11 left of it, 1 right of it. */
  hour: number;
  /** Degrees from straight ahead, right positive. */
  angle: number;
  /** Metres, judged by size alone. */
  metres: number;
}

/** Wider pictures are taken to be a fisheye's, on which angle grows with distance from the centre. */
const widestPinhole = 120;

/** Focal length in pixels of a pinhole camera. */
function focalLength(width: number, fieldOfView: number): number {
  return width / 2 / Math.tan((Math.min(fieldOfView, widestPinhole) / 2) * (Math.PI / 180));
}

/** Degrees from straight ahead of a column of the picture. */
export function angleOf(x: number, width: number, fieldOfView: number): number {
  const aside = x - width / 2;
  if (fieldOfView > widestPinhole) return (aside / width) * fieldOfView;
  return (Math.atan(aside / focalLength(width, fieldOfView)) * 180) / Math.PI;
}

/** Hour of the clock face, one for each 30 degrees. */
export function hourOf(angle: number): number {
  return ((Math.round(angle / 30) + 11) % 12) + 1;
}

/** Height of a face's box from chin to hairline, in metres. */
const faceHeight = 0.2;
/** A box this near to the edge of the picture (as a part of its size) is taken to be cut off there. */
const edge = 0.01;

/** The side of the picture that cuts a box off, -1 left or 1 right, or null. */
export function sideOf([x, , width]: Box, pictureWidth: number): -1 | 1 | null {
  if (x <= pictureWidth * edge) return -1;
  return x + width >= pictureWidth * (1 - edge) ? 1 : null;
}

/**
 * Metres to a track, judged by how large it looks. A box that the picture's edge cuts off looks too small, and a
 * person behind a table looks too short, so the nearest of what height, width and face say is taken.
 */
export function metresBySize(track: Track, sight: Sight, fieldOfView: number): number {
  const [, y, width, height] = track.box;
  const focal = focalLength(sight.width, fieldOfView);
  const { weight, height: realHeight, width: realWidth } = factsOf(track.label);
  const byHeight = (realHeight * focal) / Math.max(1, height);
  const cutVertically = y <= sight.height * edge || y + height >= sight.height * (1 - edge);
  const cutSideways = sideOf(track.box, sight.width) !== null;
  let metres = byHeight;
  if (weight === "person" || (cutVertically && !cutSideways)) {
    metres = Math.min(metres, (realWidth * focal) / Math.max(1, width));
  }
  const face = track.face?.box[3];
  if (face !== undefined) metres = Math.min(metres, (faceHeight * focal) / Math.max(1, face));
  return metres;
}

export function placementOf(track: Track, sight: Sight, fieldOfView: number): Placement {
  const angle = angleOf(track.box[0] + track.box[2] / 2, sight.width, fieldOfView);
  return { angle, hour: hourOf(angle), metres: metresBySize(track, sight, fieldOfView) };
}

/** So much of a box lies in another one that it is a part of what that shows… */
const insidePart = 0.85;
/** …where it is this much smaller. */
const partArea = 0.35;

/**
 * Whether a track is but a part of another of its label: an arm or a face that the detector takes for a whole
 * person. Somebody who is far cannot be seen through somebody who is near.
 */
export function isPartOfAnother(track: Track, tracks: readonly Track[]): boolean {
  const area = areaOf(track.box);
  return tracks.some(({ id, label, box }) => {
    if (id === track.id || label !== track.label || area > partArea * areaOf(box)) return false;
    return shared(track.box, box) >= insidePart * area;
  });
}

/** So much of what somebody wears or carries lies in their box. */
const insideCarrier = 0.6;

/** Whether a person wears or carries what a track shows. */
export function isCarried(track: Track, tracks: readonly Track[]): boolean {
  if (!worn.has(track.label)) return false;
  const area = areaOf(track.box);
  return tracks.some(
    ({ label, box }) => label === "person" && shared(track.box, box) >= insideCarrier * area,
  );
}

/** Intersection over union of two boxes. */
export function overlap(a: Box, b: Box): number {
  const both = shared(a, b);
  return both / Math.max(1e-9, areaOf(a) + areaOf(b) - both);
}

function areaOf([, , width, height]: Box): number {
  return width * height;
}

/** Area that two boxes share. */
function shared([x, y, width, height]: Box, [left, top, wide, tall]: Box): number {
  const across = Math.min(x + width, left + wide) - Math.max(x, left);
  const down = Math.min(y + height, top + tall) - Math.max(y, top);
  return Math.max(0, across) * Math.max(0, down);
}

/** Half of the cone in which range finders measure, in degrees. */
const beam = 10;
/** A range older than this says nothing about what is seen now, in ms. */
const rangeAge = 700;

/** The guard's range where it is fresh and the guard is not blind, else null. */
export function freshRange(status: GuardStatus | null, now: number): number | null {
  if (status === null || status.level === "blind" || now - status.at > rangeAge) return null;
  return status.metres;
}

/**
 * How far a track is, in words: metres where it is in the beam and the range agrees with its size within 30 %.
 * @param range metres that the guard measures, or null
 */
export function distanceOf(placement: Placement, range: number | null): Distance {
  const { metres, angle } = placement;
  const agreed = range !== null && Math.abs(angle) <= beam && Math.abs(range - metres) <= 0.3 * metres;
  const best = agreed ? range : metres;
  if (best < 0.9) return { kind: "armsLength" };
  if (agreed) return { kind: "metres", metres: best };
  if (best < 2) return { kind: "near" };
  return best < 5 ? { kind: "steps" } : { kind: "far" };
}
