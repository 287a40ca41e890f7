import type { Model, TensorMessage } from "./messages.ts";

/**
 * The model with its constants among the initializers, where our tools look for them: PyTorch writes many of them as
 * nodes of type Constant.
 */
export function liftConstants(model: Model): Model {
  const { graph } = model;
  if (graph === undefined) return model;
  const lifted: TensorMessage[] = [];
  const node = graph.node.filter(({ opType, attribute, output }) => {
    const tensor = attribute.find(({ name }) => name === "value")?.t;
    if (opType !== "Constant" || tensor === undefined) return true;
    lifted.push({ ...tensor, name: output[0] ?? "" });
    return false;
  });
  return { ...model, graph: { ...graph, node, initializer: [...graph.initializer, ...lifted] } };
}
