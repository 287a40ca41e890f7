import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Gesture } from "../../src/base/protocol.ts";
import { Gestures } from "../../src/guard/gestures.ts";

/** Plays presses as `[down, up]` in ms and returns the gestures with their times. */
function play(presses: [number, number][], gapMs = 350): [Gesture, number][] {
  const heard: [Gesture, number][] = [];
  const gestures = new Gestures(gapMs);
  gestures.onGesture = (gesture, at) => heard.push([gesture, at]);
  for (const [down, up] of presses) {
    for (let t = Math.max(0, down - 2000); t < down; t += 25) gestures.tick(t);
    gestures.press(down);
    for (let t = down; t < up; t += 25) gestures.tick(t);
    gestures.release(up);
  }
  const last = presses.at(-1)?.[1] ?? 0;
  for (let t = last; t < last + 2000; t += 25) gestures.tick(t);
  return heard;
}

describe("the one button", () => {
  test("a click is decided when no other press follows within the gap", () => {
    expect(play([[1000, 1100]])).toEqual([["click", 1450]]);
    expect(play([[1000, 1100]], 600)).toEqual([["click", 1700]]);
  });

  test("two are a double click, three a triple, which is decided at once", () => {
    expect(
      play([
        [1000, 1100],
        [1300, 1400],
      ]),
    ).toEqual([["double", 1750]]);
    expect(
      play([
        [1000, 1100],
        [1300, 1400],
        [1600, 1700],
      ]),
    ).toEqual([["triple", 1700]]);
  });

  test("clicks that are far apart are two gestures", () => {
    expect(
      play([
        [1000, 1100],
        [1500, 1600],
      ]).map(([gesture]) => gesture),
    ).toEqual(["click", "click"]);
  });

  test("a hold begins after 0.6 s and ends with the release", () => {
    expect(play([[1000, 2500]])).toEqual([
      ["hold", 1600],
      ["holdEnd", 2500],
    ]);
  });

  test("a click and then a hold is the menu's gesture", () => {
    expect(
      play([
        [1000, 1100],
        [1300, 2200],
      ]),
    ).toEqual([
      ["clickHold", 1900],
      ["clickHoldEnd", 2200],
    ]);
  });

  test("whatever the fingers do, each hold ends, and no press is counted twice", () => {
    const presses = fc.array(fc.tuple(fc.integer({ min: 20, max: 900 }), fc.integer({ min: 20, max: 900 })));
    fc.assert(
      fc.property(presses, (waits) => {
        let t = 1000;
        const times = waits.map(([wait, held]): [number, number] => {
          const down = t + wait;
          t = down + held;
          return [down, t];
        });
        const heard = play(times).map(([gesture]) => gesture);
        const used = { click: 1, double: 2, triple: 3, hold: 1, clickHold: 2, holdEnd: 0, clickHoldEnd: 0 };
        const counted = heard.reduce((sum, gesture) => sum + used[gesture], 0);
        expect(counted).toBeLessThanOrEqual(times.length);
        for (const kind of ["hold", "clickHold"] as const) {
          const begun = heard.filter((gesture) => gesture === kind).length;
          expect(heard.filter((gesture) => gesture === `${kind}End`)).toHaveLength(begun);
        }
      }),
    );
  });
});
