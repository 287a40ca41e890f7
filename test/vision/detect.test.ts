import { describe, expect, it } from "vitest";
import { type DetectorOutput, decode } from "../../src/vision/detect.ts";
import { labels } from "../../src/vision/labels.ts";

/** Output of the network for a few anchors, each of some classes with scores, and a box. */
function output(anchors: { classes: Record<string, number>; box: number[] }[]): DetectorOutput {
  const scores = new Float32Array(anchors.length * labels.length);
  const best = new Float32Array(anchors.length);
  const boxes = new Float32Array(anchors.length * 4);
  anchors.forEach(({ classes, box }, i) => {
    for (const [label, score] of Object.entries(classes)) {
      scores[i * labels.length + (labels as readonly string[]).indexOf(label)] = score;
    }
    best[i] = Math.max(...Object.values(classes));
    boxes.set(box, i * 4);
  });
  return { scores, best, boxes };
}

/** A picture twice as large as the detector's, 4 : 3. */
const picture = { width: 832, height: 624 };
const small = { left: 0, top: 52, width: 416, height: 312 };

describe("what the network found, in the picture's pixels", () => {
  it("takes the border away and scales up", () => {
    const found = decode(output([{ classes: { dog: 0.9 }, box: [10, 62, 110, 162] }]), small, picture, 0.4);
    expect(found).toEqual([{ label: "dog", score: expect.closeTo(0.9), box: [20, 20, 200, 200] }]);
  });

  it("ends at the picture's edges", () => {
    const [found] = decode(output([{ classes: { dog: 0.9 }, box: [-20, 0, 500, 500] }]), small, picture, 0.4);
    expect(found?.box).toEqual([0, 0, 832, 624]);
  });

  it("leaves out what lies in the border", () => {
    expect(decode(output([{ classes: { dog: 0.9 }, box: [10, 0, 50, 40] }]), small, picture, 0.4)).toEqual(
      [],
    );
  });

  it("tells a thing once, by its best box", () => {
    const found = decode(
      output([
        { classes: { cup: 0.6 }, box: [100, 100, 200, 200] },
        { classes: { cup: 0.8 }, box: [102, 100, 202, 200] },
        { classes: { cup: 0.5 }, box: [250, 100, 350, 200] },
      ]),
      small,
      picture,
      0.4,
    );
    expect(found.map(({ score }) => score)).toEqual([expect.closeTo(0.8), expect.closeTo(0.5)]);
  });

  it("keeps two things of different kinds in one place", () => {
    const anchor = { classes: { person: 0.7, backpack: 0.5, tie: 0.1 }, box: [100, 100, 200, 200] };
    const found = decode(output([anchor]), small, picture, 0.4);
    expect(found.map(({ label }) => label)).toEqual(["person", "backpack"]);
  });

  it("returns the best hundred at most", () => {
    const many = Array.from({ length: 150 }, (_, i) => ({
      classes: { bird: 0.5 + i / 1000 },
      box: [(i % 20) * 20, 60 + Math.floor(i / 20) * 20, (i % 20) * 20 + 15, 75 + Math.floor(i / 20) * 20],
    }));
    const found = decode(output(many), small, picture, 0.001);
    expect(found).toHaveLength(100);
    expect(found[0]?.score).toBeCloseTo(0.649);
  });
});
