import { graphOf } from "../onnx/graph.ts";
import type { Graph, Model, Node } from "../onnx/messages.ts";

/** What of a model becomes INT8. */
export interface QuantisationPlan {
  /** The nodes that will work on 8-bit numbers. */
  nodes: ReadonlySet<Node>;
  /** The tensors that will be 8-bit numbers, in the graph's order; each needs a range. */
  tensors: readonly string[];
}

/** Operators that onnxruntime has in 8 bits and that follow convolutions; they join where all their inputs have. */
const followers = new Set(["Add", "Concat", "LeakyRelu", "MaxPool", "Relu", "Resize"]);

/**
 * Plans which nodes to quantise: every convolution but the last ones, whose errors would be the model's own, and
 * whatever follows a convolution and stays between 8-bit numbers.
 * @param last outputs of the convolutions to leave as they are; by default those whose results nothing convolves again
 */
export function planQuantisation(model: Model, last?: ReadonlySet<string>): QuantisationPlan {
  const graph = graphOf(model);
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const lastOnes = last ?? lastConvolutions(graph);
  const nodes = new Set<Node>();
  const tensors = new Set<string>();
  for (const node of graph.node) {
    const inputs = activations(node, constants);
    const convolves =
      node.opType === "Conv" && !lastOnes.has(node.output[0] ?? "") && constants.has(node.input[1] ?? "");
    const follows = followers.has(node.opType) && inputs.every((name) => tensors.has(name));
    if (!convolves && !(follows && inputs.length > 0)) continue;
    nodes.add(node);
    for (const name of [...inputs, ...node.output]) tensors.add(name);
  }
  for (const name of fusedWithRelu(graph, nodes)) tensors.delete(name);
  return { nodes, tensors: [...tensors] };
}

/** The inputs of a node that are neither constant nor left out; of a resize, only the picture. */
export function activations(node: Node, constants: ReadonlySet<string>): string[] {
  return node.input.filter((name) => name !== "" && !constants.has(name));
}

/** Convolutions from which an output is reached without another convolution. */
function lastConvolutions(graph: Graph): Set<string> {
  const last = new Set<string>();
  const reaching = new Set(graph.output.map(({ name }) => name));
  for (const node of graph.node.toReversed()) {
    if (!node.output.some((name) => reaching.has(name))) continue;
    if (node.opType === "Conv") last.add(node.output[0] ?? "");
    else for (const name of node.input) reaching.add(name);
  }
  return last;
}

/** Results of convolutions that only a Relu reads: clipping at 0 is free when the numbers become 8-bit after it. */
function fusedWithRelu(graph: Graph, nodes: ReadonlySet<Node>): string[] {
  const readers = (name: string) => graph.node.filter(({ input }) => input.includes(name));
  return [...nodes]
    .filter(({ opType }) => opType === "Conv")
    .map(({ output }) => output[0] ?? "")
    .filter((name) => {
      const [reader, ...others] = readers(name);
      return reader?.opType === "Relu" && others.length === 0;
    });
}
