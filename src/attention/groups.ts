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
export const nameMs = 1_500;
const nameLooks = 3;

/** Seen for long enough to be told, and looked at often enough to be named. */
export function isSettled({ since, lastSeen, face, looks }: Subject, settle: number, now: number): boolean {
  // A detector's mistake of two frames is in view for longer than it was seen.
  return lastSeen - since >= settle && (!face || looks >= nameLooks || now - since >= nameMs);
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
      const first = group.filter(({ placement }) => isWithin(placement, event.first));
      const since = (first.length > 0 ? first : group).map((subject) => sinceOf(subject, first.length > 0));
      found.push({ event, subjects: group, first: first.length > 0, since: Math.min(...since) });
    }
  }
  return found;
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
