import { BrimError } from "../../base/errors.ts";
import { GraphBuilder } from "../onnx/graph.ts";
import type { Model } from "../onnx/messages.ts";
import { Lowering, plainAxes, refuse } from "./lowering.ts";
import { operators } from "./operators.ts";
import type { TfGraph } from "./read.ts";

/** The operators' version that the models are written in. */
export const opset = 18;

/**
 * Converts a tfjs graph model to ONNX. Inputs and outputs keep their names, shapes and order of axes.
 * @throws BrimError MODEL for an operator, or a use of one, that it does not know, naming the node
 */
export function convertGraph(graph: TfGraph, name: string): Model {
  const builder = new GraphBuilder();
  const lowering = new Lowering(graph, builder);
  for (const output of graph.outputs) builder.take(output.name);
  for (const node of graph.nodes) {
    if (node.op === "Placeholder") {
      const shape = graph.inputs.find((input) => input.name === node.name)?.shape;
      if (shape === undefined) throw refuse(node, "the signature does not name it");
      const input = builder.input(node.name, "float32", shape);
      lowering.define(node.name, { kind: "stored", name: input, shape, axes: plainAxes(shape.length) });
    } else if (node.op === "Const") {
      const tensor = graph.weights.get(node.name);
      if (tensor === undefined) throw refuse(node, "the weights do not hold it");
      lowering.define(node.name, { kind: "constant", tensor });
    } else {
      const operator = Object.hasOwn(operators, node.op) ? operators[node.op] : undefined;
      if (operator === undefined) throw refuse(node, "this operator is not supported");
      const values = operator(node, lowering.inputs(node), lowering);
      for (const [i, value] of values.entries())
        lowering.define(i === 0 ? node.name : `${node.name}:${i}`, value);
    }
  }
  for (const output of graph.outputs) {
    const value = lowering.value(output.name);
    const shape = value.kind === "stored" ? value.shape : value.tensor.shape;
    if (shape.join() !== output.shape.join()) {
      throw new BrimError(
        "MODEL",
        `output ${output.name} is [${shape}], where [${output.shape}] is promised`,
      );
    }
    builder.alias(lowering.store(value, plainAxes(shape.length)), output.name);
    builder.output(output.name, "float32", shape);
  }
  return builder.build(name, opset);
}
