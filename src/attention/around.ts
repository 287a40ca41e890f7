import type { Seeing } from "../base/eyes-protocol.ts";
import { distanceOf } from "./geometry.ts";
import { groupOf } from "./groups.ts";
import { type Known, knownPeopleWords, knownWords } from "./known.ts";
import { factsOf } from "./labels.ts";
import type { Subject } from "./subjects.ts";
import { type Words, withNames } from "./wording/names.ts";
import type { CollisionState, Wording } from "./wording/wording.ts";

const mostSentences = 3;
/** Something that the range finder has nearer than this is told even if the eyes have no name for it. */
const somethingWithin = 2;

export interface Surroundings {
  inView: Subject[];
  /** Those of them who are known. */
  known: Known[];
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
export function aroundSentences(around: Surroundings, wording: Wording): Words[] {
  const { inView, known, view, range, collision } = around;
  const sentences: Words[] = [];
  const plain = (text: string) => sentences.push(withNames([], () => text));
  const named = inView.some(({ placement }) => distanceOf(placement, range).kind === "metres");
  const near = inView.some(({ placement }) => placement.hour === 12 && placement.metres < somethingWithin);
  if (range !== null && range < somethingWithin && !named && !near) plain(wording.something(range));

  const groups: { words: Words; sentences: number }[] = [];
  const people = inView.filter(({ label }) => label === "person");
  const rest = new Set(inView.filter(({ carried }) => !carried));
  const knownPeople = known.filter(({ kind }) => kind === "person");
  // Two sentences: how many there are, and who.
  if (knownPeople.length > 0 && people.length > 1) {
    groups.push({ words: knownPeopleWords(people.length, knownPeople, wording), sentences: 2 });
    for (const subject of people) rest.delete(subject);
  }
  for (const one of known.toSorted((a, b) => peopleFirst(a.subject, b.subject))) {
    if (rest.delete(one.subject)) groups.push({ words: knownWords(one, range, wording), sentences: 1 });
  }
  const byLabel = new Map<string, Subject[]>();
  for (const subject of [...rest].sort(peopleFirst)) {
    if (subject.label !== null) byLabel.set(subject.label, [...(byLabel.get(subject.label) ?? []), subject]);
  }
  for (const subjects of byLabel.values()) {
    const group = groupOf(subjects, false, range);
    if (group !== null) groups.push({ words: withNames([], () => wording.group(group)), sentences: 1 });
  }
  // How badly is seen, and that collision warning goes on, are two sentences.
  let room = mostSentences - (view === "good" ? 0 : 2) - sentences.length;
  for (const { words, sentences: count } of groups) {
    if (count <= room) sentences.push(words);
    room -= count;
  }
  if (view !== "good") plain(wording.notSeeing(view, collision));
  else if (inView.length === 0) plain(wording.nothingRecognised);
  return sentences;
}
