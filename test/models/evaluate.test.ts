import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Box, meanAveragePrecision, readYoloLabels } from "../../src/models/evaluate.ts";
import { evaluateResults } from "../../src/models/evaluate-results.ts";

const cup = (x: number) => ({ label: "cup", box: [x, 0, 10, 10] as Box });
const found = (x: number, score: number) => ({ ...cup(x), score });

describe("mean average precision", () => {
  test("is 1 when all is found and nothing else, whatever the scores", () => {
    expect(
      meanAveragePrecision([{ truth: [cup(0), cup(50)], found: [found(1, 0.1), found(50, 0.2)] }], 0.5),
    ).toBe(1);
  });

  test("counts a second box on one thing as wrong", () => {
    const pictures = [{ truth: [cup(0), cup(50)], found: [found(0, 0.9), found(0, 0.8), found(50, 0.7)] }];
    // Precision 1 up to recall .5 (51 of 101 points), then 2/3.
    expect(meanAveragePrecision(pictures, 0.5)).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 10);
  });

  test("is the mean over the labels that occur; others that are found do not count", () => {
    const dog = { label: "dog", box: [0, 0, 5, 5] as Box };
    const pictures = [{ truth: [cup(0), dog], found: [found(0, 0.9), { ...dog, label: "cat", score: 1 }] }];
    expect(meanAveragePrecision(pictures, 0.5)).toBe(0.5);
  });

  test("wants as much overlap as is asked", () => {
    const pictures = [{ truth: [cup(0)], found: [found(3, 1)] }];
    expect(meanAveragePrecision(pictures, 0.5)).toBe(1);
    expect(meanAveragePrecision(pictures, 0.6)).toBe(0);
  });

  test("is judged from what brim see prints and YOLO's labels", () => {
    const folder = mkdtempSync(join(tmpdir(), "brim-labels-"));
    writeFileSync(join(folder, "a.txt"), "0 0.5 0.5 0.5 0.5\n");
    const person = { label: "person", score: 0.9, box: [50, 25, 100, 50] };
    const line = (file: string, objects: object[]) =>
      JSON.stringify({ file, width: 200, height: 100, objects, faces: [] });
    const results = join(folder, "results.jsonl");
    writeFileSync(results, `${line("x/a.jpg", [person])}\n${line("x/b.jpg", [])}\n`);
    expect(evaluateResults(folder, results)).toEqual({ mAP50: 1, mAP: 1, photos: 2 });
    writeFileSync(results, "nonsense\n");
    expect(() => evaluateResults(folder, results)).toThrow("results.jsonl:1: not a result");
    rmSync(folder, { recursive: true });
    expect(readYoloLabels("1 0.5 0.5 1 1", ["a", "b"], 4, 2)).toEqual([{ label: "b", box: [0, 0, 4, 2] }]);
  });
});
