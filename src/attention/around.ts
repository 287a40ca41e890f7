import type { Seeing } from "../base/eyes-protocol.ts";
import { groupOf } from "./choose.ts";
import { distanceOf } from "./geometry.ts";
import { factsOf } from "./labels.ts";
import type { Subject } from "./subjects.ts";
import type { CollisionState, Wording } from "./wording/wording.ts";

const mostSentences = 3;
/** Something that the range finder has nearer than this is told even if the eyes have no name for it. */
const somethingWithin = 2;

export interface Surroundings {
  inView: Subject[];
  view: Seeing | "off";
  /** Metres that the guard measures, or null. */
  range: number | null;
  collision: CollisionState;
}

function peopleFirst(a: Subject, b: Subject): number {
  const person = (subject: Subject) => (factsOf(subject.label).weight === "person" ? 0 : 1);
  return person(a) - person(b) || a.placement.metres - b.placement.metres;
}

/**
 * What is around, in at most three sentences: what the range finder has near and the eyes cannot name, then people,
 * then things, near before far. Says that nothing is recognised only where the eyes see well.
 */
export function aroundSentences(around: Surroundings, wording: Wording): string[] {
  const { inView, view, range, collision } = around;
  const sentences: string[] = [];
  const named = inView.some(({ placement }) => distanceOf(placement, range).kind === "metres");
  const near = inView.some(({ placement }) => placement.hour === 12 && placement.metres < somethingWithin);
  if (range !== null && range < somethingWithin && !named && !near) sentences.push(wording.something(range));

  const byLabel = new Map<string, Subject[]>();
  for (const subject of inView.toSorted(peopleFirst)) {
    byLabel.set(subject.label, [...(byLabel.get(subject.label) ?? []), subject]);
  }
  // How badly is seen, and that collision warning goes on, are two sentences.
  const room = mostSentences - (view === "good" ? 0 : 2);
  for (const subjects of byLabel.values()) {
    if (sentences.length >= room) break;
    const group = groupOf(subjects, false, range);
    if (group !== null) sentences.push(wording.group(group));
  }
  if (view !== "good") sentences.push(wording.notSeeing(view, collision));
  else if (inView.length === 0) sentences.push(wording.nothingRecognised);
  return sentences;
}
