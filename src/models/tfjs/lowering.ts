import { BrimError } from "../../base/errors.ts";
import type { GraphBuilder } from "../onnx/graph.ts";
import { sizeOf, type Tensor, type TensorData } from "../onnx/tensor.ts";
import type { TfGraph, TfNode } from "./read.ts";

/** A tensor whose numbers are known while converting. */
export interface Constant {
  kind: "constant";
  tensor: Tensor;
}

/**
 * A tensor that the ONNX graph computes. TensorFlow lays pictures out as NHWC and ONNX as NCHW; instead of transposing
 * between them, a transposition only changes `axes`, and costs a node only where an operator insists on an order.
 */
export interface Stored {
  kind: "stored";
  /** The tensor in the ONNX graph. */
  name: string;
  /** Sizes along TensorFlow's axes, with `pad` applied. */
  shape: readonly number[];
  /** ONNX's axis i is TensorFlow's axis `axes[i]`. */
  axes: readonly number[];
  /** A padding that is still to be done, so that the operator that comes may take it over. */
  pad?: Padding;
  /** The convolution whose result this is, as long as nothing else uses it: what comes may be folded into it. */
  convolution?: Convolution;
}

export type Value = Constant | Stored;

/** Along TensorFlow's axes. */
export interface Padding {
  before: readonly number[];
  after: readonly number[];
  value: number;
}

/** Names of a convolution's constants: weights OIHW and biases. */
export interface Convolution {
  weights: string;
  bias: string;
}

/** The state of one conversion. */
export class Lowering {
  readonly #values = new Map<string, Value>();
  readonly #uses = new Map<string, number>();
  readonly #transposed = new Map<string, string>();

  constructor(
    readonly graph: TfGraph,
    readonly builder: GraphBuilder,
  ) {
    const ends = graph.outputs.map(({ name }) => name);
    for (const name of [...graph.nodes.flatMap(({ input }) => input), ...ends]) {
      this.#uses.set(canonical(name), (this.#uses.get(canonical(name)) ?? 0) + 1);
    }
  }

  define(name: string, value: Value): void {
    const shared = this.#uses.get(name) !== 1;
    if (value.kind === "stored" && shared) delete value.convolution;
    this.#values.set(name, value);
  }

  /** The values of a node's inputs. */
  inputs(node: TfNode): Value[] {
    return node.input.filter((name) => !name.startsWith("^")).map((name) => this.value(name));
  }

  value(name: string): Value {
    const value = this.#values.get(canonical(name));
    if (value === undefined) {
      throw new BrimError("MODEL", `the graph uses ${name} before anything makes it`);
    }
    return value;
  }

  /** The name of an ONNX tensor that holds the value, its axes in this order and nothing left to pad. */
  store(value: Value, axes: readonly number[]): string {
    if (value.kind === "constant") return this.builder.constant("constant", transpose(value.tensor, axes));
    const padded = this.settle(value);
    const order = axes.map((axis) => padded.axes.indexOf(axis));
    if (order.every((from, to) => from === to)) return padded.name;
    const key = `${padded.name} ${order}`;
    const known = this.#transposed.get(key);
    if (known !== undefined) return known;
    const name = this.builder.node("Transpose", [padded.name], `${padded.name}/transposed`, { perm: order });
    this.#transposed.set(key, name);
    return name;
  }

  /** The same value with its padding done. */
  settle(value: Stored): Stored {
    const { pad, ...rest } = value;
    if (pad === undefined) return rest;
    const inOrder = (amounts: readonly number[]) => rest.axes.map((axis) => amounts[axis] ?? 0);
    const amounts = this.builder.integers(`${rest.name}/pads`, [
      ...inOrder(pad.before),
      ...inOrder(pad.after),
    ]);
    const filler = this.builder.floats(`${rest.name}/filler`, [pad.value], []);
    return { ...rest, name: this.builder.node("Pad", [rest.name, amounts, filler], `${rest.name}/padded`) };
  }
}

/** A refusal that says which node is meant. */
export function refuse(node: TfNode, why: string): BrimError {
  return new BrimError("MODEL", `cannot convert ${node.op} ${node.name}: ${why}`);
}

/** "node:0" and "node" are the same tensor. */
function canonical(name: string): string {
  return name.replace(/:0$/, "");
}

/** 0, 1, … rank − 1: TensorFlow's own order. */
export function plainAxes(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** A copy with its axes in another order: axis i of the result is axis `axes[i]` of the tensor. */
export function transpose<T extends TensorData>(
  { shape, data }: Tensor<T>,
  axes: readonly number[],
): Tensor<T> {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const outShape = axes.map((axis) => shape[axis] ?? 1);
  const outStrides = axes.map((axis) => strides[axis] ?? 0);
  const out = data.slice() as T;
  const index = outShape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from] ?? 0;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      const stride = outStrides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      if (next < (outShape[axis] ?? 1)) {
        index[axis] = next;
        break;
      }
      from -= stride * next;
      index[axis] = 0;
    }
  }
  return { shape: outShape, data: out };
}
