import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  betterOf,
  type Figures,
  figuresSchema,
  noFigures,
  rowsOf,
  tableOf,
  worseThan,
} from "../../src/bench/figures.ts";
import { median, percentile } from "../../src/bench/stats.ts";

/** Figures of a run in which (a) and (c) were taken. */
function figures(pipelineOverRun: number, p999: number): Figures {
  return { ...noFigures(), pipelineOverRun, guardMs: { p50: 1, p99: 2, p999 } };
}

const linesOf = (...args: Parameters<typeof worseThan>) => worseThan(...args).map(({ line }) => line);

describe("percentiles", () => {
  test("are values that were measured, by nearest rank", () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1000 - i);
    expect(percentile(values, 0.5)).toBe(500);
    expect(percentile(values, 0.999)).toBe(999);
    expect(percentile(values, 1)).toBe(1000);
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([], 0.5)).toBeNaN();
  });

  test("leave no more than their share above them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const at = percentile(values, share);
          expect(values).toContain(at);
          const above = values.filter((value) => value > at).length;
          expect(above).toBeLessThanOrEqual(values.length * (1 - share) + 1e-9);
        },
      ),
    );
  });
});

describe("the figures", () => {
  test("have their keys whether or not they could be taken", () => {
    expect(figuresSchema.parse(JSON.parse(JSON.stringify(noFigures())))).toEqual(noFigures());
    expect(rowsOf(noFigures()).every(({ value, met }) => value === null && met === null)).toBe(true);
    expect(figuresSchema.safeParse({ ...noFigures(), extra: 1 }).success).toBe(false);
  });

  test("of an older run, which did not kill anything, are still a baseline", () => {
    const { killedMs: _, ...older } = noFigures();
    expect(figuresSchema.parse(older)).toEqual(noFigures());
  });

  test("are held against what was promised", () => {
    const rows = rowsOf({ ...figures(1.2, 8), cpu: { still: 0.02, sway: 0.1, walk: 0.2, crowd: 0.3 } });
    const met = Object.fromEntries(rows.map(({ name, met }) => [name, met]));
    expect(met).toMatchObject({ pipelineOverRun: false, "guardMs.p999": true, "cpu.stillOverWalk": true });
    expect(met["matchMs.10"]).toBeNull();
    expect(tableOf(rows)).toContain("| pipelineOverRun | 1.2 | 1.15 | not met |");
  });

  test("are worse when the pipeline or the guard takes half as long again, and only then", () => {
    expect(linesOf(figures(1, 4), figures(1.49, 5.9))).toEqual([]);
    expect(linesOf(figures(1, 4), figures(1.5, 5))).toEqual(["pipelineOverRun: 1.5, was 1"]);
    expect(linesOf(figures(1, 4), figures(1, 6))).toEqual(["guardMs.p999: 6, was 4"]);
    const slow = { ...figures(1, 4), clickOverDetection: 9 };
    expect(linesOf({ ...figures(1, 4), clickOverDetection: 1 }, slow)).toEqual([]);
  });

  test("are no worse when they were better in another take", () => {
    const best = betterOf(betterOf(figures(1.7, 9), figures(1.2, 8)), figures(1.6, 5));
    expect(best.pipelineOverRun).toBe(1.2);
    expect(best.guardMs).toEqual({ p50: 1, p99: 2, p999: 5 });
    expect(linesOf(figures(1, 4), best)).toEqual([]);
    expect(betterOf(noFigures(), figures(1, 4)).guardMs.p999).toBe(4);
  });

  test("are worse when one can no longer be taken, and not when it never could be", () => {
    expect(linesOf(figures(1, 4), { ...figures(1, 4), pipelineOverRun: null })).toEqual([
      "pipelineOverRun: could not be taken, was 1",
    ]);
    expect(linesOf(noFigures(), figures(9, 9))).toEqual([]);
    // Who asks for a part has asked for no other.
    expect(linesOf(figures(1, 4), { ...noFigures(), pipelineOverRun: 2 }, ["pipeline"])).toEqual([
      "pipelineOverRun: 2, was 1",
    ]);
  });
});
