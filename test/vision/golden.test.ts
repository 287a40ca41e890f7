import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pictureOf, readPhoto } from "../../src/devices/camera/photo.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import type { Detector } from "../../src/vision/detect.ts";
import type { Face, Faces } from "../../src/vision/faces.ts";
import { openDetector, openFaces } from "../../src/vision/models.ts";
import { built, needingModels } from "./built.ts";

describe.skipIf(!built)(needingModels("the people in the sample photos"), () => {
  let detector: Detector;
  let faces: Faces;
  beforeAll(async () => {
    [detector, faces] = await Promise.all([openDetector("int8", 2), openFaces(2)]);
  });
  afterAll(() => Promise.all([detector.dispose(), faces.dispose()]));

  async function look(name: string) {
    const picture = pictureOf(await readPhoto(join(samplePhotosFolder(), name)));
    const objects = await detector.detect(picture, 0.4);
    return { picture, objects, faces: await faces.find(picture, objects) };
  }

  it.each([
    ["sample1.jpg", 3],
    ["sample3.jpg", 3],
    ["sample4.jpg", 4],
    ["sample5.jpg", 5],
    ["sample6.jpg", 4],
  ])("are found, with their faces: %s", async (name, people) => {
    const seen = await look(name);
    expect(seen.faces).toHaveLength(people);
    // Who stands close to others may be taken for one of them, or fall just below the floor.
    const found = seen.objects.filter(({ label }) => label === "person").length;
    expect(found).toBeGreaterThanOrEqual(people - 1);
    expect(found).toBeLessThanOrEqual(people + 1);
  });

  it("are found again in the memory in which those of other photos were", async () => {
    const first = (await look("sample1.jpg")).objects;
    const copy = structuredClone(first);
    await look("sample4.jpg");
    expect(first).toEqual(copy);
    expect((await look("sample1.jpg")).objects).toEqual(copy);
  });

  it("are where they are", async () => {
    const { objects, faces: found } = await look("sample1.jpg");
    const left = (person: { box: readonly number[] }) => person.box[0] ?? 0;
    const people = objects.filter(({ label }) => label === "person").sort((a, b) => left(a) - left(b));
    // The one at the left, to a twentieth of the photo's width.
    const expected = [250, 250, 471, 1024];
    people[0]?.box.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(96);
    });
    const [face] = found.sort((a, b) => left(a) - left(b));
    const [x = 0, y = 0, width = 0, height = 0] = face?.box ?? [];
    for (const [index, at] of [
      [36, [0, 0.4]],
      [45, [0.5, 1]],
      [30, [0.1, 0.9]],
    ] as const) {
      const [px = 0, py = 0] = face?.landmarks[index] ?? [];
      expect((px - x) / width).toBeGreaterThan(at[0]);
      expect((px - x) / width).toBeLessThan(at[1]);
      expect((py - y) / height).toBeGreaterThan(0.1);
      expect((py - y) / height).toBeLessThan(0.75);
    }
  });

  it("look like themselves in a smaller picture, and like nobody else", async () => {
    const file = join(samplePhotosFolder(), "sample4.jpg");
    const large = pictureOf(await readPhoto(file));
    const small = pictureOf(await readPhoto(file, 1e6));
    const leftToRight = (all: Face[]) => all.sort((a, b) => a.box[0] - b.box[0]);
    const persons = await detector.detect(large, 0.4);
    const before = leftToRight(await faces.find(large, persons));
    const after = leftToRight(await faces.find(small, persons));
    expect(before).toHaveLength(4);
    before.forEach((face, i) => {
      after.forEach((other, j) => {
        const likeness = dot(face.embedding, other.embedding);
        if (i === j) expect(likeness).toBeGreaterThan(0.8);
        else expect(likeness).toBeLessThan(0.45);
      });
      expect(dot(face.embedding, face.embedding)).toBeCloseTo(1, 4);
    });
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
