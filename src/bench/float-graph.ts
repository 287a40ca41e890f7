import { BrimError } from "../base/errors.ts";
import { GraphBuilder, graphOf, opsetOf } from "../models/onnx/graph.ts";
import { dataTypes, type Model, type Node } from "../models/onnx/messages.ts";
import type { Tensor } from "../models/onnx/tensor.ts";

/**
 * The same graph in floats: constants are dequantised, and what was rounded between two operators no longer is. How fast
 * a network runs depends on its graph, not on its weights' values, so this stands for the model before it was quantised
 * where that is not kept.
 * @throws BrimError MODEL where a constant is quantised in a way that this does not know
 */
export function floatGraph(model: Model): Model {
  const builder = GraphBuilder.from(model);
  const renamed = new Map<string, string>();
  const nameOf = (name: string): string => renamed.get(name) ?? name;
  const kept: typeof builder.nodes = [];
  for (const node of [...builder.nodes]) {
    const input = node.input.map(nameOf);
    const [from = "", scale = "", zero = ""] = input;
    const output = node.output[0] ?? "";
    if (node.opType === "QuantizeLinear") {
      renamed.set(output, from);
    } else if (node.opType === "DequantizeLinear") {
      const quantised = builder.constants.get(from);
      if (quantised === undefined) {
        // What was never rounded are bytes that came in.
        if (from !== node.input[0]) renamed.set(output, from);
        else kept.push(...dequantisedBytes(builder, from, scale, zero, output));
        continue;
      }
      const axis = Number(node.attribute.find(({ name }) => name === "axis")?.i ?? 1n);
      const values = dequantised(quantised, builder.constants.get(scale), builder.constants.get(zero), axis);
      renamed.set(output, builder.constant(`${from}/float`, values));
    } else {
      kept.push({ ...node, input });
    }
  }
  for (const { name } of builder.outputs) {
    // An output keeps its name.
    if (renamed.has(name)) throw new BrimError("MODEL", `${name}: an output that is dequantised last`);
  }
  builder.nodes.splice(0, builder.nodes.length, ...kept);
  return builder.build(graphOf(model).name, opsetOf(model));
}

/** The same for bytes that come in: operators that make floats of them, with one scale and zero for all. */
function dequantisedBytes(
  builder: GraphBuilder,
  bytes: string,
  scale: string,
  zero: string,
  output: string,
): Node[] {
  const middle = Number(builder.constants.get(zero)?.data[0] ?? 0);
  const before = builder.nodes.length;
  const floats = builder.node("Cast", [bytes], `${output}/cast`, { to: dataTypes.float32 });
  const middles = builder.floats(`${output}/middle`, [middle], []);
  const centred = builder.node("Sub", [floats, middles], `${output}/centred`);
  const scaled = builder.node("Mul", [centred, scale], `${output}/scaled`);
  const added = builder.nodes.splice(before);
  const last = added.at(-1);
  if (last !== undefined) last.output = last.output.map((name) => (name === scaled ? output : name));
  return added;
}

/** ONNX's DequantizeLinear of a constant: (x − zero) · scale, by tensor or along an axis. */
function dequantised(x: Tensor, scale: Tensor | undefined, zero: Tensor | undefined, axis: number): Tensor {
  if (scale === undefined) throw new BrimError("MODEL", "a constant's scale is not constant");
  const inner = x.shape.slice(axis + 1).reduce((size, side) => size * side, 1);
  const each = scale.data.length;
  const data = new Float32Array(x.data.length);
  for (let i = 0; i < data.length; i++) {
    const channel = each === 1 ? 0 : Math.floor(i / inner) % each;
    data[i] = (Number(x.data[i]) - Number(zero?.data[channel] ?? 0)) * Number(scale.data[channel]);
  }
  return { shape: x.shape, data };
}

/** The model with a tensor in its middle as its input, such as where the pixels have become floats. */
export function startingAt(model: Model, tensor: string, shape: readonly number[]): Model {
  const builder = GraphBuilder.from(model);
  builder.nodes.splice(
    0,
    builder.nodes.length,
    ...builder.nodes.filter(({ output }) => !output.includes(tensor)),
  );
  builder.inputs.length = 0;
  builder.names.delete(tensor);
  builder.input(tensor, "float32", shape);
  return builder.build(graphOf(model).name, opsetOf(model));
}
