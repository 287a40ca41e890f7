/**
 * Sketches of vectors: bits whose agreement tells how small the angle between two vectors is (Charikar 2002,
 * "Similarity estimation techniques from rounding algorithms"). The random planes are a Hadamard transform of the
 * vector with random signs (Ailon and Chazelle 2006), which costs n·log n.
 */

/** Bits of a sketch, where the vectors are that long. */
const mostBits = 512;

export class Sketcher {
  /** 32-bit words of a sketch. */
  readonly words: number;
  readonly #work: Float32Array;
  readonly #signs: Int8Array;

  /** @param dimensions of the vectors */
  constructor(dimensions: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(32, dimensions)));
    this.words = Math.min(mostBits, size) / 32;
    this.#work = new Float32Array(size);
    this.#signs = randomSigns(size);
  }

  /** Writes the sketch of `vector` into `into` from word `at` on. */
  sketch(vector: Float32Array, into: Int32Array, at: number): void {
    const work = this.#work;
    const signs = this.#signs;
    work.fill(0);
    for (let i = 0; i < vector.length; i++) work[i] = (vector[i] ?? 0) * (signs[i] ?? 1);
    hadamard(work);
    for (let word = 0; word < this.words; word++) {
      let bits = 0;
      for (let bit = 0; bit < 32; bit++) {
        if ((work[word * 32 + bit] ?? 0) > 0) bits |= 1 << bit;
      }
      into[at + word] = bits;
    }
  }
}

/**
 * Bits in which one sketch differs from each of `rows` sketches; writes them to `distances`.
 * @param words of a sketch
 */
export function sketchDistances(
  sketch: Int32Array,
  sketches: Int32Array,
  words: number,
  rows: number,
  distances: Uint16Array,
): void {
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let word = 0; word < words; word++) {
      // Bits that are set, counted in parallel: in pairs, nibbles, bytes.
      let v = (sketch[word] as number) ^ (sketches[at++] as number);
      v -= (v >>> 1) & 0x55555555;
      v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
      v = (v + (v >>> 4)) & 0x0f0f0f0f;
      sum += Math.imul(v, 0x01010101) >>> 24;
    }
    distances[row] = sum;
  }
}

/** The fast Walsh–Hadamard transform, in place. */
function hadamard(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += half * 2) {
      for (let i = start; i < start + half; i++) {
        const a = values[i] as number;
        const b = values[i + half] as number;
        values[i] = a + b;
        values[i + half] = a - b;
      }
    }
  }
}

/** The same signs each time (xorshift32). */
function randomSigns(size: number): Int8Array {
  let state = 0x2545f491;
  return Int8Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0x8000 ? 1 : -1;
  });
}
