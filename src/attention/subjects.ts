import type { Box, Sight } from "../base/eyes-protocol.ts";
import { forgetMs, inTheWay, isWithin } from "./events.ts";
import {
  angleOf,
  hourOf,
  isCarried,
  isPartOfAnother,
  overlap,
  type Placement,
  placementOf,
  sideOf,
} from "./geometry.ts";
import { factsOf } from "./labels.ts";
import { type Motion, motionMs, motionOf, type Sample } from "./motion.ts";

/** Whom or what a subject was recognised as. */
export interface Identity {
  /** Of an entry of the memory. */
  id: string;
  /** Otherwise it is "perhaps". */
  sure: boolean;
}

/** Somebody or something that the eyes follow, or followed until a moment ago. */
export interface Subject {
  /** Id of its newest track. */
  track: number;
  /** COCO-80 name; null for what only its own name is known of. */
  label: string | null;
  placement: Placement;
  box: Box;
  since: number;
  lastSeen: number;
  identity: Identity | null;
  /** Since when its face was in view, by which it may be recognised; null: it was not. */
  faceSince: number | null;
  /** Times that it was looked at to be recognised. */
  looks: number;
  /** Since when one is in view that is taken to be this, which was told and then lost for long: it may be another. */
  backSince: number | null;
  /** When it was lost before that. */
  lostAt: number;
  /** The track that it was before, or null. */
  before: number | null;
  /** Worn or carried by a person, and so a part of them. */
  carried: boolean;
  /** Whether it comes or goes by itself. */
  motion: Motion | null;
  /** Where it was in the last two seconds. */
  path: Sample[];
  /** The side of the picture that cuts it off: -1 left, 1 right. */
  side: -1 | 1 | null;
  /** Since when it is near and straight ahead; null while it is not. */
  inTheWaySince: number | null;
  /** Since when it is known who or what it is. */
  identifiedSince: number | null;
  /** The wearer has been told. */
  told: boolean;
  /** The motions that they have been told of. */
  motionTold: Set<Motion>;
}

/** A subject that the wearer was never told of is kept over a few lost frames only. */
const forgetUntoldMs = 2_000;
/** What was seen this long before the newest frame is still in view: trackers lose a frame now and then. */
const inViewMs = 600;
/** What is recognised at the centre without a track is looked at every second or so. */
const centralMs = 2_000;
export const centralTrack = -1;
/** A track that overlaps so much with what was recognised at the centre shows the same. */
const sameBox = 0.4;
/**
 * A new track is a lost subject if it is no further from where that was lost than one walks (m/s) in that time, while that
 * is a few seconds; after that, only who is still about there is taken to be the same…
 */
const walkingSpeed = 1;
const walkingMs = 4_000;
/** …and distance by size may be wrong by this, but of those who stand still. */
const sizeError = 0.25;
const sureSizeError = 0.1;
const closeBy = 0.3;
/** After so short a time it is where it was, in degrees; after a longer one the head may have turned a little. */
const blinkMs = 1_000;
const samePlace = 8;
const pictureThird = 22;
/** Whoever was lost within so long was lost together; after so long a look, all that are back have been seen. */
const lostTogetherMs = 1_500;
const lookAroundMs = 1_000;
/** What leaves the picture at its side so slowly (m/s across) has gone or was passed; a head that turns is faster. */
const passingSpeed = 2;
const passingMs = 600;
/** …and is seen again where it was lost: in this outer part of the picture's half. */
const outerShare = 0.6;
/** "Near" in words. */
const unknownMetres = 1;
/** Bounds on memory; far more than a picture holds, and than cameras give in two seconds. */
const most = 300;
const mostSamples = 60;

/** Whom and what the wearer was told of, over lost and found tracks. */
export class Subjects {
  #subjects: Subject[] = [];
  #newest = Number.NEGATIVE_INFINITY;

  /** Takes one frame's tracks; one that is older than the last is ignored. */
  update(sight: Sight, fieldOfView: number): void {
    if (sight.at < this.#newest) return;
    this.#newest = sight.at;
    this.#forget(sight.at);
    this.#giveBack(sight);
    const followed = new Map(this.#subjects.map((subject) => [subject.track, subject]));
    const present = new Set(sight.tracks.map((track) => track.id));
    for (const track of sight.tracks) {
      if (isPartOfAnother(track, sight.tracks)) continue;
      const placement = placementOf(track, sight, fieldOfView);
      const same = followed.get(track.id);
      const found =
        same?.label === track.label
          ? same
          : this.#lost(track.label, placement, sight.at, present, fieldOfView);
      if (found === undefined) {
        const subject = newSubject(track.id, track.label, placement, track.box, sight.at);
        subject.faceSince = track.face && sight.at;
        subject.carried = isCarried(track, sight.tracks);
        follow(subject, sight);
        this.#subjects.push(subject);
      } else {
        // Another track of what was lost: who it is must be seen anew.
        if (found.track !== track.id) {
          found.before = found.track;
          if (found.told && sight.at - found.lastSeen > walkingMs) {
            found.backSince = sight.at;
            found.lostAt = found.lastSeen;
          }
          Object.assign(found, {
            identity: null,
            identifiedSince: null,
            looks: 0,
            faceSince: null,
            path: [],
          });
        }
        found.faceSince ??= track.face && sight.at;
        const carried = isCarried(track, sight.tracks);
        Object.assign(found, { track: track.id, placement, box: track.box, lastSeen: sight.at, carried });
        follow(found, sight);
      }
    }
    this.#doubtBack(sight.at);
    if (this.#subjects.length > most) {
      this.#subjects.sort((a, b) => b.lastSeen - a.lastSeen);
      this.#subjects.length = most;
    }
  }

  /** Those in the newest frame, or lost a moment before it. */
  inView(): Subject[] {
    return this.#subjects.filter(
      ({ track, lastSeen }) => this.#newest - lastSeen <= (track === centralTrack ? centralMs : inViewMs),
    );
  }

  /** Whom or what a track was recognised as, on each look at it; null: nobody who is known. Returns the subject. */
  identify(track: number, identity: Identity | null, at: number): Subject | null {
    const subject = this.#subjects.find((other) => other.track === track);
    if (subject === undefined) return null;
    const same = subject.identity?.id === identity?.id && subject.identity?.sure === identity?.sure;
    if (!same) subject.identifiedSince = identity && at;
    subject.identity = identity;
    subject.looks++;
    return subject;
  }

  /** What was recognised at the centre of the picture, whether or not a track shows it. */
  identifyCentral(
    box: Box,
    identity: Identity | null,
    { at, width, fieldOfView }: { at: number; width: number; fieldOfView: number },
  ): void {
    const central = this.#subjects.find(({ track }) => track === centralTrack);
    const same = this.inView().find((other) => other !== central && overlap(other.box, box) >= sameBox);
    if (identity === null || same !== undefined || central?.identity?.id !== identity.id) {
      this.#subjects = this.#subjects.filter((other) => other !== central);
    }
    if (same !== undefined && factsOf(same.label).weight !== "person")
      this.identify(same.track, identity, at);
    if (identity === null || same !== undefined) return;
    const angle = angleOf(box[0] + box[2] / 2, width, fieldOfView);
    // Nothing is known of its size: whatever lies at the centre to be looked at is near.
    const placement = { angle, hour: hourOf(angle), metres: unknownMetres };
    if (central?.identity?.id !== identity.id) {
      this.#subjects.push({
        ...newSubject(centralTrack, null, placement, box, at),
        identity,
        identifiedSince: at,
      });
      return;
    }
    if (central.identity.sure !== identity.sure) central.identifiedSince = at;
    Object.assign(central, { placement, box, lastSeen: at, identity });
  }

  /** Who were lost together, by a turn of the head, come back together: a few of many who seem to be back are others. */
  #doubtBack(now: number): void {
    for (const subject of this.#subjects) {
      const { told, label, backSince, lostAt } = subject;
      if (!told || backSince === null || now - backSince < lookAroundMs) continue;
      if (now - backSince > 2 * lookAroundMs) continue;
      const together = this.#subjects.filter(
        (other) =>
          other.label === label &&
          Math.abs((other.backSince === null ? other.lastSeen : other.lostAt) - lostAt) <= lostTogetherMs,
      );
      const back = together.filter((other) => other.backSince !== null && now - other.backSince < walkingMs);
      if (together.length < 3 || back.length * 2 > together.length) continue;
      Object.assign(subject, { told: false, backSince: null, since: backSince });
    }
  }

  /** A track that was lost for some frames only takes back its subject from the one that seemed to be the same. */
  #giveBack({ tracks }: Sight): void {
    const followed = new Set(this.#subjects.map(({ track }) => track));
    for (const { id, label } of tracks) {
      if (followed.has(id)) continue;
      const subject = this.#subjects.find((other) => other.before === id && other.label === label);
      if (subject === undefined) continue;
      Object.assign(subject, {
        track: id,
        backSince: null,
        before: null,
        identity: null,
        identifiedSince: null,
        looks: 0,
        faceSince: null,
        path: [],
      });
    }
  }

  /** The subject of this label that the track most probably is, among those whose own track has ended. */
  #lost(
    label: string,
    { angle, metres }: Placement,
    at: number,
    present: Set<number>,
    fieldOfView: number,
  ): Subject | undefined {
    let best: Subject | undefined;
    let least = Number.POSITIVE_INFINITY;
    const lost = this.#subjects.filter((other) => other.label === label && !present.has(other.track));
    for (const subject of lost) {
      const away = Math.abs(subject.placement.metres - metres);
      const aside = leftAside(subject);
      const unseen = at - subject.lastSeen;
      // Who was passed is soon seen again where they were lost, or is somebody else.
      if (aside !== null && (unseen > walkingMs || angle * aside < (outerShare * fieldOfView) / 2)) continue;
      const turned = Math.abs(subject.placement.angle - angle);
      const most = degreesMoved(subject, unseen, lost.length);
      const error = unseen > walkingMs ? sureSizeError : sizeError;
      const walked = aside === null && unseen <= walkingMs ? (walkingSpeed * unseen) / 1_000 : 0;
      const tolerance = closeBy + walked + error * Math.min(subject.placement.metres, metres);
      if (turned > most || away > tolerance) continue;
      // Whoever was told is preferred: to be told the same twice is worse than to miss a newcomer's sentence.
      const cost = away / tolerance + turned / pictureThird + (subject.told ? 0 : 1);
      if (cost < least) {
        best = subject;
        least = cost;
      }
    }
    return best;
  }

  #forget(now: number): void {
    this.#subjects = this.#subjects.filter(({ told, label, lastSeen }) => {
      const kind = factsOf(label).weight === "person" ? "person" : "thing";
      return now - lastSeen <= (told ? forgetMs[kind] : forgetUntoldMs);
    });
  }
}

function newSubject(
  track: number,
  label: string | null,
  placement: Placement,
  box: Box,
  at: number,
): Subject {
  return {
    track,
    label,
    placement,
    box,
    since: at,
    lastSeen: at,
    identity: null,
    identifiedSince: null,
    faceSince: null,
    looks: 0,
    backSince: null,
    lostAt: at,
    before: null,
    carried: false,
    motion: null,
    path: [],
    side: null,
    inTheWaySince: null,
    told: false,
    motionTold: new Set(),
  };
}

/** Judges by the newest placement how it moves, and whether it is in the way. */
function follow(subject: Subject, { at, width }: Sight): void {
  const { placement, box } = subject;
  const { metres, angle } = placement;
  subject.path = [
    ...subject.path.filter((sample) => at - sample.at <= motionMs).slice(-mostSamples),
    { at, metres, angle },
  ];
  subject.motion = motionOf(subject.path);
  subject.inTheWaySince = isWithin(placement, inTheWay) ? (subject.inTheWaySince ?? at) : null;
  subject.side = sideOf(box, width);
}

/** How far from where it was lost it may be found again, in degrees: the more were lost, the likelier is another. */
function degreesMoved({ path }: Subject, unseen: number, lost: number): number {
  if (unseen > walkingMs) return Math.max(samePlace, pictureThird / lost);
  if (unseen > blinkMs) return pictureThird;
  const [before, last] = path.slice(-2);
  // While the head turns, all goes on across the picture.
  const speed = before && last ? Math.abs(last.angle - before.angle) / (last.at - before.at) : 0;
  return samePlace + speed * unseen;
}

/** Whether it was lost at a side of the picture as what one passes is: -1 left, 1 right; else null. */
function leftAside({ side, path }: Subject): -1 | 1 | null {
  const last = path.at(-1);
  const before = path.find(({ at }) => last !== undefined && last.at - at <= passingMs);
  if (side === null || last === undefined || before === undefined || before === last) return null;
  const across = (Math.abs(last.angle - before.angle) / 180) * Math.PI * last.metres;
  return across / ((last.at - before.at) / 1_000) < passingSpeed ? side : null;
}
