import { BrimError } from "../../base/errors.ts";
import { GraphBuilder, graphOf } from "../onnx/graph.ts";
import { dataTypes, type Model, type Node } from "../onnx/messages.ts";
import type { Tensor } from "../onnx/tensor.ts";
import { exactBytes } from "./exact.ts";
import { planQuantisation } from "./plan.ts";

/**
 * Static quantisation to INT8: activations uint8 with a zero point, weights int8 (of which 7 bits are used) and
 * symmetric with a scale a channel, biases int32. Written with QuantizeLinear and DequantizeLinear around each operator, from which onnxruntime makes its
 * 8-bit kernels. Scheme: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
 */

/** The least and the greatest value of each tensor. */
export type Ranges = Readonly<Record<string, readonly [number, number]>>;

/** Operators that only choose or average numbers: their result keeps the scale of their input, so nothing is rounded. */
const keepsScale = new Set(["MaxPool", "Resize"]);

/** Operators that multiply by a matrix; they work on floats, but the matrix is kept in bytes. */
const matrixProducts = new Set(["MatMul", "Gemm"]);

/** Smaller matrices are not worth it. */
const leastMatrix = 1024;

/** Largest weight of a matrix that is only stored in 8 bits. */
const storedLimit = 127;

/**
 * Largest weight: seven bits, for x86 without VNNI adds pairs of 8-bit products in 16 bits, and 2 · 255 · 64 is what
 * fits. So the model gives the same answers on every machine.
 */
const weightLimit = 64;

/** Largest int32 bias, which leaves the sum of products room beside it. */
const biasLimit = 2 ** 30;

interface Scale {
  scale: number;
  zero: number;
}

/**
 * The model with its convolutions, and what follows them, in INT8.
 * @param ranges of every tensor of the model's quantisation plan (see ranges.ts)
 * @param last outputs of the convolutions to leave as they are (see plan.ts)
 * @throws BrimError MODEL when a tensor has no range
 */
export function quantise(model: Model, ranges: Ranges, last?: ReadonlySet<string>): Model {
  const { nodes, tensors } = planQuantisation(model, last);
  const source = GraphBuilder.from(model);
  const exact = exactBytes(graphOf(model), source.constants);
  const scales = scalesOf(nodes, tensors, ranges);
  for (const [name, { zero }] of exact) if (scales.has(name)) scales.set(name, { scale: 1, zero });
  const builder = new GraphBuilder();
  builder.inputs.push(...source.inputs);
  builder.outputs.push(...source.outputs);
  for (const name of source.names) builder.take(name);
  for (const [name, tensor] of source.constants) builder.constants.set(name, tensor);

  const rounded = new Map<string, string>();
  const round = (name: string) => {
    const scale = scales.get(name);
    if (scale && !rounded.has(name)) {
      rounded.set(name, roundTensor(builder, name, scale, exact.get(name)?.add(builder)));
    }
  };
  for (const { name } of source.inputs) round(name);
  for (const node of graphOf(model).node) {
    const input = node.input.map((name) => rounded.get(name) ?? name);
    const scale = scales.get(node.input[0] ?? "");
    if (node.opType === "Conv" && nodes.has(node) && scale) {
      builder.nodes.push({
        ...node,
        input: [input[0] ?? "", ...quantiseWeights(builder, node, scale.scale)],
      });
    } else if (matrixProducts.has(node.opType)) {
      const [left = "", matrix = "", ...others] = input;
      builder.nodes.push({ ...node, input: [left, storeInBytes(builder, node, matrix), ...others] });
    } else {
      builder.nodes.push({ ...node, input });
    }
    for (const name of node.output) round(name);
  }
  return { ...model, graph: builder.graph(model.graph?.name ?? "") };
}

/** The scale of every tensor of the plan. */
function scalesOf(nodes: ReadonlySet<Node>, tensors: readonly string[], ranges: Ranges): Map<string, Scale> {
  const scales = new Map<string, Scale>();
  for (const name of tensors) {
    const range = ranges[name];
    if (range === undefined) throw new BrimError("MODEL", `the calibration table holds no range for ${name}`);
    scales.set(name, scaleOf(range));
  }
  for (const { opType, input, output } of nodes) {
    const scale = scales.get(input[0] ?? "");
    if (keepsScale.has(opType) && scale) scales.set(output[0] ?? "", scale);
  }
  return scales;
}

/** The scale that spreads a range, which it widens to hold 0, over 0 … 255. */
function scaleOf([low, high]: readonly [number, number]): Scale {
  const min = Math.min(low, 0);
  const max = Math.max(high, 0);
  if (max === min) return { scale: 1, zero: 0 };
  const scale = Math.fround((max - min) / 255);
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-min / scale))) };
}

/**
 * Rounds a tensor to 8 bits and back; returns the result.
 * @param ready the bytes themselves, where there is a tensor of them already
 */
function roundTensor(builder: GraphBuilder, name: string, { scale, zero }: Scale, ready?: string): string {
  const parameters = [
    builder.floats(`${name}/scale`, [scale], []),
    builder.constant(`${name}/zero`, { shape: [], data: Uint8Array.of(zero) }),
  ];
  const bytes = ready ?? builder.node("QuantizeLinear", [name, ...parameters], `${name}/bytes`);
  return builder.node("DequantizeLinear", [bytes, ...parameters], `${name}/rounded`);
}

/** Rounds a convolution's weights and bias; returns the tensors to use instead. */
function quantiseWeights(builder: GraphBuilder, node: Node, inputScale: number): string[] {
  const [, weightsName = "", biasName] = node.input;
  const weights = floatConstant(builder, weightsName);
  const bias = biasName ? floatConstant(builder, biasName) : undefined;
  const outputs = weights.shape[0] ?? 0;
  const perOutput = weights.data.length / outputs;
  const scales = new Float32Array(outputs);
  const bytes = new Int8Array(weights.data.length);
  const sums = new Int32Array(outputs);
  for (let out = 0; out < outputs; out++) {
    const row = weights.data.subarray(out * perOutput, (out + 1) * perOutput);
    const scale = weightScale(row, bias?.data[out] ?? 0, inputScale);
    scales[out] = scale;
    roundCarrying(row, scale, bytes.subarray(out * perOutput, (out + 1) * perOutput));
    sums[out] = Math.round((bias?.data[out] ?? 0) / (inputScale * scale));
  }
  const dequantise = (name: string, tensor: Tensor, values: Float32Array) => {
    const inputs = [
      builder.constant(`${name}/integers`, tensor),
      builder.constant(`${name}/scales`, { shape: [outputs], data: values }),
    ];
    return builder.node("DequantizeLinear", inputs, `${name}/dequantised`, { axis: 0 });
  };
  const results = [dequantise(weightsName, { shape: weights.shape, data: bytes }, scales)];
  if (biasName) {
    const biasScales = scales.map((scale) => scale * inputScale);
    results.push(dequantise(biasName, { shape: [outputs], data: sums }, biasScales));
  }
  return results;
}

/**
 * A constant matrix as bytes times a scale a column, which onnxruntime multiplies out once, when it loads the model: a
 * quarter of the file, at no cost in time. Returns the tensor to use instead.
 */
function storeInBytes(builder: GraphBuilder, { opType, attribute }: Node, name: string): string {
  const tensor = builder.constants.get(name);
  const [rows = 0, columns = 0, ...more] = tensor?.shape ?? [];
  if (!(tensor?.data instanceof Float32Array) || more.length > 0 || rows * columns < leastMatrix) return name;
  const { data } = tensor;
  // What one result is made of has one scale: a column, or in a transposed matrix a row.
  const transposed = opType === "Gemm" && attribute.some(({ name: key, i }) => key === "transB" && i === 1n);
  const scales = new Float32Array(transposed ? rows : columns);
  const ofElement = (i: number) => (transposed ? Math.floor(i / columns) : i % columns);
  for (let i = 0; i < data.length; i++) {
    const index = ofElement(i);
    scales[index] = Math.max(scales[index] ?? 0, Math.abs(data[i] ?? 0) / storedLimit);
  }
  const bytes = Int8Array.from(data, (value, i) => Math.round(value / (scales[ofElement(i)] || 1)));
  const integers = builder.constant(`${name}/integers`, { shape: [rows, columns], data: bytes });
  const shape = transposed ? [rows, 1] : [1, columns];
  const scale = builder.constant(`${name}/scales`, { shape, data: scales });
  const floats = builder.node("Cast", [integers], `${name}/floats`, { to: dataTypes.float32 });
  return builder.node("Mul", [floats, scale], `${name}/multiplied`);
}

/**
 * Rounds weights to whole steps of `scale`, handing each one's error on to the next. Neighbouring pixels are much
 * alike, so errors that cancel among neighbours nearly vanish from the result: as good as another bit of precision.
 */
function roundCarrying(weights: Float32Array, scale: number, rounded: Int8Array): void {
  let error = 0;
  for (let i = 0; i < weights.length; i++) {
    const exact = (weights[i] ?? 0) / scale + error;
    rounded[i] = Math.min(weightLimit, Math.max(-weightLimit, Math.round(exact)));
    error = exact - (rounded[i] ?? 0);
  }
}

/**
 * The scale of one output channel's weights. A channel that is all but dead has tiny weights beside a bias of common
 * size, which at the weights' own scale would overflow an int32: such a channel gets a coarser scale.
 */
function weightScale(weights: Float32Array, bias: number, inputScale: number): number {
  let greatest = 0;
  for (const weight of weights) greatest = Math.max(greatest, Math.abs(weight));
  const least = Math.abs(bias) / (inputScale * biasLimit);
  return Math.fround(Math.max(greatest / weightLimit, least)) || 1;
}

function floatConstant(builder: GraphBuilder, name: string): Tensor<Float32Array> {
  const tensor = builder.constants.get(name);
  if (!(tensor?.data instanceof Float32Array)) {
    throw new BrimError("MODEL", `${name} is no constant of floats and cannot be quantised`);
  }
  return { shape: tensor.shape, data: tensor.data };
}
