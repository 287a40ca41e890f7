import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spans } from "../../../src/vision/text/detect.ts";
import { cornersOf, type LeaningBox, smallestBox, uprightBox } from "../../../src/vision/text/geometry.ts";
import { regionsOf } from "../../../src/vision/text/regions.ts";

function mapOf(width: number, height: number, isText: (x: number, y: number) => boolean, value = 230) {
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) {
    if (isText(i % width, Math.floor(i / width))) data[i] = value;
  }
  return { data, width, height };
}

describe("where lines of text are", () => {
  test("two bars in the map are two lines, each let out on all sides by the same", () => {
    const regions = regionsOf(
      mapOf(200, 100, (x, y) => x >= 20 && x < 120 && ((y >= 20 && y < 30) || (y >= 60 && y < 70))),
    );
    expect(regions).toHaveLength(2);
    const [first] = regions;
    // 100 × 10: let out by 1000 × 1.6 / 220.
    const out = (100 * 10 * 1.6) / 220;
    expect(first?.box.width).toBeCloseTo(100 + 2 * out, 6);
    expect(first?.box.height).toBeCloseTo(10 + 2 * out, 6);
    expect(first?.box.cx).toBeCloseTo(70, 6);
    expect(first?.box.cy).toBeCloseTo(25, 6);
    expect(first?.score).toBeCloseTo(230 / 255, 6);
  });

  test("specks, and what is hardly text, are no lines", () => {
    expect(regionsOf(mapOf(50, 50, (x, y) => x > 10 && x < 40 && y > 10 && y < 13))).toEqual([]);
    expect(regionsOf(mapOf(50, 50, (x, y) => x > 10 && x < 40 && y > 10 && y < 30, 120))).toEqual([]);
  });

  test("the smallest box around the corners of any leaning box is that box", () => {
    const box = fc.record<LeaningBox>({
      cx: fc.double({ min: -500, max: 500, noNaN: true }),
      cy: fc.double({ min: -500, max: 500, noNaN: true }),
      width: fc.double({ min: 50, max: 300, noNaN: true }),
      height: fc.double({ min: 5, max: 40, noNaN: true }),
      angle: fc.double({ min: -0.7, max: 0.7, noNaN: true }),
    });
    fc.assert(
      fc.property(box, (given) => {
        const found = smallestBox(cornersOf(given));
        for (const key of ["cx", "cy", "width", "height"] as const)
          expect(found[key]).toBeCloseTo(given[key], 5);
        expect(Math.abs(Math.sin(found.angle - given.angle))).toBeLessThan(1e-6);
      }),
    );
  });

  test("the box that is told stays inside the picture", () => {
    expect(uprightBox({ cx: 5, cy: 5, width: 40, height: 20, angle: 0 }, 100, 50)).toEqual([0, 0, 25, 15]);
  });

  test("tiles cover a picture of any size, and no pixel lies in the margins alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6000 }), (length) => {
        const parts = spans(length);
        expect(parts[0]?.[0]).toBe(0);
        expect(parts.at(-1)?.[1]).toBe(length);
        for (const [i, [from, to]] of parts.entries()) {
          expect(to - from).toBeLessThanOrEqual(640);
          if (i > 0) expect((parts[i - 1]?.[1] ?? 0) - from).toBe(128);
        }
      }),
    );
  });
});
