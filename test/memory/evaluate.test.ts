import { describe, expect, it } from "vitest";
import { evaluateRecognition, type Subject } from "../../src/memory/evaluate.ts";

const dimensions = 32;

/** Views that lie `apart` (radians) from the axis of their subject, each in a direction of its own from `side` on. */
function subject(axis: number, views: number, apart = 0.1, side = 8): Subject {
  return {
    name: `thing ${axis}`,
    views: Array.from({ length: views }, (_, i) => {
      const embedding = new Float32Array(dimensions);
      embedding[axis] = Math.cos(apart);
      embedding[side + i] = Math.sin(apart);
      return { model: "thing-embed@test", embedding, quality: 1 };
    }),
  };
}

describe("how well things are known again", () => {
  it("is perfect where each thing looks like itself and like nothing else", () => {
    const figures = evaluateRecognition("thing", [subject(0, 5), subject(1, 4), subject(2, 5)]);
    expect(figures).toEqual({
      ...{ right: 1, rightSure: 1, wrong: 0, wrongSure: 0, stranger: 0, strangerSure: 0 },
      views: 2 + 1 + 2,
    });
  });

  it("counts twins as wrong half of the time, never without “perhaps”, and as strangers always", () => {
    const twin = { ...subject(0, 6), name: "twin" };
    const figures = evaluateRecognition("thing", [subject(0, 6), twin]);
    expect(figures.right + figures.wrong).toBe(1);
    expect(figures.wrong).toBeGreaterThan(0.2);
    expect([figures.rightSure, figures.wrongSure]).toEqual([0, 0]);
    expect([figures.stranger, figures.strangerSure]).toEqual([1, 1]);
  });

  it("names nobody whose views have nothing in common", () => {
    const { right, wrong } = evaluateRecognition("thing", [subject(0, 5, 1.5), subject(1, 5, 1.5, 16)], 2);
    expect(right + wrong).toBeLessThan(0.01);
  });

  it("is the same each time it is measured", () => {
    const subjects = [subject(0, 5, 0.9), subject(1, 5, 0.8), subject(2, 5, 0.7)];
    expect(evaluateRecognition("thing", subjects)).toEqual(evaluateRecognition("thing", subjects));
  });

  it("is nothing where there is too little to learn from", () => {
    expect(evaluateRecognition("thing", [subject(0, 3)])).toMatchObject({ right: 0, stranger: 0, views: 0 });
  });
});
