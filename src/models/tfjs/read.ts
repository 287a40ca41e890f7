import { z } from "zod";
import { BrimError } from "../../base/errors.ts";
import { sizeOf, type Tensor } from "../onnx/tensor.ts";
import { floatsFromHalves } from "./half.ts";

/**
 * Reading of tfjs graph models: a JSON file with the graph and the list of weights, and the weights as one binary.
 * Format: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts; a node is TensorFlow's NodeDef as
 * JSON, where 64-bit integers are strings and strings are base64.
 */

const attributeSchema = z.looseObject({
  b: z.boolean().optional(),
  f: z.number().optional(),
  i: z.coerce.number().optional(),
  s: z.string().optional(),
  list: z.looseObject({ i: z.array(z.coerce.number()).optional() }).optional(),
});
export type TfAttribute = z.output<typeof attributeSchema>;

const sizes = z.looseObject({ dim: z.array(z.object({ size: z.coerce.number() })) });
const tensorInfo = z.looseObject({ name: z.string(), tensorShape: sizes });

const modelSchema = z.looseObject({
  format: z.literal("graph-model"),
  signature: z.looseObject({
    inputs: z.record(z.string(), tensorInfo),
    outputs: z.record(z.string(), tensorInfo),
  }),
  modelTopology: z.looseObject({
    node: z.array(
      z.looseObject({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attributeSchema).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.looseObject({
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.number()),
          dtype: z.enum(["float32", "int32"]),
          quantization: z.looseObject({ dtype: z.literal("float16") }).optional(),
        }),
      ),
    }),
  ),
});

export interface TfNode {
  name: string;
  op: string;
  /** Tensors: the name of a node, or "node:1" for its second output; control inputs begin with "^". */
  input: string[];
  attr: Record<string, TfAttribute>;
}

export interface TfGraph {
  nodes: TfNode[];
  /** Weights by the name of their Const node. */
  weights: Map<string, Tensor>;
  /** Names and shapes of the graph's inputs and outputs. */
  inputs: { name: string; shape: number[] }[];
  outputs: { name: string; shape: number[] }[];
}

/**
 * Reads a tfjs graph model. Weights stored as 16-bit floats are widened.
 * @throws BrimError MODEL when it is not one, or the weights end early
 */
export function readGraphModel(json: Uint8Array, binary: Uint8Array): TfGraph {
  const parsed = modelSchema.safeParse(parse(json));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BrimError("MODEL", `not a tfjs graph model: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { signature, modelTopology, weightsManifest } = parsed.data;
  const ends = (infos: Record<string, z.output<typeof tensorInfo>>) =>
    Object.values(infos).map(({ name, tensorShape }) => ({
      name: name.replace(/:0$/, ""),
      shape: tensorShape.dim.map(({ size }) => size),
    }));
  return {
    nodes: modelTopology.node,
    weights: readWeights(
      weightsManifest.flatMap(({ weights }) => weights),
      binary,
    ),
    inputs: ends(signature.inputs),
    outputs: ends(signature.outputs),
  };
}

type WeightEntry = z.output<typeof modelSchema>["weightsManifest"][number]["weights"][number];

function readWeights(entries: WeightEntry[], binary: Uint8Array): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  let offset = 0;
  for (const { name, shape, dtype, quantization } of entries) {
    const length = sizeOf(shape) * (quantization ? 2 : 4);
    if (offset + length > binary.length) {
      throw new BrimError("MODEL", `the weights end early: ${name} wants ${offset + length} bytes`);
    }
    // A copy, for typed arrays want their alignment. (Buffer's own slice would not copy.)
    const { buffer } = new Uint8Array(binary.subarray(offset, offset + length));
    if (quantization) weights.set(name, { shape, data: floatsFromHalves(new Uint16Array(buffer)) });
    else weights.set(name, { shape, data: new (dtype === "int32" ? Int32Array : Float32Array)(buffer) });
    offset += length;
  }
  return weights;
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(json).toString("utf8"));
  } catch (error) {
    throw new BrimError("MODEL", "not a tfjs graph model: not JSON", { cause: error });
  }
}
