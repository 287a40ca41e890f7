import type { Verbosity } from "../base/settings.ts";
import { type Distance, distanceOf } from "./geometry.ts";
import { factsOf, type Weight } from "./labels.ts";
import type { Subject } from "./subjects.ts";
import type { Group } from "./wording/wording.ts";

/** Unasked sentences in any minute. */
export const sentencesPerMinute: Record<Verbosity, number> = { quiet: 3, normal: 6, chatty: 12 };

/** So many of them are kept for those who are recognised, and for the eyes' own troubles. */
export const sentencesForNames: Record<Verbosity, number> = { quiet: 1, normal: 2, chatty: 3 };

const weights: Record<Weight, number> = { person: 0, mover: 1, obstacle: 2, small: 3 };

/** How much of the minute's sentences a kind of thing may use, so that the small leave room for the large. */
const share: Record<Weight, number> = { person: 1, mover: 1, obstacle: 0.75, small: 0.4 };

/** A subject is told this long after it was first seen, so that those who come together are told together. */
const settleMs = 600;
/** Somebody whose face is in view may be known: their name is waited for, for so long or so many looks. */
const nameMs = 1_500;
const nameLooks = 3;

function isSettled({ since, face, looks }: Subject, now: number): boolean {
  const age = now - since;
  return age >= settleMs && (!face || looks >= nameLooks || age >= nameMs);
}

const reaches: Record<Distance["kind"], number> = { armsLength: 0.9, near: 2, metres: 3, steps: 5, far: 100 };

/** Whether somebody who did not ask would want to hear of it. */
export function worthTelling(subject: Subject, verbosity: Verbosity): boolean {
  const { weight } = factsOf(subject.label);
  const { hour, metres } = subject.placement;
  if (subject.label === null || subject.carried) return false;
  const ahead = hour === 12;
  if (verbosity === "chatty") return true;
  if (verbosity === "quiet")
    return metres < reaches.near && (weight === "person" || ahead) && weight !== "small";
  switch (weight) {
    case "person":
      return true;
    case "mover":
      return metres < 15;
    case "obstacle":
      return metres < (ahead ? reaches.steps : reaches.near);
    case "small":
      return ahead && metres < reaches.near;
  }
}

/** What stands or moves straight ahead, and near enough to be walked into: it is told without a pause. */
export function isUrgent({ label, placement }: Subject): boolean {
  return placement.hour === 12 && placement.metres < reaches.steps && factsOf(label).weight !== "small";
}

/** People first, then by weight, then what is ahead, then near before far. */
export function compare(a: Subject, b: Subject): number {
  return (
    weights[factsOf(a.label).weight] - weights[factsOf(b.label).weight] ||
    Number(a.placement.hour !== 12) - Number(b.placement.hour !== 12) ||
    a.placement.metres - b.placement.metres
  );
}

export interface Choice {
  label: string;
  subjects: Subject[];
}

/**
 * The group of like subjects that is most worth telling now, or null.
 * @param used unasked sentences within the last minute
 */
export function choose(
  inView: Subject[],
  now: number,
  verbosity: Verbosity,
  used: number,
  most = sentencesPerMinute[verbosity],
): Choice | null {
  if (used >= most) return null;
  const candidates = inView
    .filter((subject) => !subject.told && worthTelling(subject, verbosity))
    .filter(({ label }) => used < most * share[factsOf(label).weight])
    .sort(compare);
  const first = candidates.find((subject) => isSettled(subject, now));
  if (first === undefined || first.label === null) return null;
  return { label: first.label, subjects: candidates.filter(({ label }) => label === first.label) };
}

/**
 * Several like subjects as one group for the wording.
 * @param more whether others of the label were told before and are in view
 * @param range metres that the guard measures, or null
 */
export function groupOf(subjects: Subject[], more: boolean, range: number | null): Group | null {
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
