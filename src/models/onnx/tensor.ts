import { BrimError } from "../../base/errors.ts";
import { dataTypes, type TensorMessage } from "./messages.ts";

export type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

/** Numbers with a shape, row-major. */
export interface Tensor<T extends TensorData = TensorData> {
  shape: readonly number[];
  data: T;
}

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The message that holds a tensor under this name. */
export function toMessage(name: string, { shape, data }: Tensor): TensorMessage {
  if (data.length !== sizeOf(shape)) {
    throw new BrimError("MODEL", `tensor ${name}: ${data.length} numbers do not fill [${shape}]`);
  }
  return {
    dims: shape.map(BigInt),
    dataType: dataTypeOf(data),
    floatData: [],
    int32Data: [],
    int64Data: [],
    name,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    dataLocation: 0,
  };
}

/**
 * The numbers of a tensor message, wherever the writer put them.
 * @throws BrimError MODEL for a type that Brim does not use, or data that does not fill the shape
 */
export function fromMessage(message: TensorMessage): Tensor {
  const shape = message.dims.map(Number);
  const refuse = (why: string) => new BrimError("MODEL", `tensor ${message.name}: ${why}`);
  if (message.dataLocation !== 0) throw refuse("its data lies in another file");
  const data = message.rawData.length > 0 ? fromRaw(message) : fromFields(message);
  if (data === undefined) throw refuse(`element type ${message.dataType} is not supported`);
  if (data.length !== sizeOf(shape)) throw refuse(`${data.length} numbers do not fill [${shape}]`);
  return { shape, data };
}

function dataTypeOf(data: TensorData): number {
  if (data instanceof Float32Array) return dataTypes.float32;
  if (data instanceof Uint8Array) return dataTypes.uint8;
  if (data instanceof Int8Array) return dataTypes.int8;
  if (data instanceof Int32Array) return dataTypes.int32;
  return dataTypes.int64;
}

function fromRaw({ dataType, rawData }: TensorMessage): TensorData | undefined {
  // A copy, for the bytes may begin anywhere and typed arrays want their alignment.
  const { buffer } = new Uint8Array(rawData);
  const elements = (bytes: number) => Math.floor(rawData.length / bytes);
  switch (dataType) {
    case dataTypes.float32:
      return new Float32Array(buffer, 0, elements(4));
    case dataTypes.uint8:
    case dataTypes.bool:
      return new Uint8Array(buffer);
    case dataTypes.int8:
      return new Int8Array(buffer);
    case dataTypes.int32:
      return new Int32Array(buffer, 0, elements(4));
    case dataTypes.int64:
      return new BigInt64Array(buffer, 0, elements(8));
    default:
      return undefined;
  }
}

function fromFields({ dataType, floatData, int32Data, int64Data }: TensorMessage): TensorData | undefined {
  switch (dataType) {
    case dataTypes.float32:
      return new Float32Array(floatData);
    case dataTypes.uint8:
    case dataTypes.bool:
      return new Uint8Array(int32Data);
    case dataTypes.int8:
      return new Int8Array(int32Data);
    case dataTypes.int32:
      return new Int32Array(int32Data);
    case dataTypes.int64:
      return new BigInt64Array(int64Data);
    default:
      return undefined;
  }
}
