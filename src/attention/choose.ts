import type { Verbosity } from "../base/settings.ts";
import type { FactEvent } from "./events.ts";

/** Unasked sentences in any minute. */
export const sentencesPerMinute: Readonly<Record<Verbosity, number>> = { quiet: 3, normal: 6, chatty: 12 };

export const minute = 60_000;
/** Shares are of the sentences of so long: what was begun before it is soon free again for what must not wait. */
const shareMs = 50_000;
/** Between the beginnings of two unasked sentences, so that there is always silence to listen into. */
const pauseMs = 3_000;
/** What comes first need not wait so long. */
const firstPauseMs = 1_000;
/** From the decision to cut a sentence off to the first syllable of what comes instead. */
const cutMs = 300;

/** Something that could be said unasked. */
export interface Candidate {
  event: FactEvent;
  /** It is where it comes first (`FactEvent.first`). */
  first: boolean;
  /** Since when it is so, in ms. */
  since: number;
}

/** All that decides which of them is said, if any. */
export interface Moment {
  now: number;
  verbosity: Verbosity;
  /** When the unasked sentences of the last minute were begun. */
  begun: readonly number[];
  /** An unasked sentence is being said. */
  speaking: boolean;
}

/** Whether one more sentence may be begun: the bound, the share of it, and the silence between two. */
export function mayBegin(share: number, pause: number, { now, verbosity, begun }: Moment): boolean {
  const used = begun.filter((at) => now - at < minute).length;
  const most = sentencesPerMinute[verbosity];
  const lately = begun.filter((at) => now - at < shareMs).length;
  return used < most && lately < most * share && now - (begun.at(-1) ?? Number.NEGATIVE_INFINITY) >= pause;
}

/**
 * What is said now: what comes first before the rest, else as they are given; null where nothing may be said. While a
 * sentence is being said, only what would otherwise come too late.
 */
export function choose<T extends Candidate>(candidates: readonly T[], moment: Moment): T | null {
  const isDue = ({ event, first, since }: Candidate) =>
    event.verbosity.includes(moment.verbosity) &&
    moment.now - since >= event.settle &&
    (!moment.speaking || (first && moment.now - since >= event.within - cutMs)) &&
    mayBegin(first ? 1 : event.share, first ? firstPauseMs : pauseMs, moment);
  const due = candidates.filter(isDue);
  return due.find(({ first }) => first) ?? due[0] ?? null;
}

/** The silence before a sentence that does not come first. */
export const usualPauseMs = pauseMs;
