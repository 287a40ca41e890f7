import { BrimError } from "../../base/errors.ts";
import {
  type Attribute,
  attributeTypes,
  type dataTypes,
  type Graph,
  type Model,
  type Node,
  dataTypes as typeNumbers,
  type ValueInfo,
} from "./messages.ts";
import { fromMessage, type Tensor, toMessage } from "./tensor.ts";

export type AttributeValue = number | string | Tensor | readonly number[];

/** Attributes of a node; a number that must be a float, though it is whole, is given by `float`. */
export type Attributes = Record<string, AttributeValue | { float: number }>;

/** Marks an attribute as a float, for whole numbers are taken for integers. */
export function float(value: number): { float: number } {
  return { float: value };
}

/** Size of a tensor along each axis; a string names a size that is known only when the model runs. */
export type Shape = readonly (number | string)[];

/** Builds and changes ONNX graphs. Nodes are kept in the order in which they are added. */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly constants = new Map<string, Tensor>();
  /** Names of all tensors. */
  readonly names = new Set<string>();

  /** A builder that holds a copy of the nodes, constants, inputs and outputs of a model. */
  static from(model: Model): GraphBuilder {
    const graph = graphOf(model);
    const builder = new GraphBuilder();
    const names = [...graph.input, ...graph.initializer].map(({ name }) => name);
    for (const name of [...names, ...graph.node.flatMap(({ output }) => output)]) builder.names.add(name);
    for (const message of graph.initializer) builder.constants.set(message.name, fromMessage(message));
    for (const node of graph.node) {
      builder.nodes.push({ ...node, input: [...node.input], output: [...node.output] });
    }
    // Old exporters list constants among the inputs.
    builder.inputs.push(...graph.input.filter(({ name }) => !builder.constants.has(name)));
    builder.outputs.push(...graph.output);
    return builder;
  }

  /** Declares an input and returns its name. */
  input(name: string, type: keyof typeof dataTypes, shape: Shape): string {
    this.inputs.push(valueInfo(name, type, shape));
    return this.take(name);
  }

  /** Declares the tensor `name` as an output. */
  output(name: string, type: keyof typeof dataTypes, shape: Shape): void {
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** Adds a constant and returns its name, which is `hint` where that is free. */
  constant(hint: string, tensor: Tensor): string {
    const name = this.take(hint);
    this.constants.set(name, tensor);
    return name;
  }

  floats(hint: string, values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.constant(hint, { shape, data: Float32Array.from(values) });
  }

  integers(hint: string, values: readonly number[]): string {
    return this.constant(hint, { shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  }

  /** Adds a node with one output and returns that output's name, which is `hint` where that is free. */
  node(opType: string, inputs: readonly string[], hint: string, attributes: Attributes = {}): string {
    return this.nodeWithOutputs(opType, inputs, [hint], attributes)[0] ?? "";
  }

  /** Adds a node and returns the names of its outputs. */
  nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    hints: readonly string[],
    attributes: Attributes = {},
  ): string[] {
    return this.#add(
      opType,
      inputs,
      hints.map((hint) => this.take(hint)),
      attributes,
    );
  }

  /** Gives a tensor a second name, which was taken for it before. */
  alias(tensor: string, name: string): void {
    this.#add("Identity", [tensor], [name], {});
  }

  #add(opType: string, inputs: readonly string[], output: string[], attributes: Attributes): string[] {
    this.nodes.push({
      input: [...inputs],
      output,
      name: output[0] ?? "",
      opType,
      domain: "",
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return [...output];
  }

  /** A name that nothing in the graph has yet: `hint`, or `hint` with a number. */
  take(hint: string): string {
    let name = hint;
    for (let i = 2; this.names.has(name); i++) name = `${hint}_${i}`;
    this.names.add(name);
    return name;
  }

  /** The graph; nodes and constants that no output needs are left out. */
  graph(name: string): Graph {
    const used = new Set(this.outputs.map((end) => end.name));
    const needed: Node[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.output.some((output) => used.has(output))) continue;
      needed.push(node);
      for (const input of node.input) used.add(input);
    }
    return {
      node: needed.reverse(),
      name,
      initializer: [...this.constants]
        .filter(([constant]) => used.has(constant))
        .map(([constant, tensor]) => toMessage(constant, tensor)),
      input: this.inputs,
      output: this.outputs,
      valueInfo: [],
    };
  }

  /** The graph as a model. */
  build(name: string, opset: number, docString = ""): Model {
    return {
      // The versions of the file format that go with the versions of the operators.
      irVersion: opset < 15 ? 6n : 8n,
      producerName: "brim",
      producerVersion: "",
      docString,
      graph: this.graph(name),
      opsetImport: [{ domain: "", version: BigInt(opset) }],
    };
  }
}

/** The graph of a model. */
export function graphOf(model: Model): Graph {
  if (model.graph === undefined) throw new BrimError("MODEL", "the model holds no graph");
  return model.graph;
}

/** The version of ONNX's own operators that a model was written for. */
export function opsetOf(model: Model): number {
  return Number(model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 1n);
}

/** An attribute's list of integers, or `fallback` where the node has none. */
export function integersOf(node: Node, name: string, fallback: number[]): number[] {
  return node.attribute.find((candidate) => candidate.name === name)?.ints.map(Number) ?? fallback;
}

/** Sizes of an input or output; a string for one that is known only when the model runs. */
export function shapeOf(info: ValueInfo): (number | string)[] {
  return (info.type?.tensorType?.shape?.dim ?? []).map(({ value, param }) => param || Number(value));
}

/** Element type of an input or output, as onnxruntime names it. */
export function typeOf(info: ValueInfo): string {
  const number = info.type?.tensorType?.elemType;
  return Object.entries(typeNumbers).find(([, value]) => value === number)?.[0] ?? `type ${number}`;
}

function valueInfo(name: string, type: keyof typeof dataTypes, shape: Shape): ValueInfo {
  const dim = shape.map((size) =>
    typeof size === "string" ? { value: 0n, param: size } : { value: BigInt(size), param: "" },
  );
  return { name, type: { tensorType: { elemType: typeNumbers[type], shape: { dim } } } };
}

function attribute(name: string, value: Attributes[string]): Attribute {
  const empty = {
    ...{ name, f: 0, i: 0n, s: new Uint8Array(0), t: undefined, g: undefined },
    ...{ floats: [], ints: [], strings: [] },
  };
  if (typeof value === "number") return { ...empty, i: BigInt(value), type: attributeTypes.INT };
  if (typeof value === "string")
    return { ...empty, s: new TextEncoder().encode(value), type: attributeTypes.STRING };
  if ("float" in value) return { ...empty, f: value.float, type: attributeTypes.FLOAT };
  if ("data" in value) return { ...empty, t: toMessage("", value), type: attributeTypes.TENSOR };
  return { ...empty, ints: value.map(BigInt), type: attributeTypes.INTS };
}
