import { openWasm, wasmMemory } from "../../base/wasm.ts";
import { type Filter, filterOf, type Kernel, roundUp } from "./filter.ts";

/** A part of a plane of bytes: where its first row begins, and how far it is from one row to the next. */
export interface PlanePart {
  offset: number;
  stride: number;
  width: number;
  height: number;
}

/** The functions of wasm/resample.ts. */
type Loop = (...numbers: number[]) => void;
interface Loops {
  widen: Loop;
  halveBytes: Loop;
  halve: Loop;
  filterColumns: Loop;
  filterRows: Loop;
  toRgb: Loop;
}

/** Numbers of 16 bits in memory. */
interface Numbers {
  at: number;
  stride: number;
  /** How many there are in a row and in a column, and over which length they lie. */
  columns: number;
  rows: number;
  width: number;
  height: number;
}

/** Eyes and networks are not so particular about the edges of colour. */
const kernelOf: readonly Kernel[] = ["lanczos3", "linear", "linear"];
/**
 * What is to become less than a third is halved first, by the mean of two by two: a fifth of the time, and of what is lost by it
 * no filter of the next step would keep much.
 */
const halvedFrom = 3;
/** Room for working: so many times a picture's bytes, and some more. What is never used takes no memory. */
const roomPerByte = 12;
const room = 32 * 2 ** 20;
/** Loops go so many bytes too far. */
const overrun = 128;
/** Frames are shrunk to the same few sizes again and again; what is cut out of them (a face) has a new size each time. */
const mostFilters = 64;

/**
 * Memory for pictures in planes, and the cutting, scaling and converting of what is in it, where it lies: a frame is copied no
 * more once a camera has filled its place. It works at once, a millisecond for a frame; there is nothing to wait for.
 */
export class Resampler {
  /** Places for pictures. */
  readonly places: readonly Buffer[];
  readonly #loops: Loops;
  readonly #bytes: Uint8Array;
  readonly #roomAt: number;
  #free = 0;
  readonly #filters = new Map<string, Filter>();

  /**
   * @param count how many pictures have a place
   * @param size bytes of each
   */
  constructor(count: number, size: number) {
    const each = roundUp(size, 16);
    const memory = wasmMemory(count * each + roomPerByte * size + room);
    this.#loops = openWasm<Loops>("resample", memory);
    this.#bytes = new Uint8Array(memory.buffer);
    this.places = Array.from({ length: count }, (_, n) => Buffer.from(memory.buffer, n * each, size));
    this.#roomAt = count * each;
  }

  /**
   * Makes a picture of `width` × `height` from parts of the three planes Y, Cb and Cr, of which each is stretched to that size.
   *
   * @param data one of the places, or bytes from elsewhere, which are copied
   * @returns RGB, `[height, width, 3]`, in memory that the next call uses again
   * @throws RangeError when it is larger than there is room for
   */
  rgb(data: Uint8Array, parts: readonly PlanePart[], width: number, height: number): Uint8Array {
    this.#free = this.#roomAt;
    const stride = 2 * roundUp(width, 16) + overrun;
    const planes = parts.map(() => this.#take(stride * height));
    const rgb = this.#take(3 * width * height);
    const begin = this.#free;
    for (const [n, part] of parts.entries()) {
      this.#free = begin;
      const kernel = kernelOf[n] ?? "linear";
      this.#stretch(this.#shrunk(data, part, width, height), kernel, width, height, planes[n] ?? 0, stride);
    }
    const [y = 0, cb = 0, cr = 0] = planes;
    this.#loops.toRgb(y, cb, cr, stride, width, height, rgb);
    return this.#bytes.subarray(rgb, rgb + 3 * width * height);
  }

  /** Numbers from a part of a plane: all of them, or fewer where so many are not wanted. */
  #shrunk(data: Uint8Array, part: PlanePart, width: number, height: number): Numbers {
    const { halve, halveBytes, widen } = this.#loops;
    const at = this.#placeOf(data, part);
    const wanted = ({ columns, rows }: Numbers) =>
      columns >= halvedFrom * width && rows >= halvedFrom * height;
    let numbers = {
      at: 0,
      stride: 0,
      columns: part.width,
      rows: part.height,
      width: part.width,
      height: part.height,
    };
    const bytesToo = wanted(numbers);
    if (bytesToo) numbers = halved(numbers);
    numbers.stride = 2 * roundUp(numbers.columns, 8) + overrun;
    numbers.at = this.#take(numbers.stride * (numbers.rows + 1));
    const loop = bytesToo ? halveBytes : widen;
    loop(at, part.stride, numbers.columns, numbers.rows, numbers.at, numbers.stride);
    while (wanted(numbers)) {
      const { stride } = numbers;
      numbers = halved(numbers);
      halve(numbers.at, stride, numbers.columns, numbers.rows, numbers.at, stride);
    }
    return numbers;
  }

  #stretch(from: Numbers, kernel: Kernel, width: number, height: number, to: number, stride: number): void {
    const { filterColumns, filterRows } = this.#loops;
    const down = this.#filter(kernel, { count: from.rows, length: from.height, target: height }, 2, 1);
    const across = this.#filter(kernel, { count: from.columns, length: from.width, target: width }, 8, 4);
    // Weights of nothing may reach behind the last row, or the last number of it.
    this.#take(down.taps * from.stride);
    const strideBetween = from.stride + 2 * across.taps;
    const between = this.#take(strideBetween * (height + 1));
    filterColumns(from.at, from.stride, from.columns, height, between, strideBetween, ...this.#put(down));
    filterRows(between, strideBetween, width, height, to, stride, ...this.#put(across));
  }

  #filter(
    kernel: Kernel,
    size: { count: number; length: number; target: number },
    multiple: number,
    targets: number,
  ): Filter {
    const key = `${kernel} ${size.count} ${size.length} ${size.target} ${multiple}`;
    const filter = this.#filters.get(key) ?? filterOf(kernel, size, multiple, targets);
    // The one that was used last stands last; the first was not used for longest.
    this.#filters.delete(key);
    this.#filters.set(key, filter);
    for (const oldest of this.#filters.keys()) {
      if (this.#filters.size <= mostFilters) break;
      this.#filters.delete(oldest);
    }
    return filter;
  }

  /** Puts weights where the loops find them. */
  #put({ firsts, weights, taps }: Filter): [firsts: number, weights: number, taps: number] {
    return [this.#copy(firsts), this.#copy(weights), taps];
  }

  /** Where a part of a picture lies in this memory; copied there from elsewhere. */
  #placeOf(data: Uint8Array, { offset, stride, height }: PlanePart): number {
    if (data.buffer === this.#bytes.buffer) return data.byteOffset + offset;
    return this.#copy(data.subarray(offset, offset + stride * height));
  }

  #copy({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const at = this.#take(byteLength);
    this.#bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    return at;
  }

  /** Room for so many bytes, until the next picture is made. */
  #take(bytes: number): number {
    const at = this.#free;
    this.#free = roundUp(at + bytes + overrun, 16);
    if (this.#free > this.#bytes.length) throw new RangeError("a picture is larger than there is room for");
    return at;
  }
}

function halved(numbers: Numbers): Numbers {
  const { columns, rows, width, height } = numbers;
  return {
    ...numbers,
    columns: Math.floor(columns / 2),
    rows: Math.floor(rows / 2),
    width: width / 2,
    height: height / 2,
  };
}
