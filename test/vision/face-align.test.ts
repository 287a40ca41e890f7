import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignedSide, apply, leastSquares, misfitOf, toTheta } from "../../src/vision/face-align.ts";
import type { Point } from "../../src/vision/face-landmark.ts";

const number = fc.double({ min: -500, max: 500, noNaN: true });
const part = fc.double({ min: -3, max: 3, noNaN: true });
const similarity = fc.record({ a: part, b: part, tx: number, ty: number });
const five: Point[] = [
  [38, 52],
  [74, 51],
  [56, 72],
  [42, 92],
  [71, 92],
];

describe("turning a face upright", () => {
  it("finds the turn, scale and shift that were made", () => {
    fc.assert(
      fc.property(similarity, (made) => {
        const found = leastSquares(
          five,
          five.map((point) => apply(made, point)),
        );
        for (const key of ["a", "b", "tx", "ty"] as const) expect(found[key]).toBeCloseTo(made[key], 6);
      }),
    );
  });

  it("makes the smallest error there is", () => {
    const nudge = fc.record({ a: part, b: part, tx: part, ty: part });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 5, maxLength: 5 }), nudge, (to, by) => {
        const error = (map: typeof by) =>
          five.reduce((sum, point, i) => {
            const [x, y] = apply(map, point);
            return sum + (x - (to[i]?.[0] ?? 0)) ** 2 + (y - (to[i]?.[1] ?? 0)) ** 2;
          }, 0);
        const best = leastSquares(five, to);
        const other = { a: best.a + by.a, b: best.b + by.b, tx: best.tx + by.tx, ty: best.ty + by.ty };
        expect(error(best)).toBeLessThanOrEqual(error(other) + 1e-3);
      }),
    );
  });

  it("fits as well wherever the face is, and worse when a point is where no face has it", () => {
    const elsewhere = five.map((point) => apply({ a: 0.8, b: 0.6, tx: 300, ty: -20 }, point));
    expect(misfitOf(elsewhere)).toBeCloseTo(misfitOf(five), 6);
    expect(misfitOf(five)).toBeLessThan(1);
    expect(misfitOf(five.map((point, i): Point => (i === 2 ? [56, 30] : point)))).toBeGreaterThan(9);
  });

  it("is told to the network in shares of the picture's edges", () => {
    fc.assert(
      fc.property(
        similarity,
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 900 }),
        (map, width, height) => {
          const [xx = 0, xy = 0, x0 = 0, yx = 0, yy = 0, y0 = 0] = toTheta(map, width, height);
          for (const [x, y] of five) {
            const u = (2 * (x + 0.5)) / alignedSide - 1;
            const v = (2 * (y + 0.5)) / alignedSide - 1;
            const [px, py] = apply(map, [x, y]);
            const sx = ((xx * u + xy * v + x0 + 1) * width) / 2 - 0.5;
            const sy = ((yx * u + yy * v + y0 + 1) * height) / 2 - 0.5;
            // Float32 holds seven digits.
            expect(Math.abs(sx - px)).toBeLessThan(1e-3 * (1 + Math.abs(px)));
            expect(Math.abs(sy - py)).toBeLessThan(1e-3 * (1 + Math.abs(py)));
          }
        },
      ),
    );
  });

  it("does not break on points that coincide", () => {
    const same = five.map((): Point => [3, 4]);
    expect(leastSquares(same, five)).toMatchObject({ a: 0, b: 0 });
  });
});
