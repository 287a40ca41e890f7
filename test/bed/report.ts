import { performance } from "node:perf_hooks";

/** One line a test, as `scripts/test --bed` counts them. */
let failed = 0;

/** Runs one test; a failure is told and the next test runs all the same. */
export async function test(sentence: string, run: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  try {
    await run();
    console.log(`passed   ${sentence} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    const why = error instanceof Error ? error.message : String(error);
    console.log(`FAILED   ${sentence}: ${why.replaceAll("\n", "\n         ")}`);
  }
}

export function skip(sentence: string, why: string): void {
  console.log(`skipped  ${sentence}: ${why}`);
}

/** Ends the program with the status that tells how the tests went. */
export function end(): never {
  process.exit(failed === 0 ? 0 : 1);
}

export function expect(what: string, is: boolean): void {
  if (!is) throw new Error(what);
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The first value that `find` returns; the machine is slow and its speed says nothing, so limits are long. */
export async function until<T>(what: string, find: () => T | undefined | false, ms = 60_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${ms / 1000} s`);
    await sleep(5);
  }
}
