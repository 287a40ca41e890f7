/**
 * The part of ONNX's file format that Brim reads and writes: the messages of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), field numbers as there. 64-bit integers are bigints:
 * graphs hold −1 and 2⁶³ − 1.
 */

export interface Model {
  irVersion: bigint;
  producerName: string;
  producerVersion: string;
  docString: string;
  graph: Graph | undefined;
  opsetImport: OperatorSet[];
}

export interface OperatorSet {
  domain: string;
  version: bigint;
}

export interface Graph {
  /** In an order in which every tensor is made before it is used. */
  node: Node[];
  name: string;
  initializer: TensorMessage[];
  input: ValueInfo[];
  output: ValueInfo[];
  valueInfo: ValueInfo[];
}

export interface Node {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  domain: string;
  attribute: Attribute[];
}

export interface Attribute {
  name: string;
  f: number;
  i: bigint;
  s: Uint8Array;
  t: TensorMessage | undefined;
  g: Graph | undefined;
  floats: number[];
  ints: bigint[];
  strings: Uint8Array[];
  /** One of `attributeTypes`. */
  type: number;
}

/** A tensor as it lies in the file; see tensor.ts for its numbers. */
export interface TensorMessage {
  dims: bigint[];
  /** One of `dataTypes`. */
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: bigint[];
  name: string;
  rawData: Uint8Array;
  /** 1: the data lies in another file, which Brim does not read. */
  dataLocation: number;
}

export interface ValueInfo {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: Dimension[] } | undefined } | undefined } | undefined;
}

/** A fixed size, or the name of one that is only known when the model runs. */
export interface Dimension {
  value: bigint;
  param: string;
}

export const attributeTypes = {
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  GRAPH: 5,
  FLOATS: 6,
  INTS: 7,
} as const;

export const dataTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

export type Scalar = "int32" | "int64" | "float" | "string" | "bytes";

export interface Field {
  number: number;
  name: string;
  /** A scalar, or the name of a message in `schema`. */
  type: Scalar | MessageName;
  repeated: boolean;
}

export type MessageName =
  | "Model"
  | "OperatorSet"
  | "Graph"
  | "Node"
  | "Attribute"
  | "Tensor"
  | "ValueInfo"
  | "Type"
  | "TensorType"
  | "Shape"
  | "Dimension";

const one = (number: number, name: string, type: Field["type"]): Field => ({
  number,
  name,
  type,
  repeated: false,
});
const many = (number: number, name: string, type: Field["type"]): Field => ({
  number,
  name,
  type,
  repeated: true,
});

/** The fields of each message, in the order of their numbers. */
export const schema: Record<MessageName, readonly Field[]> = {
  Model: [
    one(1, "irVersion", "int64"),
    one(2, "producerName", "string"),
    one(3, "producerVersion", "string"),
    one(6, "docString", "string"),
    one(7, "graph", "Graph"),
    many(8, "opsetImport", "OperatorSet"),
  ],
  OperatorSet: [one(1, "domain", "string"), one(2, "version", "int64")],
  Graph: [
    many(1, "node", "Node"),
    one(2, "name", "string"),
    many(5, "initializer", "Tensor"),
    many(11, "input", "ValueInfo"),
    many(12, "output", "ValueInfo"),
    many(13, "valueInfo", "ValueInfo"),
  ],
  Node: [
    many(1, "input", "string"),
    many(2, "output", "string"),
    one(3, "name", "string"),
    one(4, "opType", "string"),
    many(5, "attribute", "Attribute"),
    one(7, "domain", "string"),
  ],
  Attribute: [
    one(1, "name", "string"),
    one(2, "f", "float"),
    one(3, "i", "int64"),
    one(4, "s", "bytes"),
    one(5, "t", "Tensor"),
    one(6, "g", "Graph"),
    many(7, "floats", "float"),
    many(8, "ints", "int64"),
    many(9, "strings", "bytes"),
    one(20, "type", "int32"),
  ],
  Tensor: [
    many(1, "dims", "int64"),
    one(2, "dataType", "int32"),
    many(4, "floatData", "float"),
    many(5, "int32Data", "int32"),
    many(7, "int64Data", "int64"),
    one(8, "name", "string"),
    one(9, "rawData", "bytes"),
    one(14, "dataLocation", "int32"),
  ],
  ValueInfo: [one(1, "name", "string"), one(2, "type", "Type")],
  Type: [one(1, "tensorType", "TensorType")],
  TensorType: [one(1, "elemType", "int32"), one(2, "shape", "Shape")],
  Shape: [many(1, "dim", "Dimension")],
  Dimension: [one(1, "value", "int64"), one(2, "param", "string")],
};
