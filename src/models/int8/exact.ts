import type { GraphBuilder } from "../onnx/graph.ts";
import { dataTypes, type Graph, type Node } from "../onnx/messages.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** A tensor that is bytes less a whole number from 0 to 255: the bytes are its 8-bit form, and nothing is rounded. */
export interface ExactBytes {
  zero: number;
  /** Adds what makes the bytes to a graph and returns their name. */
  add(builder: GraphBuilder): string;
}

/** Operators that move numbers about and leave each as it is. */
const moves = new Set(["Concat", "Transpose"]);

/** The tensors that are bytes (cast to floats, moved about) less a constant, as photos are before a first convolution. */
export function exactBytes(
  graph: Graph,
  constants: ReadonlyMap<string, Tensor>,
): ReadonlyMap<string, ExactBytes> {
  const inputs = graph.input.filter(({ type }) => type?.tensorType?.elemType === dataTypes.uint8);
  const bytes = new Set(inputs.map(({ name }) => name));
  /** The nodes that make floats of bytes and move them about, by their output. */
  const makers = new Map<string, Node>();
  const found = new Map<string, ExactBytes>();
  const add = (name: string, builder: GraphBuilder): string => {
    const node = makers.get(name);
    if (node === undefined || node.opType === "Cast") return node?.input[0] ?? name;
    const input = node.input.map((each) => add(each, builder));
    const output = builder.take(`${name}/bytes`);
    builder.nodes.push({ ...node, name: output, input, output: [output] });
    return output;
  };
  for (const node of graph.node) {
    const [input = "", subtrahend = ""] = node.input;
    const [output = ""] = node.output;
    const casts = node.opType === "Cast" && bytes.has(input) && isToFloat(node);
    const movesOn = moves.has(node.opType) && node.input.every((name) => makers.has(name));
    if (casts || movesOn) makers.set(output, node);
    const zero = wholeByte(constants.get(subtrahend));
    if (node.opType === "Sub" && makers.has(input) && zero !== undefined) {
      found.set(output, { zero, add: (builder) => add(input, builder) });
    }
  }
  return found;
}

function isToFloat({ attribute }: Node): boolean {
  return attribute.some(({ name, i }) => name === "to" && Number(i) === dataTypes.float32);
}

function wholeByte(tensor: Tensor | undefined): number | undefined {
  const value = tensor?.data.length === 1 ? Number(tensor.data[0]) : Number.NaN;
  return Number.isInteger(value) && value >= 0 && value <= 255 ? value : undefined;
}
