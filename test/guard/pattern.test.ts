import { describe, expect, test } from "vitest";
import { Pattern } from "../../src/guard/pattern.ts";

/** Times in ms from `from` to `to` at which the buzzer goes on and off, found by following `nextAt`. */
function edges(pattern: Pattern, from: number, to: number): [number, boolean][] {
  const found: [number, boolean][] = [];
  let on = false;
  for (let t = from; t < to; t = pattern.nextAt(t)) {
    if (pattern.on(t) !== on) {
      on = !on;
      found.push([Math.round(t), on]);
    }
  }
  return found;
}

/** Lengths of sounds and pauses, beginning with a sound. */
function rhythm(found: [number, boolean][]): number[] {
  return found.slice(1).map(([t], i) => t - (found[i]?.[0] ?? 0));
}

describe("what the wearer hears of the guard", () => {
  test.each([
    [1, 60, 1000],
    [2.5, 60, 400],
    [5, 40, 200],
    [8, 40, 125],
  ])("%d beeps a second, each %d ms long, begin at once and come every %d ms", (rate, width, period) => {
    const pattern = new Pattern();
    pattern.setRate(rate, 500);
    const found = edges(pattern, 500, 500 + 3 * period);
    expect(found[0]).toEqual([500, true]);
    expect(rhythm(found).slice(0, 4)).toEqual([width, period - width, width, period - width]);
  });

  test("a faster rate does not wait for the slow beep that was due", () => {
    const pattern = new Pattern();
    pattern.setRate(1, 0);
    edges(pattern, 0, 400);
    pattern.setRate(8, 400);
    expect(pattern.on(400)).toBe(true);
  });

  test("a beep that has begun is finished when the danger is over", () => {
    const pattern = new Pattern();
    pattern.setRate(2.5, 0);
    pattern.setRate(0, 20);
    expect(edges(pattern, 20, 1000)).toEqual([
      [20, true],
      [60, false],
    ]);
  });

  test("the phrases differ by rhythm: ready short-short-long, stopping long-short-short, blind one, mute two, alone longer", () => {
    const heard = (name: "ready" | "stopping" | "blind" | "mute" | "alone") => {
      const pattern = new Pattern();
      pattern.play(name, 0);
      return rhythm(edges(pattern, 0, 5000));
    };
    expect(heard("ready")).toEqual([80, 80, 80, 80, 300]);
    expect(heard("stopping")).toEqual([300, 80, 80, 80, 80]);
    expect(heard("blind")).toEqual([600]);
    expect(heard("mute")).toEqual([400, 200, 400]);
    expect(heard("alone")).toEqual([1200]);
  });

  test("one after the other, never over each other", () => {
    const pattern = new Pattern();
    pattern.play("blind", 0);
    pattern.pips(3, 100);
    expect(rhythm(edges(pattern, 0, 5000))).toEqual([600, 300, 60, 140, 60, 140, 60]);
  });

  test("collision beeps come before any phrase", () => {
    const pattern = new Pattern();
    pattern.play("alone", 0);
    pattern.setRate(8, 100);
    pattern.play("blind", 150);
    expect(rhythm(edges(pattern, 100, 500)).every((ms) => ms <= 85)).toBe(true);
  });

  test("every press ticks for 15 ms, and over a beep as a gap", () => {
    const pattern = new Pattern();
    pattern.tick(1000);
    expect(edges(pattern, 1000, 1100)).toEqual([
      [1000, true],
      [1015, false],
    ]);
    pattern.setRate(1, 2000);
    pattern.tick(2010);
    expect(pattern.on(2012)).toBe(false);
    expect(pattern.on(2030)).toBe(true);
  });
});
