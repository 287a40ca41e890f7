import { describe, expect, it } from "vitest";
import type { Picture } from "../../src/devices/ports.ts";
import { Stillness } from "../../src/vision/stillness.ts";

/** A grey picture with noise, and perhaps with something lighter in one cell. */
function picture(seed: number, brighter = 0): Picture {
  return {
    width: 1536,
    height: 864,
    small: () => Promise.reject(new Error("not asked for")),
    async crop(_box, width, height) {
      const cells = Uint8Array.from({ length: width * height * 3 }, (_, i) => 100 + ((i * 7 + seed) % 3));
      cells[300] = 101 + brighter;
      return cells;
    },
  };
}

/** Frames at 5 a second; which of them are looked at. */
async function looks(
  count: number,
  frame: (i: number) => Picture,
  labels: (i: number) => string[] = () => [],
) {
  const stillness = new Stillness();
  const looked: number[] = [];
  for (let i = 0; i < count; i++) {
    if (await stillness.isStill(frame(i), i * 200)) continue;
    looked.push(i);
    stillness.found(labels(i), i * 200);
  }
  return looked;
}

describe("a wearer who sits still", () => {
  it("has less than a tenth of the frames looked at, after a second in which all were, noise or not", async () => {
    const looked = await looks(100, (i) => picture(i));
    expect(looked).toEqual([0, 1, 2, 3, 4, 14, 34, 64, 94]);
  });

  it("is told of what comes in the very frame in which it comes, and for a second every frame counts again", async () => {
    const looked = await looks(40, (i) => picture(0, i >= 20 ? 40 : 0));
    expect(looked).toEqual(expect.arrayContaining([20, 21, 22, 23, 24]));
    expect(looked).not.toContain(19);
  });

  it("has everything looked at as often as at first when something has moved", async () => {
    const looked = await looks(80, (i) => picture(0, i >= 40 ? 40 : 0));
    expect(looked.slice(6)).toEqual([34, 40, 41, 42, 43, 44, 54, 74]);
  });

  it("has a slow change seen when it has added up", async () => {
    const looked = await looks(60, (i) => picture(0, i));
    expect(looked.length).toBeGreaterThan(10);
  });

  it("has what a look found anew confirmed by looks, not by memory", async () => {
    const looked = await looks(
      40,
      () => picture(0),
      (i) => (i >= 14 ? ["person"] : []),
    );
    expect(looked).toEqual(expect.arrayContaining([14, 15, 16, 17, 18]));
  });
});
