import { describe, expect, test } from "vitest";
import { encodeModel } from "../../src/models/onnx/wire.ts";
import { convertGraph } from "../../src/models/tfjs/convert.ts";
import { readGraphModel } from "../../src/models/tfjs/read.ts";
import { openSession, type Tensor } from "../../src/vision/session.ts";
import { openBuilt, sourceFiles, waves, whySkipped } from "./built.ts";
import { largestDifference, runTfjs } from "./tfjs.ts";

const skipped = whySkipped();
const side = 416;
const anchors = 3549;
const strides = [8, 16, 32];

/** NanoDet's own preprocessing: RGB bytes to B, G, R planes, normalised. */
function normalise(image: Uint8Array): Float32Array {
  const mean = [103.53, 116.28, 123.675];
  const deviation = [57.375, 57.12, 58.395];
  return Float32Array.from({ length: image.length }, (_, i) => {
    const channel = Math.floor(i / (side * side));
    const value = image[(i % (side * side)) * 3 + 2 - channel] ?? 0;
    return (value - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
  });
}

/** NanoDet's own decoding of its logits [n, 44]: corners in pixels. */
function decode(logits: Tensor["data"], stride: number): number[] {
  const corners: number[] = [];
  for (let anchor = 0; anchor < logits.length / 44; anchor++) {
    const centre = [
      ((anchor % (side / stride)) + 0.5) * stride,
      (Math.floor(anchor / (side / stride)) + 0.5) * stride,
    ];
    for (let k = 0; k < 4; k++) {
      const values = Array.from({ length: 11 }, (_, bin) =>
        Math.exp(Number(logits[anchor * 44 + k * 11 + bin])),
      );
      const sum = values.reduce((total, value) => total + value, 0);
      const distance = (values.reduce((total, value, bin) => total + value * bin, 0) / sum) * stride;
      corners.push((centre[k % 2] ?? 0) + (k < 2 ? -distance : distance));
    }
  }
  return corners;
}

describe.skipIf(skipped)(`NanoDet${skipped ? ` (${skipped})` : ""}`, () => {
  const image = waves(side, side);
  const outputs = ["Identity", "Identity_1", "Identity_2", "Identity_3", "Identity_4", "Identity_5"];
  const shape = [1, 3, side, side];
  let reference: Promise<Record<string, Tensor>> | undefined;
  const sources = () => {
    const [json = new Uint8Array(0), binary = new Uint8Array(0)] = sourceFiles("nanodet");
    return { json, binary };
  };
  /** What tfjs makes of the picture. It takes some seconds, so once. */
  const expected = () => {
    const { json, binary } = sources();
    reference ??= runTfjs(json, binary, { input_1: { data: normalise(image), shape } }, outputs);
    return reference;
  };

  test("converted, agrees with tfjs on every output", { timeout: 60_000 }, async () => {
    const { json, binary } = sources();
    const bytes = encodeModel(convertGraph(readGraphModel(json, binary), "nanodet"));
    const session = await openSession(bytes, { threads: 2 });
    const results = await session.run({ input_1: { data: normalise(image), shape } });
    await session.dispose();
    const truth = await expected();
    for (const name of outputs) {
      expect(results[name]?.shape).toEqual(truth[name]?.shape);
      expect(largestDifference(results[name]?.data ?? [], truth[name]?.data ?? []), name).toBeLessThan(1e-4);
    }
  });

  test("built, takes bytes and gives scores and boxes as its authors decode them", {
    timeout: 60_000,
  }, async () => {
    const session = await openBuilt("nanodet-fp32");
    const { scores, best, boxes } = await session.run({ image: { data: image, shape: [1, side, side, 3] } });
    await session.dispose();
    const truth = await expected();
    const rows = outputs.slice(0, 3).flatMap((name) => [...(truth[name]?.data ?? [])].map(Number));
    expect(largestDifference(scores?.data ?? [], rows)).toBeLessThan(1e-4);
    const highest = Array.from({ length: anchors }, (_, i) => Math.max(...rows.slice(i * 80, (i + 1) * 80)));
    expect(largestDifference(best?.data ?? [], highest)).toBeLessThan(1e-4);
    const corners = strides.flatMap((stride, i) =>
      decode(truth[`Identity_${i + 3}`]?.data ?? new Float32Array(), stride),
    );
    expect(largestDifference(boxes?.data ?? [], corners)).toBeLessThan(0.01);
  });

  test("in INT8, finds what the float network finds", async () => {
    const feeds = { image: { data: image, shape: [1, side, side, 3] } };
    const [exact, rounded] = await Promise.all(
      ["nanodet-fp32", "nanodet"].map(async (name) => {
        const session = await openBuilt(name);
        const { scores } = await session.run(feeds);
        await session.dispose();
        return Array.from(scores?.data ?? [], Number);
      }),
    );
    const errors = (exact ?? []).map((score, i) => Math.abs(score - (rounded?.[i] ?? 0)));
    expect(errors.reduce((sum, value) => sum + value, 0) / errors.length).toBeLessThan(0.005);
  });
});
