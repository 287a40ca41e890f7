import type { GraphBuilder } from "../onnx/graph.ts";
import { sizeOf, type Tensor } from "../onnx/tensor.ts";
import type { Stored } from "./lowering.ts";

/**
 * Folds "convolution + constant" or "convolution × constant" into the convolution's weights and biases, where the
 * constant is one number or one a channel. Returns false, having changed nothing, where it cannot.
 */
export function foldIntoConvolution(
  opType: "Add" | "Mul",
  input: Stored,
  constant: Tensor,
  builder: GraphBuilder,
): boolean {
  const { convolution, axes, pad } = input;
  if (convolution === undefined || pad !== undefined) return false;
  const weights = builder.constants.get(convolution.weights);
  const bias = builder.constants.get(convolution.bias);
  if (!(weights?.data instanceof Float32Array) || !(bias?.data instanceof Float32Array)) return false;
  const values = alongAxis(constant, axes[1] ?? -1, axes.length, bias.data.length);
  if (values === undefined) return false;
  const perChannel = weights.data.length / bias.data.length;
  for (const [channel, value] of values.entries()) {
    if (opType === "Add") {
      bias.data[channel] = (bias.data[channel] ?? 0) + value;
      continue;
    }
    bias.data[channel] = (bias.data[channel] ?? 0) * value;
    for (let i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
      weights.data[i] = (weights.data[i] ?? 0) * value;
    }
  }
  return true;
}

/** The `size` numbers of a constant that, broadcast to `rank` axes, varies along `axis` only; else undefined. */
function alongAxis({ shape, data }: Tensor, axis: number, rank: number, size: number): number[] | undefined {
  const numbers = Array.from(data, Number);
  if (numbers.length === 1) return Array.from({ length: size }, () => numbers[0] ?? 0);
  const fromEnd = shape.length - (rank - axis);
  return numbers.length === size && shape[fromEnd] === size ? numbers : undefined;
}

/** Adds or multiplies two constants, where they have one shape or one of them is one number. */
export function computeConstant(opType: "Add" | "Mul", a: Tensor, b: Tensor): Tensor | undefined {
  const [large, small] = sizeOf(a.shape) >= sizeOf(b.shape) ? [a, b] : [b, a];
  if (small.data.length !== 1 && large.shape.join() !== small.shape.join()) return undefined;
  if (large.data instanceof BigInt64Array || small.data instanceof BigInt64Array) return undefined;
  const out = large.data.slice();
  for (let i = 0; i < out.length; i++) {
    const x = out[i] ?? 0;
    const y = small.data[small.data.length === 1 ? 0 : i] ?? 0;
    out[i] = opType === "Add" ? x + y : x * y;
  }
  return { shape: large.shape, data: out };
}
