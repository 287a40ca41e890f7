import { BrimError } from "../../base/errors.ts";
import { GraphBuilder } from "./graph.ts";
import type { Model, Node } from "./messages.ts";

/**
 * Adds a model to a graph that is being built. Its inputs are replaced by tensors that are there already.
 * @param feeds the tensor that stands for each of the model's inputs
 * @returns the tensor that each of the model's outputs became
 */
export function inline(
  builder: GraphBuilder,
  model: Model,
  feeds: Record<string, string>,
): Record<string, string> {
  const guest = GraphBuilder.from(model);
  const names = new Map<string, string>([["", ""]]);
  for (const { name } of guest.inputs) {
    const feed = feeds[name];
    if (feed === undefined) throw new BrimError("MODEL", `nothing is given for input ${name}`);
    names.set(name, feed);
  }
  for (const [name, tensor] of guest.constants) names.set(name, builder.constant(name, tensor));
  for (const node of guest.nodes) {
    const input = node.input.map((name) => names.get(name) ?? name);
    const output = node.output.map((name) => builder.take(name));
    for (const [i, name] of node.output.entries()) names.set(name, output[i] ?? "");
    builder.nodes.push({ ...node, input, output });
  }
  return Object.fromEntries(guest.outputs.map(({ name }) => [name, names.get(name) ?? name]));
}

/**
 * Makes the convolutions that read a tensor take its channels in another order, each multiplied by a factor: the same
 * as a Gather and a Mul before them, but free. Right because the zeros that they pad with stay zeros.
 * @param order for each channel that the convolutions expect, where in the tensor it lies
 * @param factors one for each channel that the convolutions expect
 */
export function rescaleChannels(
  builder: GraphBuilder,
  tensor: string,
  order: readonly number[],
  factors: readonly number[],
): void {
  for (const node of builder.nodes.filter(({ input }) => input.includes(tensor))) {
    rescaleWeights(builder, node, order, factors);
  }
}

function rescaleWeights(
  builder: GraphBuilder,
  node: Node,
  order: readonly number[],
  factors: readonly number[],
) {
  const name = node.input[1] ?? "";
  const weights = builder.constants.get(name);
  if (node.opType !== "Conv" || !(weights?.data instanceof Float32Array)) {
    throw new BrimError(
      "MODEL",
      `${node.opType} ${node.name} reads the picture, where a convolution is expected`,
    );
  }
  const { shape, data } = weights;
  const [outputs = 0, channels = 0] = shape;
  const area = data.length / (outputs * channels);
  const scaled = new Float32Array(data.length);
  for (let out = 0; out < outputs; out++) {
    for (let channel = 0; channel < channels; channel++) {
      const from = (out * channels + channel) * area;
      const to = (out * channels + (order[channel] ?? channel)) * area;
      const factor = factors[channel] ?? 1;
      for (let i = 0; i < area; i++) scaled[to + i] = (data[from + i] ?? 0) * factor;
    }
  }
  builder.constants.set(name, { shape, data: scaled });
}
