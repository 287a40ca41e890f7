import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filterOf, type Kernel } from "../../../src/devices/camera/filter.ts";

const sizes = fc.record({
  kernel: fc.constantFrom<Kernel>("lanczos3", "linear"),
  count: fc.integer({ min: 1, max: 600 }),
  more: fc.constantFrom(0, 0.5),
  target: fc.integer({ min: 1, max: 600 }),
});

describe("a filter", () => {
  test("leaves an even grey as it is, and weighs nothing that is not there", () => {
    fc.assert(
      fc.property(sizes, ({ kernel, count, more, target }) => {
        const { firsts, weights, taps } = filterOf(kernel, { count, length: count + more, target }, 8, 4);
        expect(taps % 8).toBe(0);
        expect(firsts.length % 4).toBe(0);
        for (let i = 0; i < target; i++) {
          const own = weights.subarray(i * taps, (i + 1) * taps);
          expect(own.reduce((sum, weight) => sum + weight, 0)).toBe(1 << 14);
          const first = firsts[i] ?? -1;
          expect(first).toBeGreaterThanOrEqual(0);
          expect(own.findLastIndex((weight) => weight !== 0) + first).toBeLessThan(count);
        }
        expect(weights.subarray(target * taps).every((weight) => weight === 0)).toBe(true);
      }),
    );
  });

  test("changes nothing where nothing is to change", () => {
    for (const kernel of ["lanczos3", "linear"] as const) {
      const { firsts, weights, taps } = filterOf(kernel, { count: 40, length: 40, target: 40 }, 2, 1);
      for (let i = 0; i < 40; i++) {
        const own = [...weights.subarray(i * taps, (i + 1) * taps)];
        expect(own.indexOf(1 << 14) + (firsts[i] ?? -1)).toBe(i);
        expect(own.filter((weight) => weight !== 0)).toEqual([1 << 14]);
      }
    }
  });

  test("keeps what is at a place at its place", () => {
    fc.assert(
      fc.property(sizes, ({ kernel, count, more, target }) => {
        fc.pre(count > 20 && target > 3);
        const length = count + more;
        const { firsts, weights, taps } = filterOf(kernel, { count, length, target }, 2, 1);
        // Away from the ends the weights are even on both sides.
        const i = Math.floor(target / 2);
        let centre = 0;
        for (let n = 0; n < taps; n++) {
          centre += ((weights[i * taps + n] ?? 0) / (1 << 14)) * ((firsts[i] ?? 0) + n);
        }
        const wide = Math.max(1, length / target) * 3;
        const wanted = ((i + 0.5) * length) / target - 0.5;
        fc.pre(wanted > wide && wanted < count - 1 - wide);
        expect(Math.abs(centre - wanted)).toBeLessThan(0.2 + taps / 1000);
      }),
    );
  });
});
