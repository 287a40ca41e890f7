import { describe, expect, test } from "vitest";
import { planQuantisation } from "../../src/models/int8/plan.ts";
import { quantise } from "../../src/models/int8/quantise.ts";
import { probedModel, rangesOf } from "../../src/models/int8/ranges.ts";
import { float, GraphBuilder } from "../../src/models/onnx/graph.ts";
import type { Model } from "../../src/models/onnx/messages.ts";
import { encodeModel } from "../../src/models/onnx/wire.ts";
import { openSession, type Tensor } from "../../src/vision/session.ts";
import { largestDifference, noise } from "./tfjs.ts";

const channels = 8;
const shape = [1, channels, 12, 12];

/** conv → LeakyRelu → pool → conv → Relu → conv: the last one stays float. */
function network(dead: { weight: number; bias: number } | undefined = undefined): Model {
  const builder = new GraphBuilder();
  const convolve = (input: string, name: string, seed: number) => {
    const weights = noise(channels * channels * 9, seed).map((value) => value * 0.2);
    const bias = noise(channels, seed + 1);
    if (dead && name === "first") {
      weights.fill(dead.weight, 0, channels * 9);
      bias[0] = dead.bias;
    }
    return builder.node(
      "Conv",
      [
        input,
        builder.constant(`${name}/w`, { shape: [channels, channels, 3, 3], data: weights }),
        builder.constant(`${name}/b`, { shape: [channels], data: bias }),
      ],
      name,
      { pads: [1, 1, 1, 1] },
    );
  };
  const x = builder.input("x", "float32", shape);
  const leaky = builder.node("LeakyRelu", [convolve(x, "first", 3)], "leaky", { alpha: float(0.1) });
  const pooled = builder.node("MaxPool", [leaky], "pooled", { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  const relu = builder.node("Relu", [convolve(pooled, "second", 5)], "relu");
  builder.output(convolve(relu, "last", 7), "float32", shape);
  return builder.build("small", 18);
}

const picture = { data: noise(channels * 144, 11), shape };

async function run(model: Model): Promise<Record<string, Tensor>> {
  const session = await openSession(encodeModel(model), { threads: 1 });
  const outputs = await session.run({ x: picture });
  await session.dispose();
  return outputs;
}

async function calibrate(model: Model) {
  const probe = await run(probedModel(model));
  const values = Object.entries(probe).map(([name, { data }]) => [name, Number(data[0])]);
  return rangesOf(model, [Object.fromEntries(values)]);
}

async function error(model: Model): Promise<number> {
  const [exact, rounded] = [await run(model), await run(quantise(model, await calibrate(model)))];
  return largestDifference(exact.last?.data ?? [], rounded.last?.data ?? []);
}

describe("INT8", () => {
  test("takes in every convolution but the last, and what lies between; the result before a Relu is not rounded", () => {
    const plan = planQuantisation(network());
    expect([...plan.nodes].map(({ name }) => name)).toEqual(["first", "leaky", "pooled", "second", "relu"]);
    expect(plan.tensors).toEqual(["x", "first", "leaky", "pooled", "relu"]);
  });

  test("stays near the float network", async () => {
    const { last } = await run(network());
    const spread = Math.max(...Array.from(last?.data ?? [], Number).map(Math.abs));
    expect(await error(network())).toBeLessThan(0.03 * spread);
  });

  test("a channel that is all but dead, with a common bias, does not overflow", async () => {
    for (const dead of [
      { weight: 1e-12, bias: 0.7 },
      { weight: 0, bias: -0.7 },
      { weight: 0, bias: 0 },
    ]) {
      expect(await error(network(dead))).toBeLessThan(0.1);
    }
  });

  test("uses seven bits for weights, so that no x86 processor overflows", async () => {
    const model = quantise(network(), await calibrate(network()));
    const bytes = model.graph?.initializer.filter(({ dataType }) => dataType === 3) ?? [];
    expect(bytes).toHaveLength(2);
    for (const { rawData } of bytes) {
      const weights = Array.from(new Int8Array(new Uint8Array(rawData).buffer), Math.abs);
      expect(Math.max(...weights)).toBeLessThanOrEqual(64);
    }
  });

  test("is the same, byte by byte, every time", async () => {
    const ranges = await calibrate(network());
    const once = encodeModel(quantise(network(), ranges));
    expect(Buffer.compare(once, encodeModel(quantise(network(), ranges)))).toBe(0);
  });

  test("a tensor that the calibration table lacks is named", async () => {
    const { leaky: _missing, ...ranges } = await calibrate(network());
    expect(() => quantise(network(), ranges)).toThrow("the calibration table holds no range for leaky");
  });
});
