import { describe, expect, test } from "vitest";
import { Pattern, type PhraseName, phrases } from "../../src/guard/pattern.ts";

/** Lengths of what a motor does from 0 to `to` ms: on, off, on, … */
function pulses(pattern: Pattern, to: number): number[] {
  const lengths: number[] = [];
  let on = pattern.on(0);
  let since = 0;
  for (let t = 1; t <= to; t++) {
    if (pattern.on(t) === on) continue;
    lengths.push(t - since);
    since = t;
    on = !on;
  }
  if (on) lengths.push(to - since);
  return lengths;
}

describe("what the wearer feels of a motor, which needs 180 ms for its full strength", () => {
  test("up to 2.5 a second, each beep is one that can be felt and told from the next", () => {
    for (const rate of [1, 2.5]) {
      const pattern = new Pattern(true);
      pattern.setRate(rate, 0);
      expect(pulses(pattern, 999).slice(0, 2)).toEqual([180, 1000 / rate - 180].slice(0, rate === 1 ? 1 : 2));
    }
  });

  test("from 5 a second on, it does not stop", () => {
    for (const rate of [5, 8]) {
      const pattern = new Pattern(true);
      pattern.setRate(rate, 0);
      expect(pulses(pattern, 1_000)).toEqual([1_000]);
    }
  });

  test("every phrase keeps its rhythm, and no pulse of it is too short to be felt", () => {
    for (const name of Object.keys(phrases) as PhraseName[]) {
      const pattern = new Pattern(true);
      pattern.play(name, 0);
      const felt = pulses(pattern, 5_000);
      const gaps = phrases[name].gaps;
      expect(felt).toHaveLength(gaps.length);
      expect(Math.min(...felt.filter((_, i) => i % 2 === 0))).toBeGreaterThanOrEqual(180);
      for (const [i, ms] of felt.entries())
        expect(ms / (gaps[i] ?? 0)).toBeCloseTo((felt[0] ?? 0) / gaps[0], 1);
    }
  });

  test("three pips are three, and a tick is felt", () => {
    const pips = new Pattern(true);
    pips.pips(3, 0);
    expect(pulses(pips, 2_000)).toEqual([180, 160, 180, 160, 180]);
    const tick = new Pattern(true);
    tick.tick(0);
    expect(pulses(tick, 500)).toEqual([120]);
  });
});
