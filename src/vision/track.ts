import type { Box, Track } from "../base/eyes-protocol.ts";
import { associate } from "./associate.ts";
import { intersection, intersectionOverUnion } from "./boxes.ts";
import { mayBeSame } from "./confusable.ts";
import type { Detection } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";
import type { Label } from "./labels.ts";

export interface TrackerOptions {
  /** A detection begins a track from this score; weaker ones only continue one that is known. */
  minScore: number;
}

/** So many frames in a row must agree before a track is told. */
const confirmFrames = 3;
/** A confirmed track that is not seen for longer is over, in ms. */
const keepMs = 1000;
/** Weak detections alone do not keep a track for longer than this, in ms. */
const keepWeakMs = 2000;
/** A face that was not found for longer is not reported any more, in ms. */
const keepFaceMs = 1500;
/** Share of the new box in the smoothed one; a box that jumped is taken as it is. */
const smoothing = 0.6;
const jumpBelow = 0.5;
/** Share of what is remembered of labels and scores from frame to frame. */
const memory = 0.8;
/** Two detections that overlap more than this are one thing; less will do where they are often confused. */
const sameAbove = 0.8;
const confusableAbove = 0.55;
/** The strongest detections of a frame are followed, so that work and memory have a limit. */
const maxDetections = 50;

interface Following {
  id: number;
  label: Label;
  votes: Map<Label, number>;
  score: number;
  box: Box;
  since: number;
  frames: number;
  lastSeen: number;
  lastStrong: number;
  confirmed: boolean;
  /** When the box last jumped. */
  jumpedAt: number | null;
  face: { box: Box; score: number; at: number } | null;
}

/** A face that was found in the newest frame, with its track. */
export interface FaceOfTrack {
  track: number;
  face: FaceBox;
  jumpedAt: number | null;
}

/**
 * Follows things over frames: which detection is the same thing as before, which is a flicker, and what is still there
 * though one frame missed it. Its state depends on nothing but the detections and their times.
 */
export class Tracker {
  #following: Following[] = [];
  #nextId = 1;

  constructor(private readonly options: TrackerOptions) {}

  /** Takes the detections of one frame, taken at `at` (ms); weak ones (below `minScore`) are welcome. */
  update(detections: readonly Detection[], at: number): void {
    const { minScore } = this.options;
    const distinct = withoutDoubles(detections);
    const strong = distinct.filter(({ score }) => score >= minScore);
    const weak = distinct.filter(({ score }) => score < minScore);
    const restStrong = this.#continue(this.#following, strong, at);
    for (const track of this.#following) if (track.lastSeen === at) track.lastStrong = at;
    const missed = this.#following.filter(({ lastSeen }) => lastSeen !== at);
    this.#continue(missed, weak, at);
    this.#following = this.#following.filter(({ confirmed, lastSeen, lastStrong }) =>
      confirmed ? at - lastSeen <= keepMs && at - lastStrong <= keepWeakMs : lastSeen === at,
    );
    for (const detection of restStrong) this.#following.push(this.#begin(detection, at));
  }

  /** Gives each face to the smallest person around it; a person has the largest face that is inside. */
  attach(faces: readonly FaceBox[], at: number): void {
    const bySize = faces.toSorted((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
    const given = new Set<Following>();
    for (const { box, score } of bySize) {
      const owner = this.#ownerOf(box);
      if (owner === undefined || given.has(owner)) continue;
      given.add(owner);
      // A face that is elsewhere than it was a moment ago may be another one.
      if (owner.face !== null && intersection(owner.face.box, box) === 0) owner.jumpedAt = at;
      owner.face = { box, score, at };
    }
  }

  /** Faces of confirmed tracks that were attached at `at`. */
  facesAt(at: number): FaceOfTrack[] {
    return this.#following.flatMap(({ id, confirmed, face, jumpedAt }) =>
      confirmed && face !== null && face.at === at
        ? [{ track: id, face: { box: face.box, score: face.score }, jumpedAt }]
        : [],
    );
  }

  /** The track that shows what is in a box: the person around a face, or what overlaps it most, by more than a half. */
  trackOf(box: Box): number | null {
    const person = this.#ownerOf(box);
    if (person?.face && intersectionOverUnion(person.face.box, box) > 0.5) return person.id;
    let best: number | null = null;
    let most = 0.5;
    for (const { id, box: other } of this.#following) {
      const overlap = intersectionOverUnion(box, other);
      if (overlap > most) {
        most = overlap;
        best = id;
      }
    }
    return best;
  }

  /**
   * Ends a track and begins another in its place: it turned out to have passed to somebody else.
   * @returns the new track's id; null where the old one has ended
   */
  renew(id: number, at: number): number | null {
    const track = this.#following.find((other) => other.id === id);
    if (track === undefined) return null;
    Object.assign(track, { id: this.#nextId++, since: at, jumpedAt: null });
    return track.id;
  }

  /** The confirmed tracks, oldest first. */
  tracks(at: number): Track[] {
    return this.#following
      .filter(({ confirmed }) => confirmed)
      .map(({ id, label, score, box, since, frames, face }) => ({
        id,
        label,
        score,
        box,
        since,
        frames,
        face:
          face !== null && at - face.at <= keepFaceMs
            ? { box: face.box, score: face.score, view: null }
            : null,
        thing: null,
      }));
  }

  /** Continues tracks with the detections that fit; returns the others. */
  #continue(tracks: readonly Following[], detections: readonly Detection[], at: number): Detection[] {
    const rest = new Set(detections);
    for (const [t, d] of associate(tracks, detections)) {
      const track = tracks[t];
      const detection = detections[d];
      if (track === undefined || detection === undefined) continue;
      rest.delete(detection);
      refresh(track, detection, at);
    }
    return [...rest];
  }

  #begin({ label, score, box }: Detection, at: number): Following {
    return {
      id: this.#nextId++,
      label,
      votes: new Map([[label, score]]),
      score,
      box,
      since: at,
      frames: 1,
      lastSeen: at,
      lastStrong: at,
      confirmed: false,
      jumpedAt: null,
      face: null,
    };
  }

  #ownerOf(face: Box): Following | undefined {
    let owner: Following | undefined;
    for (const track of this.#following) {
      const inside = intersection(track.box, face) / (face[2] * face[3]);
      if (track.label !== "person" || inside < 0.7) continue;
      if (owner === undefined || area(track.box) < area(owner.box)) owner = track;
    }
    return owner;
  }
}

function refresh(track: Following, { label, score, box }: Detection, at: number): void {
  for (const [name, votes] of track.votes) track.votes.set(name, votes * memory);
  track.votes.set(label, (track.votes.get(label) ?? 0) + score);
  for (const [name, votes] of track.votes) {
    if (votes > (track.votes.get(track.label) ?? 0)) track.label = name;
  }
  track.score = track.score * memory + score * (1 - memory);
  const jumped = intersectionOverUnion(track.box, box) < jumpBelow;
  if (jumped) track.jumpedAt = at;
  track.box = jumped ? box : blend(track.box, box);
  track.frames++;
  track.lastSeen = at;
  if (track.frames >= confirmFrames) track.confirmed = true;
}

/** The detections, best first, without those that say again what a better one said. */
function withoutDoubles(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const detection of detections.toSorted((a, b) => b.score - a.score)) {
    if (kept.length >= maxDetections) break;
    const double = kept.some(({ label, box }) => {
      const limit = mayBeSame(label, detection.label) ? confusableAbove : sameAbove;
      return intersectionOverUnion(box, detection.box) > limit;
    });
    if (!double) kept.push(detection);
  }
  return kept;
}

function blend([x, y, w, h]: Box, [nx, ny, nw, nh]: Box): Box {
  const mix = (before: number, now: number) => before + (now - before) * smoothing;
  return [mix(x, nx), mix(y, ny), mix(w, nw), mix(h, nh)];
}

function area([, , width, height]: Box): number {
  return width * height;
}
