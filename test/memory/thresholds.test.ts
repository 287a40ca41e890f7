import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Gallery } from "../../src/memory/gallery.ts";
import { ofOneSubject } from "../../src/memory/one-subject.ts";
import { calibrationOf, sameFrom, thresholds } from "../../src/memory/thresholds.ts";
import { direction, faceModel, memories, near, randomFrom, viewsOf } from "./helpers.ts";

const faces = calibrationOf(faceModel);
if (faces === undefined) throw new Error("faces are not calibrated");

describe("how alike is alike enough", () => {
  it("for faces is .45 for a name and .35 for perhaps while few are enrolled", () => {
    for (const n of [0, 1, 10]) expect(thresholds(faces, n)).toEqual({ sure: 0.45, perhaps: 0.35 });
  });

  it("rises with the number enrolled, so that strangers are named no more often than before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (a, b) => {
        const [few, many] = [thresholds(faces, Math.min(a, b)), thresholds(faces, Math.max(a, b))];
        expect(many.sure).toBeGreaterThanOrEqual(few.sure);
        expect(many.perhaps).toBeGreaterThanOrEqual(few.perhaps);
        expect(many.perhaps).toBeLessThanOrEqual(many.sure);
        expect(many.sure).toBeLessThanOrEqual(1);
      }),
    );
    // 1 in 100,000 pairs of strangers reaches .468: with 100 views, 1 in 1,000 strangers reaches one of them.
    expect(thresholds(faces, 100).sure).toBeCloseTo(0.468, 6);
    expect(thresholds(faces, 10).perhaps).toBeCloseTo(0.35, 6);
    expect(thresholds(faces, 1000).perhaps).toBeCloseTo(0.468, 6);
    expect(sameFrom(faces)).toBeCloseTo(0.335, 6);
  });

  it("is not known for a network without calibration: its views are never matched", () => {
    const gallery = new Gallery();
    const vector = direction(randomFrom(1));
    gallery.add(1, "person", "ana", { model: "other@1", embedding: vector });
    expect(gallery.match("person", { model: "other@1", embedding: vector })).toBeNull();
    expect(calibrationOf("constructor@1")).toBeUndefined();
  });

  it("is only perhaps when a second entry is nearly as like", () => {
    const random = randomFrom(2);
    const ana = direction(random);
    const gallery = new Gallery();
    gallery.add(1, "person", "ana", { model: faceModel, embedding: ana });
    const look = { model: faceModel, embedding: near(ana, 0.7, random) };
    expect(gallery.match("person", look)).toMatchObject({ id: "ana", sure: true });
    gallery.add(2, "person", "twin", { model: faceModel, embedding: near(look.embedding, 0.66, random) });
    expect(gallery.match("person", look)).toMatchObject({ id: "ana", sure: false });
    gallery.remove(2);
    expect(gallery.match("person", look)).toMatchObject({ id: "ana", sure: true });
  });

  it("names nobody by a vector that is no number", () => {
    const gallery = new Gallery();
    gallery.add(1, "person", "ana", { model: faceModel, embedding: direction(randomFrom(3)) });
    expect(
      gallery.match("person", { model: faceModel, embedding: new Float32Array(512).fill(Number.NaN) }),
    ).toBeNull();
  });
});

describe("a network that is new", () => {
  const { newFolder, openIn } = memories();

  it("is not asked about views of the old one, and says who must be learned anew", () => {
    const random = randomFrom(4);
    const ana = direction(random);
    const memory = openIn(newFolder());
    const { entry } = memory.remember({ kind: "person", views: viewsOf(ana, 3, random), name: "Ana" });
    const other = "face-embed@ffffffffffff";
    expect(memory.match("person", { model: other, embedding: ana })).toBeNull();
    expect(memory.unseenBy("person", other).map(({ id }) => id)).toEqual([entry.id]);
    expect(memory.unseenBy("person", faceModel)).toEqual([]);
    memory.addViews(entry.id, viewsOf(ana, 3, random, other));
    expect(memory.match("person", { model: other, embedding: ana })?.id).toBe(entry.id);
    expect(memory.unseenBy("person", other)).toEqual([]);
    expect(memory.get(entry.id)?.views).toEqual({ [faceModel]: 3, [other]: 3 });
  });
});

describe("photos that are said to show one person", () => {
  it("are told from one of somebody else among them", () => {
    const random = randomFrom(5);
    const views = [direction(random), ...Array.from({ length: 3 }, () => direction(random))].slice(0, 1);
    const ana = viewsOf(direction(random), 3, random);
    const odd = { model: faceModel, embedding: views[0] as Float32Array, quality: 1 };
    expect(ofOneSubject([odd, ...ana], [], faces.another)).toEqual([false, true, true, true]);
    expect(ofOneSubject([odd, ...ana], [odd], faces.another)).toEqual([true, false, false, false]);
    expect(ofOneSubject([odd], [], faces.another)).toEqual([true]);
  });
});
