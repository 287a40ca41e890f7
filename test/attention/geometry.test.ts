import { describe, expect, test } from "vitest";
import {
  angleOf,
  distanceOf,
  freshRange,
  hourOf,
  metresBySize,
  placementOf,
} from "../../src/attention/geometry.ts";
import { fieldOfView, sight, status, track } from "./helpers.ts";

describe("where something is", () => {
  test("the clock face has 30 degrees an hour", () => {
    expect([-33, -16, -14, 0, 14, 16, 33].map(hourOf)).toEqual([11, 11, 12, 12, 12, 1, 1]);
    expect(hourOf(45)).toBe(2);
    expect(hourOf(-90)).toBe(9);
  });

  test("the edge of the picture is half of the field of view away", () => {
    expect(angleOf(0, 1000, 66)).toBeCloseTo(-33);
    expect(angleOf(500, 1000, 66)).toBeCloseTo(0);
    expect(angleOf(1000, 1000, 66)).toBeCloseTo(33);
    expect(angleOf(1000, 1000, 180)).toBeCloseTo(90);
  });

  test("a person to the right is at 1 o'clock", () => {
    expect(placementOf(track(1, "person", 3, 25), sight(0, []), fieldOfView).hour).toBe(1);
  });
});

describe("how far something is", () => {
  test("by the height that such things have", () => {
    expect(metresBySize(track(1, "person", 3), sight(0, []), fieldOfView)).toBeCloseTo(3, 1);
    expect(metresBySize(track(1, "bottle", 1, 0, 0.25), sight(0, []), fieldOfView)).toBeCloseTo(1, 1);
  });

  test("a person whom the picture cuts off is nearer than the height of the box says", () => {
    const near = { ...track(1, "person", 3), box: [100, 0, 600, 750] as [number, number, number, number] };
    expect(metresBySize(near, sight(0, []), fieldOfView)).toBeLessThan(0.9);
  });

  test("a face tells more than a body behind a table", () => {
    const sitting = {
      ...track(1, "person", 6),
      face: { box: [480, 20, 60, 90] as [number, number, number, number], score: 0.9, view: null },
    };
    expect(metresBySize(sitting, sight(0, []), fieldOfView)).toBeLessThan(2);
  });

  const at = (metres: number, angle = 0) => ({ hour: 12, angle, metres });

  test("in words that a body understands", () => {
    expect([0.5, 1.5, 4, 8].map((metres) => distanceOf(at(metres), null).kind)).toEqual([
      "armsLength",
      "near",
      "steps",
      "far",
    ]);
  });

  test("in metres only when it is central and the range agrees within 30 %", () => {
    expect(distanceOf(at(2), 2.2)).toEqual({ kind: "metres", metres: 2.2 });
    expect(distanceOf(at(2), 2.7).kind).toBe("steps");
    expect(distanceOf(at(2), 1.3).kind).toBe("steps");
    expect(distanceOf(at(1.9, 14), 1.9).kind).toBe("near");
  });

  test("an old range, or one of a blind guard, tells nothing", () => {
    expect(freshRange(status(0, { metres: 2 }), 500)).toBe(2);
    expect(freshRange(status(0, { metres: 2 }), 5_000)).toBeNull();
    expect(freshRange(status(0, { metres: 2, level: "blind" }), 0)).toBeNull();
    expect(freshRange(null, 0)).toBeNull();
  });
});
