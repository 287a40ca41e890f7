import type { Sight } from "../base/eyes-protocol.ts";
import { isPartOfAnother, type Placement, placementOf } from "./geometry.ts";
import { factsOf } from "./labels.ts";

/** Somebody or something that the eyes follow, or followed until a moment ago. */
export interface Subject {
  /** Id of its newest track. */
  track: number;
  label: string;
  placement: Placement;
  box: Sight["tracks"][number]["box"];
  since: number;
  lastSeen: number;
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
/** A new track is a lost subject if it is no further from where that was lost than one walks in that time… */
const walkingSpeed = 1;
/** …or than distance by size may be wrong. */
const sizeError = 0.25;
const closeBy = 0.3;
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
    const known = new Map(this.#subjects.map((subject) => [subject.track, subject]));
    const present = new Set(sight.tracks.map((track) => track.id));
    for (const track of sight.tracks) {
      if (isPartOfAnother(track, sight.tracks)) continue;
      const placement = placementOf(track, sight, fieldOfView);
      const same = known.get(track.id);
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
          told: false,
        });
      } else {
        Object.assign(found, { track: track.id, placement, box: track.box, lastSeen: sight.at });
      }
    }
    if (this.#subjects.length > most) {
      this.#subjects.sort((a, b) => b.lastSeen - a.lastSeen);
      this.#subjects.length = most;
    }
  }

  /** Those in the newest frame, or lost a moment before it. */
  inView(): Subject[] {
    return this.#subjects.filter(({ lastSeen }) => this.#newest - lastSeen <= inViewMs);
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
