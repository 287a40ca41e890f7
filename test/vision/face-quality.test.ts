import { describe, expect, it } from "vitest";
import type { Point } from "../../src/vision/face-landmark.ts";
import type { FaceMeasures } from "../../src/vision/face-measure.ts";
import { poseOf } from "../../src/vision/face-measure.ts";
import { faceQuality } from "../../src/vision/face-quality.ts";
import { mostFrequent } from "../../src/vision/quality.ts";

/** Somebody two steps away, in good light, looking at the wearer. */
const good: FaceMeasures = {
  score: 1,
  scale: 1.2,
  yaw: 0.1,
  pitch: 0.05,
  misfit: 3.5,
  brightness: 110,
  contrast: 45,
  sharpness: 1.5,
  surroundings: 90,
  offset: 0.05,
  outside: 0,
  height: 0.2,
};
const judged = (change: Partial<FaceMeasures>) => faceQuality({ ...good, ...change });

describe("a look at a face", () => {
  it("is good in good light from two steps away", () => {
    expect(judged({}).quality).toBeGreaterThan(0.9);
  });

  it.each([
    ["far", { scale: 0.25, sharpness: 0.45 }],
    ["blurred", { sharpness: 0.3 }],
    ["dark", { brightness: 14, contrast: 7, sharpness: 0.3, surroundings: 10 }],
    ["backlit", { brightness: 40, contrast: 9, sharpness: 0.4, surroundings: 220 }],
    ["turned", { yaw: -0.95 }],
    ["turned", { pitch: 0.48 }],
    ["turned", { misfit: 8.6 }],
    ["offCentre", { outside: 0.33 }],
    ["near", { height: 0.98 }],
    ["near", { height: 0.6, outside: 0.33 }],
  ] as const)("is poor when it is %s, and says so: %o", (reason, change) => {
    const { quality, weakest } = judged(change);
    expect(quality).toBeLessThan(0.25);
    expect(weakest).toBe(reason);
  });

  it("is as good of dark skin in good light as of any other, before a white wall too", () => {
    const dark = judged({ brightness: 55, contrast: 28, sharpness: 0.9, surroundings: 60 });
    const wall = judged({ brightness: 55, contrast: 28, sharpness: 0.9, surroundings: 215 });
    expect(dark.quality).toBeGreaterThan(0.9);
    expect(wall.quality).toBeCloseTo(dark.quality);
  });

  it("prefers the middle of the picture to its side, but takes both", () => {
    expect(judged({ offset: 0.9 }).quality).toBeLessThan(judged({}).quality);
    expect(judged({ offset: 0.9 }).quality).toBeGreaterThan(0.5);
  });

  it("never has a quality that is no number", () => {
    const { quality } = judged({ scale: Number.NaN, contrast: 0, sharpness: 0 });
    expect(quality).toBe(0);
  });
});

describe("the pose of a head", () => {
  const level: Point[] = [
    [38.3, 51.7],
    [73.5, 51.5],
    [56, 71.7],
    [41.5, 92.4],
    [70.7, 92.2],
  ];
  const turned = (angle: number) =>
    level.map(
      ([x, y]): Point => [
        x * Math.cos(angle) - y * Math.sin(angle),
        x * Math.sin(angle) + y * Math.cos(angle),
      ],
    );

  it("is level for a level face, however the head is tilted to the shoulder", () => {
    for (const tilt of [-0.5, 0, 0.4]) {
      const { yaw, pitch } = poseOf(turned(tilt));
      expect(yaw).toBeCloseTo(0, 1);
      expect(pitch).toBeCloseTo(0, 1);
    }
  });

  it("is turned when the nose is before an eye, and nods when it is near the mouth", () => {
    expect(poseOf(level.map((point, i): Point => (i === 2 ? [73.5, 71.7] : point))).yaw).toBeCloseTo(1, 1);
    expect(poseOf(level.map((point, i): Point => (i === 2 ? [56, 90] : point))).pitch).toBeGreaterThan(0.4);
  });
});

describe("the reason that is given", () => {
  it("is the most frequent one", () => {
    expect(mostFrequent(["far", "blurred", "blurred", "dark"])).toBe("blurred");
    expect(mostFrequent([])).toBe("nothing");
  });
});
