import type { Verbosity } from "../base/settings.ts";
import { type GroupEvent, groupEvents, isWithin } from "./events.ts";
import { distanceOf } from "./geometry.ts";
import { factsOf, type Weight } from "./labels.ts";
import type { Subject } from "./subjects.ts";
import type { Group } from "./wording/wording.ts";

const weights: Record<Weight, number> = { person: 0, mover: 1, obstacle: 2, small: 3 };

/** People first, then by weight, then what is ahead, then near before far. */
export function compare(a: Subject, b: Subject): number {
  return (
    weights[factsOf(a.label).weight] - weights[factsOf(b.label).weight] ||
    Number(a.placement.hour !== 12) - Number(b.placement.hour !== 12) ||
    a.placement.metres - b.placement.metres
  );
}

/** Somebody whose face is in view may be known: their name is waited for, for so long or so many looks. */
export const nameMs = 1_800;
const nameLooks = 5;
/** Who is further away (m) than faces are known from is waited for, for they may come nearer. */
const faceMetres = 4;
const nearerMs = 2_500;
/** Who comes within so long of another has come with them. */
export const togetherMs = 600;
/** For those who come right after others, the others wait so many times as long as alone. */
const togetherShare = 2;

/** Seen for long enough to be told, and looked at often enough to be named. */
export function isSettled(subject: Subject, settle: number, now: number): boolean {
  const { label, faceSince, looks, placement } = subject;
  if (faceSince !== null) {
    return isThere(subject, settle) && (looks >= nameLooks || now - faceSince >= nameMs);
  }
  return isThere(subject, label === "person" && placement.metres > faceMetres ? nearerMs : settle);
}

/** A detector's mistake of two frames is in view for longer than it was seen. */
function isThere({ since, lastSeen }: Subject, settle: number): boolean {
  return lastSeen - since >= settle;
}

/** Like subjects that an event is about. */
export interface Grouping {
  event: GroupEvent;
  subjects: Subject[];
  first: boolean;
  since: number;
}

/** What could be told of these subjects, in the order of the table of events. */
export function groupings(subjects: readonly Subject[], verbosity: Verbosity, now: number): Grouping[] {
  const found: Grouping[] = [];
  const sorted = subjects.toSorted(compare);
  for (const event of groupEvents) {
    const byLabel = new Map<string, Subject[]>();
    for (const subject of sorted) {
      if (subject.label === null || !isNews(subject, event, verbosity)) continue;
      byLabel.set(subject.label, [...(byLabel.get(subject.label) ?? []), subject]);
    }
    for (const group of byLabel.values()) {
      if (!group.some((subject) => isSettled(subject, event.settle, now))) continue;
      const there = group.filter((subject) => isThere(subject, event.settle));
      const oldest = Math.min(...there.map(({ since }) => since));
      // Those who come together are told together, but what only flickers is not told with them.
      if (there.length < group.length && now - oldest < togetherShare * event.settle) continue;
      // Who seems to be back, but comes with others who are new, is most often new as well.
      if (event.motion === null) there.push(...sorted.filter((other) => cameWith(other, there)));
      const first = there.filter(({ placement }) => isWithin(placement, event.first));
      const since = (first.length > 0 ? first : there).map((subject) => sinceOf(subject, first.length > 0));
      found.push({ event, subjects: there, first: first.length > 0, since: Math.min(...since) });
    }
  }
  return found;
}

function cameWith({ label, told, backSince }: Subject, others: readonly Subject[]): boolean {
  if (!told || backSince === null) return false;
  return others.some((other) => other.label === label && Math.abs(other.since - backSince) <= togetherMs);
}

/** Since when it is news: what was far may come to be in the way. */
function sinceOf({ since, inTheWaySince }: Subject, first: boolean): number {
  return first ? (inTheWaySince ?? since) : since;
}

function isNews(subject: Subject, { weights, motion, reach }: GroupEvent, verbosity: Verbosity): boolean {
  const { label, placement, carried, told } = subject;
  const untold = motion === null ? !told : subject.motion === motion && !subject.motionTold.has(motion);
  return (
    untold && !carried && weights.includes(factsOf(label).weight) && isWithin(placement, reach[verbosity])
  );
}

/**
 * Several like subjects as one group for the wording.
 * @param more whether others of the label were told before and are in view
 * @param range metres that the guard measures, or null
 */
export function groupOf(subjects: readonly Subject[], more: boolean, range: number | null): Group | null {
  const [first] = subjects;
  if (first === undefined || first.label === null) return null;
  let [left, right, nearest] = [first, first, first];
  for (const subject of subjects) {
    if (subject.placement.angle < left.placement.angle) left = subject;
    if (subject.placement.angle > right.placement.angle) right = subject;
    if (subject.placement.metres < nearest.placement.metres) nearest = subject;
  }
  return {
    label: first.label,
    count: subjects.length,
    more,
    from: left.placement.hour,
    to: right.placement.hour,
    distance: distanceOf(nearest.placement, range),
  };
}
