import { type Entry, isUnnamed } from "./types.ts";

const dayMs = 24 * 60 * 60_000;
/** Entries without a name are forgotten after so long, and the wearer is told a day before. */
const keepMs = 7 * dayMs;
const noticeMs = dayMs;

/** A Pi has no clock of its own: without a network it wakes in 1970, or where it stopped. */
const earliestTime = 1_735_689_600_000; // 2025-01-01

/** Whether a wall time can be true. */
export function isSetClock(time: number): boolean {
  return time >= earliestTime;
}

type Lasting = Entry & { readonly toldAt: number | null };

/** Whether the wearer is to be told that an entry will be forgotten. */
export function isToTell(entry: Lasting, now: number): boolean {
  return isUnnamed(entry) && entry.toldAt === null && age(entry.createdAt, now) >= keepMs - noticeMs;
}

/** Whether an entry is to be forgotten. A hat that lay in a drawer first tells, and forgets a day later. */
export function isDue(entry: Lasting, now: number): boolean {
  if (!isUnnamed(entry) || entry.toldAt === null) return false;
  return age(entry.createdAt, now) >= keepMs && age(entry.toldAt, now) >= noticeMs;
}

/** When an entry will be forgotten at the soonest, or null where it is not while it has its name. */
export function dueAt(entry: Entry, now: number): number | null {
  if (!isUnnamed(entry)) return null;
  return Math.max(isSetClock(entry.createdAt) ? entry.createdAt + keepMs : now + keepMs, now);
}

function age(time: number, now: number): number {
  return isSetClock(time) && isSetClock(now) ? now - time : 0;
}
