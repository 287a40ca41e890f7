import { expect, test } from "vitest";
import { nextRate, nextVolume, volumes } from "../../src/voice/volume.ts";

/** All that is reached from a start by going on. */
function steps(start: number, next: (at: number) => number | null): number[] {
  const reached: number[] = [];
  for (let at = next(start); at !== null && reached.length < 100; at = next(at)) reached.push(at);
  return reached;
}

test("softer goes down in six steps that are heard to a tenth, and louder back up", () => {
  expect(steps(1, (at) => nextVolume(at, -1))).toEqual(volumes.slice(1));
  expect(volumes.at(-1)).toBe(0.1);
  expect(steps(0.1, (at) => nextVolume(at, 1))).toEqual(volumes.toReversed().slice(1));
  for (let i = 1; i < volumes.length; i++) {
    expect(20 * Math.log10((volumes[i - 1] ?? 0) / (volumes[i] ?? 1))).toBeCloseTo(4, 5);
  }
});

test("a volume between two steps goes to the next of them", () => {
  expect(nextVolume(0.5, 1)).toBeCloseTo(0.63, 2);
  expect(nextVolume(0.5, -1)).toBeCloseTo(0.4, 2);
});

test("faster and slower go as far as speech does, and no further", () => {
  const up = steps(220, (at) => nextRate(at, 1));
  const down = steps(220, (at) => nextRate(at, -1));
  expect(up.at(-1)).toBe(600);
  expect(down.at(-1)).toBe(120);
  for (const [i, at] of up.entries()) expect(at).toBeGreaterThan(up[i - 1] ?? 220);
  expect(up.every((at) => Number.isInteger(at))).toBe(true);
  expect(up.length + down.length).toBeLessThan(16);
});
