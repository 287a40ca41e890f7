import { systemClock } from "../base/clock.ts";
import { median, randomFrom } from "./stats.ts";

/** First rounds are left out: code is compiled and memory is taken in them. */
const warmUp = 3;

/**
 * Runs several jobs in turn, many times, so that what slows the machine meanwhile slows all of them; returns the median
 * time of each, in ms. Each round has another order, the same in every run: what a job leaves in the caches is left to all.
 */
export async function timeInTurn<Name extends string>(
  jobs: Record<Name, () => unknown>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(jobs) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  const random = randomFrom(1);
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of shuffled(names, random)) {
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

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
