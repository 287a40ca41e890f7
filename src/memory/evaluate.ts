import { Gallery } from "./gallery.ts";
import type { Kind, View } from "./types.ts";

/** Somebody or something with all its views, some of which are learned and the others recognised. */
export interface Subject {
  name: string;
  views: readonly View[];
}

/** Shares, 0 to 1. */
export interface RecognitionFigures {
  /** Of views of what was learned: rightly named, with "perhaps" or without; without; and named as something else. */
  right: number;
  rightSure: number;
  wrong: number;
  wrongSure: number;
  /** Of views of what was never learned: named, with "perhaps" or without; and without. */
  stranger: number;
  strangerSure: number;
  /** Views that were judged in each round. */
  views: number;
}

/**
 * How well subjects are known again by the memory's own matching. In each round other views of each are learned, and
 * the rest are recognised; and each subject in turn is not learned at all, and all of its views are strangers'.
 *
 * @param learned so many views of each are learned; subjects with no more than these are never recognised
 * @param rounds the same rounds at each call
 */
export function evaluateRecognition(
  kind: Kind,
  subjects: readonly Subject[],
  learned = 3,
  rounds = 200,
): RecognitionFigures {
  const random = generator();
  const known = { seen: 0, right: 0, rightSure: 0, wrong: 0, wrongSure: 0 };
  const strange = { seen: 0, named: 0, sure: 0 };
  for (let round = 0; round < rounds; round++) {
    const shuffled = subjects.map(({ name, views }) => ({ name, views: shuffle(views, random) }));
    const gallery = new Gallery();
    const learn = (i: number) => {
      const subject = shuffled[i];
      for (const [j, view] of subject?.views.slice(0, learned).entries() ?? []) {
        gallery.add(i * learned + j, kind, subject?.name ?? "", view);
      }
    };
    for (const i of shuffled.keys()) learn(i);
    for (const [i, { name, views }] of shuffled.entries()) {
      for (const view of views.slice(learned)) {
        const match = gallery.match(kind, view);
        known.seen++;
        if (match === null) continue;
        known[match.id === name ? "right" : "wrong"]++;
        if (match.sure) known[match.id === name ? "rightSure" : "wrongSure"]++;
      }
      for (let j = 0; j < learned; j++) gallery.remove(i * learned + j);
      for (const view of views) {
        const match = gallery.match(kind, view);
        strange.seen++;
        if (match !== null) strange.named++;
        if (match?.sure) strange.sure++;
      }
      learn(i);
    }
  }
  const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
  return {
    right: share(known.right, known.seen),
    rightSure: share(known.rightSure, known.seen),
    wrong: share(known.wrong, known.seen),
    wrongSure: share(known.wrongSure, known.seen),
    stranger: share(strange.named, strange.seen),
    strangerSure: share(strange.sure, strange.seen),
    views: known.seen / Math.max(1, rounds),
  };
}

/** Fisher and Yates. */
function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled = [...values];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}

/** The same numbers from 0 to 1 at each run (Park and Miller's minimal standard generator). */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
