import { describe, expect, test } from "vitest";
import { outlines } from "../../src/vision/outline.ts";

/** A mask from rows of text, `#` where it is inside. */
function maskOf(...rows: string[]): [Uint8Array, number, number] {
  const width = rows[0]?.length ?? 0;
  return [Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 255 : 0)), width, rows.length];
}

describe("the outline of what was tapped at", () => {
  test("goes around a rectangle by its four corners", () => {
    const [loop, ...others] = outlines(...maskOf("......", ".####.", ".####.", ".####.", "......"));
    expect(others).toEqual([]);
    expect(loop).toHaveLength(4);
    expect(loop).toEqual(
      expect.arrayContaining([
        [1, 1],
        [5, 1],
        [5, 4],
        [1, 4],
      ]),
    );
  });

  test("reaches the picture's edge where the thing does", () => {
    expect(outlines(...maskOf("##", "##"))[0]).toHaveLength(4);
    expect(outlines(...maskOf("##", "##"))[0]).toEqual(
      expect.arrayContaining([
        [0, 0],
        [2, 2],
      ]),
    );
  });

  test("goes around each part that lies apart, the largest first, and leaves holes out", () => {
    const found = outlines(...maskOf("####....", "#..#..##", "#..#..##", "####....", "....##.."));
    expect(found.map((loop) => Math.min(...loop.map(([x]) => x)))).toEqual([0, 6, 4]);
  });

  test("is nothing where there is nothing, and leaves crumbs out", () => {
    expect(outlines(...maskOf("....", "...."))).toEqual([]);
    const rows = Array.from({ length: 20 }, (_, y) =>
      y === 10 ? `${"#".repeat(20)}..#` : `${"#".repeat(20)}...`,
    );
    expect(outlines(...maskOf(...rows))).toHaveLength(1);
  });

  test("stays within a pixel of a disc, with few points", () => {
    const [side, radius] = [201, 90];
    const mask = Uint8Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) - 100, Math.floor(i / side) - 100) <= radius ? 255 : 0,
    );
    const [loop = []] = outlines(mask, side, side);
    expect(loop.length).toBeLessThan(60);
    for (const [x, y] of loop) {
      const away = Math.hypot(x - 100.5, y - 100.5);
      expect(Math.abs(away - radius)).toBeLessThan(2);
    }
  });
});
