import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { floatGraph, startingAt } from "../../src/bench/float-graph.ts";
import { timeMatching, unitVectors } from "../../src/bench/matching.ts";
import { childrenOf, cpuSeconds, residentMB } from "../../src/bench/processes.ts";
import { timeInTurn } from "../../src/bench/rounds.ts";
import { decodeModel, encodeModel } from "../../src/models/onnx/wire.ts";
import { modelPath } from "../../src/models/registry.ts";
import { openSession } from "../../src/vision/session.ts";

describe("what the benchmarks measure with", () => {
  test("a float graph computes what the quantised one does, but for rounding, and rounds nowhere", async () => {
    const path = modelPath("squeezesam");
    const model = floatGraph(decodeModel(readFileSync(path)));
    const left = model.graph?.node.filter(({ opType }) => /QuantizeLinear$/.test(opType));
    expect(left).toEqual([]);
    const side = 256;
    const image = {
      data: new Uint8Array(side * side * 3).map((_, i) => (i * 7) % 256),
      shape: [1, side, side, 3],
    };
    const prompt = { data: new Uint8Array(4 * side * side).fill(0), shape: [1, 4, side, side] };
    const masks = [];
    for (const source of [path, encodeModel(model)]) {
      const session = await openSession(source, { threads: 1 });
      masks.push((await session.run({ image, prompt })).masks?.data as Uint8Array);
      await session.dispose();
    }
    const [whole, float] = masks as [Uint8Array, Uint8Array];
    const apart = whole.reduce((sum, value, i) => sum + Math.abs(value - (float[i] ?? 0)), 0) / whole.length;
    expect(float).toHaveLength(whole.length);
    expect(apart).toBeLessThan(12);
  });

  test("a model can be begun in its middle, with a ready float tensor", async () => {
    const shape = [1, 3, 416, 416];
    const model = startingAt(decodeModel(readFileSync(modelPath("nanodet"))), "pixels", shape);
    const session = await openSession(encodeModel(model), { threads: 1 });
    expect(session.inputs).toEqual([{ name: "pixels", type: "float32", shape }]);
    const { best } = await session.run({ pixels: { data: new Float32Array(3 * 416 * 416), shape } });
    expect(best?.data).toHaveLength(3549);
    await session.dispose();
  });

  test("a gallery of strangers is matched in some time", () => {
    expect(timeMatching(10, "face-embed@test")).toBeGreaterThan(0);
    expect(Math.hypot(...unitVectors(3)())).toBeCloseTo(1, 5);
  });

  test("jobs are timed in turn, the first rounds left out", async () => {
    const order: string[] = [];
    const times = await timeInTurn({ a: () => order.push("a"), b: () => order.push("b") }, 2);
    const rounds = order.join("").match(/../g) ?? [];
    expect(rounds).toHaveLength(5);
    // Each of them once a round, and now one, now the other first.
    expect(new Set(rounds)).toEqual(new Set(["ab", "ba"]));
    expect(Object.keys(times)).toEqual(["a", "b"]);
  });

  test("a process is asked for its memory, its time and its children", () => {
    // Now first: it may grow between the two; the kernel counts both in batches.
    const now = residentMB(process.pid, "VmRSS") ?? Number.NaN;
    expect(now).toBeGreaterThan(10);
    expect(residentMB(process.pid, "VmHWM")).toBeGreaterThan(now - 5);
    expect(cpuSeconds(process.pid)).toBeGreaterThan(0);
    expect(childrenOf(process.ppid).map(({ pid }) => pid)).toContain(process.pid);
    expect(residentMB(2 ** 22 + 1, "VmRSS")).toBeNull();
    expect(cpuSeconds(2 ** 22 + 1)).toBeNull();
  });
});
