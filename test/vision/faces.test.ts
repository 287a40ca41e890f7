import { describe, expect, it } from "vitest";
import type { Box } from "../../src/base/eyes-protocol.ts";
import type { Picture } from "../../src/devices/ports.ts";
import type { Detection } from "../../src/vision/detect.ts";
import { decodeFaces, type FaceBox } from "../../src/vision/face-detect.ts";
import { searchFaces } from "../../src/vision/face-search.ts";

const picture: Picture = {
  width: 1536,
  height: 864,
  small: () => Promise.reject(new Error("not needed")),
  crop: () => Promise.reject(new Error("not needed")),
};
const person = (...box: Box): Detection => ({ label: "person", score: 0.8, box });
const face = (score: number, ...box: Box): FaceBox => ({ score, box });

/** A detector that sees `far` in the whole picture and `near` in a part of it, and counts how often it is asked. */
function detector(far: FaceBox[], near: FaceBox[]) {
  const regions: (Box | undefined)[] = [];
  return {
    regions,
    detect: async (_: Picture, region?: Box) => {
      regions.push(region);
      return region === undefined ? far : near;
    },
  };
}

describe("faces that the network found", () => {
  it("are those it is sure of, each once, in pixels of the part that was looked at", () => {
    const scores = Float32Array.of(0.1, 0.9, 0.05, 0.95, 0.5, 0.5);
    const boxes = Float32Array.of(0.1, 0.1, 0.3, 0.4, 0.11, 0.1, 0.31, 0.4, 0.6, 0.6, 0.8, 0.9);
    const [found, ...others] = decodeFaces(scores, boxes, [1000, 500, 100, 200]);
    expect(others).toEqual([]);
    expect(found?.score).toBeCloseTo(0.95);
    expect(found?.box.map((value) => Math.round(value))).toEqual([1011, 520, 20, 60]);
  });
});

describe("a person far away", () => {
  it("gets a second, closer look at the head", async () => {
    const { detect, regions } = detector([], [face(0.9, 720, 210, 40, 50)]);
    const found = await searchFaces(picture, [person(700, 200, 100, 300)], { detect }, 3);
    expect(found).toHaveLength(1);
    expect(regions[1]).toEqual([690, 188, 120, 90]);
  });

  it("gets none when the face was seen already", async () => {
    const { detect, regions } = detector([face(0.9, 720, 210, 40, 50)], []);
    await searchFaces(picture, [person(700, 200, 100, 300)], { detect }, 3);
    expect(regions).toEqual([undefined]);
  });

  it("has no face made of a few pixels or a doubtful one", async () => {
    const { detect } = detector([], [face(0.9, 720, 210, 9, 12), face(0.7, 720, 210, 40, 50)]);
    expect(await searchFaces(picture, [person(700, 200, 100, 300)], { detect }, 3)).toEqual([]);
  });

  it("costs no more looks than allowed", async () => {
    const { detect, regions } = detector([], []);
    const crowd = Array.from({ length: 9 }, (_, i) => person(i * 150, 200, 100, 300));
    await searchFaces(picture, crowd, { detect }, 3);
    expect(regions).toHaveLength(4);
  });
});
