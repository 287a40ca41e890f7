import type { Box, Sight } from "../base/eyes-protocol.ts";
import {
  angleOf,
  hourOf,
  isCarried,
  isPartOfAnother,
  overlap,
  type Placement,
  placementOf,
} from "./geometry.ts";
import { factsOf } from "./labels.ts";

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
  /** Its face is in view, by which it may be recognised. */
  face: boolean;
  /** Times that it was looked at to be recognised. */
  looks: number;
  /** Worn or carried by a person, and so a part of them. */
  carried: boolean;
  /** The wearer has been told. */
  told: boolean;
}

/** How long a subject must be unseen before it may be told anew: a head turn is not leaving. */
const forgetPersonMs = 60_000;
const forgetThingMs = 30_000;
/** A subject that the wearer was never told of is kept over a few lost frames only. */
const forgetUntoldMs = 2_000;
/** What was seen this long before the newest frame is still in view: trackers lose a frame now and then. */
const inViewMs = 600;
/** What is recognised at the centre without a track is looked at every second or so. */
const centralMs = 2_000;
export const centralTrack = -1;
/** A track that overlaps so much with what was recognised at the centre shows the same. */
const sameBox = 0.4;
/** A new track is a lost subject if it is no further from where that was lost than one walks in that time… */
const walkingSpeed = 1;
/** …or than distance by size may be wrong. */
const sizeError = 0.25;
const closeBy = 0.3;
/** "Near" in words. */
const unknownMetres = 1;
/** Bound on memory; far more than a picture holds. */
const most = 300;

/** Whom and what the wearer was told of, over lost and found tracks. */
export class Subjects {
  #subjects: Subject[] = [];
  #newest = Number.NEGATIVE_INFINITY;

  /** Takes one frame's tracks; one that is older than the last is ignored. */
  update(sight: Sight, fieldOfView: number): void {
    if (sight.at < this.#newest) return;
    this.#newest = sight.at;
    this.#forget(sight.at);
    const followed = new Map(this.#subjects.map((subject) => [subject.track, subject]));
    const present = new Set(sight.tracks.map((track) => track.id));
    for (const track of sight.tracks) {
      if (isPartOfAnother(track, sight.tracks)) continue;
      const placement = placementOf(track, sight, fieldOfView);
      const same = followed.get(track.id);
      const found =
        same?.label === track.label ? same : this.#lost(track.label, placement.metres, sight.at, present);
      if (found === undefined) {
        this.#subjects.push({
          track: track.id,
          label: track.label,
          placement,
          box: track.box,
          since: sight.at,
          lastSeen: sight.at,
          identity: null,
          face: track.face !== null,
          looks: 0,
          carried: isCarried(track, sight.tracks),
          told: false,
        });
      } else {
        // Another track of what was lost: who it is must be seen anew.
        if (found.track !== track.id) Object.assign(found, { identity: null, looks: 0 });
        found.face ||= track.face !== null;
        const carried = isCarried(track, sight.tracks);
        Object.assign(found, { track: track.id, placement, box: track.box, lastSeen: sight.at, carried });
      }
    }
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

  /** Whom or what a track was recognised as, on each look at it; null: nobody who is known. */
  identify(track: number, identity: Identity | null): void {
    const subject = this.#subjects.find((other) => other.track === track);
    if (subject === undefined) return;
    subject.identity = identity;
    subject.looks++;
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
    if (same !== undefined && factsOf(same.label).weight !== "person") this.identify(same.track, identity);
    if (identity === null || same !== undefined) return;
    const angle = angleOf(box[0] + box[2] / 2, width, fieldOfView);
    // Nothing is known of its size: whatever lies at the centre to be looked at is near.
    const placement = { angle, hour: hourOf(angle), metres: unknownMetres };
    const seen = { placement, box, lastSeen: at, identity };
    if (central?.identity?.id === identity.id) Object.assign(central, seen);
    else {
      this.#subjects.push({
        ...seen,
        track: centralTrack,
        label: null,
        since: at,
        face: false,
        looks: 1,
        carried: false,
        told: false,
      });
    }
  }

  /** The subject of this label that the track most probably is, among those whose own track has ended. */
  #lost(label: string, metres: number, at: number, present: Set<number>): Subject | undefined {
    let best: Subject | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const subject of this.#subjects) {
      if (subject.label !== label || present.has(subject.track)) continue;
      const away = Math.abs(subject.placement.metres - metres);
      const walked = (walkingSpeed * (at - subject.lastSeen)) / 1_000;
      const tolerance = closeBy + walked + sizeError * Math.max(subject.placement.metres, metres);
      // Whoever was told is preferred: to be told the same twice is worse than to miss a newcomer's sentence.
      const cost = away + (subject.told ? 0 : tolerance);
      if (away <= tolerance && cost < least) {
        best = subject;
        least = cost;
      }
    }
    return best;
  }

  #forget(now: number): void {
    this.#subjects = this.#subjects.filter(({ told, label, lastSeen }) => {
      const person = factsOf(label).weight === "person";
      const limit = !told ? forgetUntoldMs : person ? forgetPersonMs : forgetThingMs;
      return now - lastSeen <= limit;
    });
  }
}
