import type { Box, Seeing } from "../base/eyes-protocol.ts";
import { believableFaces } from "./believe.ts";
import type { Detection } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";
import { type Held, heldThing, isCentral } from "./held.ts";

/** Whom or what one frame shows the wearer facing. */
export type Facing =
  | { kind: "face"; face: FaceBox | null; person: Box | null }
  /** `box` where the detector knows it; null for whatever is at the centre. */
  | { kind: "thing"; box: Box | null }
  | { kind: "twoFaces" }
  | { kind: "nothing" };

/** The second face is of like size from this share of the first one's. */
const likeSize = 0.7;
/** A person whose face was not found is meant where so much of the picture's height is theirs. */
const personHeight = 0.5;

/**
 * The rule of one-click learning, for one frame: a thing held near at the centre wins over a face behind it
 * (`heldThing` says what counts as held); two faces of like size are two; else a face; else a person at the centre
 * whose face is hidden; else the thing at the centre, unless nothing can be seen.
 *
 * Faces are compared by height times closeness to the middle of the picture, since whoever is told "Face one" turns the
 * nose to one, and must be understood.
 */
export function facing(seen: Held & { seeing: Seeing }): Facing {
  const scene = { ...seen, faces: believableFaces(seen.faces, seen.detections) };
  const weigh = ({ box }: FaceBox) =>
    box[3] * (1 - Math.min(1, Math.abs((2 * box[0] + box[2]) / scene.width - 1)));
  const [first, second] = scene.faces.toSorted((a, b) => weigh(b) - weigh(a));
  const held = heldThing(scene, first ?? null);
  if (held !== null) return { kind: "thing", box: held === "unseen" ? null : held };
  if (first !== undefined) {
    if (second !== undefined && weigh(second) >= likeSize * weigh(first)) return { kind: "twoFaces" };
    return { kind: "face", face: first, person: null };
  }
  if (scene.seeing === "dark" || scene.seeing === "covered" || scene.seeing === "none") {
    return { kind: "nothing" };
  }
  const central = scene.detections.filter(({ box }) => isCentral(box, scene));
  const person = central.find((detection) => isPersonAhead(detection, scene.height));
  const thing = central.find(({ label }) => label !== "person");
  if (person !== undefined && (thing === undefined || thing.score < person.score)) {
    return { kind: "face", face: null, person: person.box };
  }
  return { kind: "thing", box: thing?.box ?? null };
}

function isPersonAhead({ label, box, score }: Detection, height: number): boolean {
  return label === "person" && score >= 0.5 && box[3] >= personHeight * height;
}
