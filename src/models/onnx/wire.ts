import protobuf from "protobufjs/minimal.js";
import { BrimError, messageOf } from "../../base/errors.ts";
import { type Field, type MessageName, type Model, type Scalar, schema } from "./messages.ts";

const { Reader, Writer } = protobuf;
type Reader = protobuf.Reader;
type Writer = protobuf.Writer;
type Message = Record<string, unknown>;

const wireTypes: Record<Scalar, number> = { int32: 0, int64: 0, float: 5, string: 2, bytes: 2 };
const defaults: Record<Scalar, () => unknown> = {
  int32: () => 0,
  int64: () => 0n,
  float: () => 0,
  string: () => "",
  bytes: () => new Uint8Array(0),
};

/**
 * Reads an ONNX file. Fields that are not in the schema are left out.
 * @throws BrimError MODEL when it is not one, or damaged
 */
export function decodeModel(bytes: Uint8Array): Model {
  let model: Model;
  try {
    model = decodeMessage("Model", Reader.create(bytes), bytes.length) as unknown as Model;
  } catch (error) {
    throw new BrimError("MODEL", `not an ONNX file, or a damaged one: ${messageOf(error)}`, { cause: error });
  }
  if (model.graph === undefined) throw new BrimError("MODEL", "not an ONNX file: it holds no graph");
  return model;
}

/** Writes an ONNX file; equal models give equal bytes. */
export function encodeModel(model: Model): Uint8Array {
  const writer = Writer.create();
  encodeMessage("Model", model as unknown as Message, writer);
  return writer.finish();
}

function isScalar(type: Field["type"]): type is Scalar {
  return type in wireTypes;
}

function decodeMessage(name: MessageName, reader: Reader, end: number): Message {
  const message: Message = {};
  for (const field of schema[name]) {
    if (field.repeated) message[field.name] = [];
    else message[field.name] = isScalar(field.type) ? defaults[field.type]() : undefined;
  }
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = schema[name].find(({ number }) => number === tag >>> 3);
    if (field === undefined) {
      reader.skipType(tag & 7);
      continue;
    }
    const values = decodeField(field, reader, tag & 7);
    if (field.repeated) (message[field.name] as unknown[]).push(...values);
    else message[field.name] = values.at(-1);
  }
  if (reader.pos !== end) throw new Error(`${name} runs past its end`);
  return message;
}

function decodeField(field: Field, reader: Reader, wireType: number): unknown[] {
  if (!isScalar(field.type)) {
    if (wireType !== 2) throw new Error(`${field.name} is not a message`);
    const length = reader.uint32();
    return [decodeMessage(field.type, reader, reader.pos + length)];
  }
  if (wireType === wireTypes[field.type]) return [decodeScalar(field.type, reader)];
  if (wireType !== 2 || !field.repeated) throw new Error(`${field.name} has wire type ${wireType}`);
  // Repeated numbers may be packed into one field.
  const values = [];
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) values.push(decodeScalar(field.type, reader));
  return values;
}

function decodeScalar(type: Scalar, reader: Reader): unknown {
  switch (type) {
    case "int64": {
      const { low, high } = protobuf.util.LongBits.from(reader.int64()).toLong(false);
      return (BigInt(high) << 32n) | BigInt(low >>> 0);
    }
    case "bytes":
      return new Uint8Array(reader.bytes());
    default:
      return reader[type]();
  }
}

function encodeMessage(name: MessageName, message: Message, writer: Writer): void {
  for (const field of schema[name]) {
    const value = message[field.name];
    if (field.repeated) for (const item of value as unknown[]) encodeField(field, item, writer);
    else if (!isDefault(value)) encodeField(field, value, writer);
  }
}

function isDefault(value: unknown): boolean {
  return (
    value === undefined ||
    value === "" ||
    value === 0n ||
    Object.is(value, 0) ||
    (value instanceof Uint8Array && value.length === 0)
  );
}

function encodeField(field: Field, value: unknown, writer: Writer): void {
  if (!isScalar(field.type)) {
    writer.uint32((field.number << 3) | 2).fork();
    encodeMessage(field.type, value as Message, writer);
    writer.ldelim();
    return;
  }
  writer.uint32((field.number << 3) | wireTypes[field.type]);
  switch (field.type) {
    case "int64": {
      const bits = BigInt.asUintN(64, value as bigint);
      const low = Number(bits & 0xffffffffn);
      writer.int64(new protobuf.util.LongBits(low, Number(bits >> 32n)).toLong(false));
      break;
    }
    case "string":
      writer.string(value as string);
      break;
    case "bytes":
      writer.bytes(value as Uint8Array);
      break;
    default:
      writer[field.type](value as number);
  }
}
