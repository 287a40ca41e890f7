import type { Verbosity } from "../base/settings.ts";
import type { Candidate } from "./choose.ts";
import { namedEvents } from "./events.ts";
import { compare, type Grouping, groupings, groupOf, isSettled, nameMs, togetherMs } from "./groups.ts";
import { type Known, knownPeopleWords, knownWords } from "./known.ts";
import type { Subject } from "./subjects.ts";
import type { ToldNames } from "./told-names.ts";
import { type Words, withNames } from "./wording/names.ts";
import type { Wording } from "./wording/wording.ts";

/** Something that the wearer has not heard. */
export interface News extends Candidate {
  /** What there is to say of it at this time, or null when it is no longer so. */
  words(at: number): Words | null;
  /** The wearer has heard it, or has not after all. */
  tell(heard: boolean, at: number): void;
}

/** What is in view, as news is made of it. */
export interface InView {
  /** Those seen within the last second. */
  subjects(at: number): Subject[];
  known(subject: Subject): Known | null;
  /** Metres that the guard measures, or null. */
  range(at: number): number | null;
}

/** A doubt is told when it lasts: the next looks often settle it. */
const doubtMs = 1_000;

/** All that could be told, names first. */
export function newsOf(
  view: InView,
  names: ToldNames,
  wording: Wording,
  verbosity: Verbosity,
  now: number,
): News[] {
  const unknown = view.subjects(now).filter((subject) => view.known(subject) === null);
  const groups = groupings(unknown, verbosity, now).map((grouping) => ofGroup(grouping, view, wording));
  const name = ofNames(view, names, wording, now);
  return name === null ? groups : [name, ...groups];
}

function ofGroup({ event, subjects, first, since }: Grouping, view: InView, wording: Wording): News {
  const { motion } = event;
  return {
    event,
    first,
    since,
    words: (at) => {
      const inView = view.subjects(at);
      const same = subjects.every(
        (subject) =>
          inView.includes(subject) &&
          view.known(subject) === null &&
          (motion === null || subject.motion === motion),
      );
      if (!same) return null;
      const label = subjects[0]?.label;
      const more =
        motion === null &&
        inView.some((other) => other.label === label && other.told && !subjects.includes(other));
      const group = groupOf(subjects, more, view.range(at));
      return group && withNames([], () => event.say(wording, group));
    },
    tell: (heard) => {
      for (const subject of subjects) {
        subject.told = heard || subject.backSince !== null;
        if (motion === null) continue;
        if (heard) subject.motionTold.add(motion);
        else subject.motionTold.delete(motion);
      }
    },
  };
}

/** The news of who or what was recognised: alone, or among the others who have come with them. */
function ofNames(view: InView, names: ToldNames, wording: Wording, now: number): News | null {
  const news = (at: number): Known[] =>
    view
      .subjects(at)
      .sort(compare)
      .flatMap((subject) => view.known(subject) ?? [])
      .filter((known) => names.isNews(known, at))
      .filter(({ sure, subject }) => sure || at - (subject.identifiedSince ?? at) >= doubtMs);
  const [first] = news(now);
  if (first === undefined) return null;
  const untold = view.subjects(now).filter(({ label, told }) => label === "person" && !told);
  // Their names are as good as there.
  const soon = untold.some((other) => view.known(other) === null && !isSettled(other, togetherMs, now));
  if (soon && untold.includes(first.subject) && now - first.subject.since < nameMs) return null;
  const content = (at: number) => {
    const known = news(at);
    const one = known.find(({ id }) => id === first.id);
    if (one === undefined) return null;
    const inView = view.subjects(at);
    const people = inView.filter(({ label }) => label === "person");
    const allNew = people.every(
      (person) => untold.includes(person) && person.lastSeen - person.since >= togetherMs,
    );
    const acquainted = known.filter(({ kind, subject }) => kind === "person" && people.includes(subject));
    return people.length > 1 && allNew && acquainted.includes(one)
      ? { known: acquainted, subjects: people, words: knownPeopleWords(people.length, acquainted, wording) }
      : { known: [one], subjects: [one.subject], words: knownWords(one, view.range(at), wording) };
  };
  const found = content(now);
  if (found === null) return null;
  return {
    event: found.subjects.length > 1 ? namedEvents.knownPeople : namedEvents.known,
    first: true,
    since: first.subject.identifiedSince ?? now,
    words: (at) => content(at)?.words ?? null,
    tell: (heard, at) => {
      for (const subject of found.subjects) subject.told = heard;
      for (const one of found.known) {
        if (heard) names.tell(one, one.kind, at);
        else names.untell(one.id);
      }
    },
  };
}
