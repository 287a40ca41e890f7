import { describe, expect, it } from "vitest";
import { chooseViews, cosine } from "../../src/vision/choose-views.ts";

/** A look at `who` (an axis), `aside` radians off towards another axis. */
function look(quality: number, aside = 0, who = 0, towards = 3) {
  const vector = new Float32Array(8);
  vector[who] = Math.cos(aside);
  vector[towards] = Math.sin(aside);
  return { vector, quality };
}

describe("the views that are kept of a burst", () => {
  it("are at most five, the best one first", () => {
    const seen = [0.5, 0.9, 0.7, 0.6, 0.8, 0.75, 0.65].map((quality, i) => look(quality, i * 0.3));
    const chosen = chooseViews(seen, 0.1, 3, 5);
    expect(chosen).toHaveLength(5);
    expect(chosen[0]?.quality).toBe(0.9);
  });

  it("rather differ than resemble each other", () => {
    const frontal = [look(0.9), look(0.89, 0.02), look(0.88, 0.03), look(0.87, 0.01)];
    const aside = [look(0.6, 0.5), look(0.6, 0.5, 0, 4)];
    const chosen = chooseViews([...frontal, ...aside], 0.4, 3, 5);
    expect(chosen).toHaveLength(3);
    expect(chosen).toEqual(expect.arrayContaining([frontal[0], ...aside]));
  });

  it("are three even of somebody who does not move at all", () => {
    expect(
      chooseViews(
        [0.9, 0.9, 0.8, 0.8, 0.7].map((quality) => look(quality)),
        0.4,
        3,
        5,
      ),
    ).toHaveLength(3);
  });

  it("are of one person, though another walked through the picture with a better face", () => {
    const ana = [look(0.6, 0.1), look(0.5, 0.2), look(0.7, 0.3)];
    const chosen = chooseViews([...ana, look(0.99, 0, 1), look(0.98, 0.1, 1)], 0.4, 3, 5);
    expect(chosen).toHaveLength(3);
    for (const view of chosen) expect(ana).toContain(view);
  });

  it("are none of nothing", () => {
    expect(chooseViews([], 0.4, 3, 5)).toEqual([]);
  });

  it("are compared by their cosine", () => {
    expect(cosine(look(1, 0.3).vector, look(1, 0.8).vector)).toBeCloseTo(Math.cos(0.5));
  });
});
