import { systemClock } from "../base/clock.ts";
import { median } from "./stats.ts";

/** First rounds are left out: code is compiled and memory is taken in them. */
const warmUp = 3;

/**
 * Runs several jobs in turn, many times, so that what slows the machine meanwhile slows all of them; returns the median
 * time of each, in ms.
 */
export async function timeInTurn<Name extends string>(
  jobs: Record<Name, () => unknown>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(jobs) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const begin = systemClock.now();
      await jobs[name]();
      if (round >= 0) times.get(name)?.push(systemClock.now() - begin);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}
