import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import type { Tensor } from "../../src/vision/session.ts";

/** Runs a tfjs graph model with tfjs itself: the reference that conversion is judged by. */
export async function runTfjs(
  json: Uint8Array,
  binary: Uint8Array,
  feeds: Record<string, { data: Float32Array; shape: readonly number[] }>,
  outputs: string[],
): Promise<Record<string, Tensor>> {
  await tf.setBackend("cpu");
  const { modelTopology, signature, format, weightsManifest } = JSON.parse(Buffer.from(json).toString());
  const weightSpecs = weightsManifest.flatMap((group: { weights: object[] }) => group.weights);
  const weightData = new Uint8Array(binary).buffer;
  const load = async () => ({ modelTopology, signature, format, weightSpecs, weightData });
  const model = await loadGraphModel({ load });
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const results = [model.execute(inputs, outputs)].flat();
  const named = outputs.map((name, i): [string, Tensor] => {
    const result = results[i];
    if (result === undefined) throw new Error(`tfjs gave no ${name}`);
    return [name, { data: result.dataSync() as Float32Array, shape: result.shape }];
  });
  for (const tensor of [...results, ...Object.values(inputs)]) tensor.dispose();
  model.dispose();
  return Object.fromEntries(named);
}

/** A constant of a small graph. */
export interface Weight {
  shape: number[];
  values: number[];
  dtype?: "int32" | "float32";
}

/** The two files of a small tfjs model with one input and one output `y`. */
export function graphModel(
  input: number[],
  output: number[],
  weights: Record<string, Weight>,
  nodes: { name: string; op: string; input: string[]; attr?: Record<string, unknown> }[],
) {
  const info = (name: string, shape: number[]) => ({
    name: `${name}:0`,
    dtype: "DT_FLOAT",
    tensorShape: { dim: shape.map((size) => ({ size: String(size) })) },
  });
  const type = (dtype?: string) => (dtype === "int32" ? "DT_INT32" : "DT_FLOAT");
  const model = {
    format: "graph-model",
    signature: { inputs: { "x:0": info("x", input) }, outputs: { "y:0": info("y", output) } },
    modelTopology: {
      node: [
        {
          name: "x",
          op: "Placeholder",
          attr: { dtype: { type: "DT_FLOAT" }, shape: { shape: info("x", input).tensorShape } },
        },
        ...Object.entries(weights).map(([name, { dtype }]) => ({
          name,
          op: "Const",
          attr: { dtype: { type: type(dtype) } },
        })),
        ...nodes.map((node) => ({ attr: {}, ...node })),
      ],
      library: {},
      versions: {},
    },
    weightsManifest: [
      {
        paths: ["x.bin"],
        weights: Object.entries(weights).map(([name, { shape, dtype }]) => ({
          name,
          shape,
          dtype: dtype ?? "float32",
        })),
      },
    ],
  };
  const binary = Buffer.concat(
    Object.values(weights).map(({ values, dtype }) => {
      const numbers = dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values);
      return Buffer.from(numbers.buffer);
    }),
  );
  return { json: Buffer.from(JSON.stringify(model)), binary };
}

export const attributes = {
  text: (value: string) => ({ s: Buffer.from(value).toString("base64") }),
  list: (...values: number[]) => ({ list: { i: values.map(String) } }),
  float: (f: number) => ({ f }),
  flag: (b: boolean) => ({ b }),
};

/** Numbers between −1 and 1 that are the same every time. */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state / 0x7fffffff) * 2 - 1;
  });
}

/** The largest difference between two lists of numbers. */
export function largestDifference(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(Number(a[i]) - Number(b[i])));
  return largest;
}
