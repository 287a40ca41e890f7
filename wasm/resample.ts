/**
 * The inner loops of src/devices/camera/resampler.ts, in AssemblyScript (TypeScript's syntax, compiled to WebAssembly with
 * 128-bit vectors, so that they are as quick on a Pi as its processor allows, and the same everywhere).
 *
 * Planes of numbers lie in memory row by row, `stride` bytes apart. Bytes become 16-bit numbers of four times their value, so
 * that nothing is lost by rounding twice. Loops go on to the end of a vector: they read and write up to 15 numbers (or 45 bytes of
 * RGB) past the end of a row, for which there must be room; what is written there has no meaning.
 */

/** Four times a byte, for each of them. */
export function widen(
  source: usize,
  sourceStride: usize,
  width: usize,
  height: usize,
  target: usize,
  targetStride: usize,
): void {
  for (let y: usize = 0; y < height; y++) {
    const from = source + y * sourceStride;
    const to = target + y * targetStride;
    for (let x: usize = 0; x < width; x += 8) {
      v128.store(to + 2 * x, i16x8.shl(v128.load8x8_u(from + x), 2));
    }
  }
}

/** Four times the mean of two by two bytes: their sum. `width` and `height` are the target's. */
export function halveBytes(
  source: usize,
  sourceStride: usize,
  width: usize,
  height: usize,
  target: usize,
  targetStride: usize,
): void {
  for (let y: usize = 0; y < height; y++) {
    const above = source + 2 * y * sourceStride;
    const below = above + sourceStride;
    const to = target + y * targetStride;
    for (let x: usize = 0; x < width; x += 8) {
      const sums = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(above + 2 * x)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(below + 2 * x)),
      );
      v128.store(to + 2 * x, sums);
    }
  }
}

/** The mean of two by two numbers. `width` and `height` are the target's, which may begin where the source does. */
export function halve(
  source: usize,
  sourceStride: usize,
  width: usize,
  height: usize,
  target: usize,
  targetStride: usize,
): void {
  for (let y: usize = 0; y < height; y++) {
    const above = source + 2 * y * sourceStride;
    const below = above + sourceStride;
    const to = target + y * targetStride;
    for (let x: usize = 0; x < width; x += 8) {
      const left = i16x8.add(v128.load(above + 4 * x), v128.load(below + 4 * x));
      const right = i16x8.add(v128.load(above + 4 * x, 16), v128.load(below + 4 * x, 16));
      v128.store(to + 2 * x, i16x8.narrow_i32x4_s(quarters(left), quarters(right)));
    }
  }
}

/** Sums of two neighbours each, divided by four. */
function quarters(numbers: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.extadd_pairwise_i16x8_s(numbers), i32x4.splat(2)), 2);
}

/**
 * Filters columns: number x of row y becomes the sum of `taps` numbers of column x, from row `firsts[y]` on, each times its
 * weight in 1/16384. `height` is the target's.
 *
 * @param firsts i32 for each row of the target
 * @param weights i16, `taps` for each row
 * @param taps even
 */
export function filterColumns(
  source: usize,
  sourceStride: usize,
  width: usize,
  height: usize,
  target: usize,
  targetStride: usize,
  firsts: usize,
  weights: usize,
  taps: usize,
): void {
  const half = i32x4.splat(1 << 13);
  for (let y: usize = 0; y < height; y++) {
    const from = source + <usize>load<i32>(firsts + 4 * y) * sourceStride;
    const own = weights + 2 * taps * y;
    const to = target + y * targetStride;
    for (let x: usize = 0; x < width; x += 8) {
      let left = half;
      let right = half;
      let at = from + 2 * x;
      // Two rows at a time: the processor multiplies and adds numbers that stand side by side.
      for (let tap: usize = 0; tap < taps; tap += 2) {
        const upper = v128.load(at);
        const lower = v128.load(at + sourceStride);
        const pair = v128.load32_splat(own + 2 * tap);
        const low = v128.shuffle<i16>(upper, lower, 0, 8, 1, 9, 2, 10, 3, 11);
        const high = v128.shuffle<i16>(upper, lower, 4, 12, 5, 13, 6, 14, 7, 15);
        left = i32x4.add(left, i32x4.dot_i16x8_s(low, pair));
        right = i32x4.add(right, i32x4.dot_i16x8_s(high, pair));
        at += 2 * sourceStride;
      }
      v128.store(to + 2 * x, i16x8.narrow_i32x4_s(i32x4.shr_s(left, 14), i32x4.shr_s(right, 14)));
    }
  }
}

/**
 * Filters rows, as `filterColumns` does columns. `width` is the target's.
 *
 * @param firsts for each column of the target, and up to the next multiple of four
 * @param weights likewise
 * @param taps a multiple of eight
 */
export function filterRows(
  source: usize,
  sourceStride: usize,
  width: usize,
  height: usize,
  target: usize,
  targetStride: usize,
  firsts: usize,
  weights: usize,
  taps: usize,
): void {
  const half = i32x4.splat(1 << 13);
  for (let y: usize = 0; y < height; y++) {
    const from = source + y * sourceStride;
    const to = target + y * targetStride;
    for (let x: usize = 0; x < width; x += 4) {
      const first = firsts + 4 * x;
      const own = weights + 2 * taps * x;
      const a = dots(from + 2 * <usize>load<i32>(first), own, taps);
      const b = dots(from + 2 * <usize>load<i32>(first, 4), own + 2 * taps, taps);
      const c = dots(from + 2 * <usize>load<i32>(first, 8), own + 4 * taps, taps);
      const d = dots(from + 2 * <usize>load<i32>(first, 12), own + 6 * taps, taps);
      const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
      const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
      const sums = i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
      const numbers = i32x4.shr_s(i32x4.add(sums, half), 14);
      v128.store64_lane(to + 2 * x, i16x8.narrow_i32x4_s(numbers, numbers), 0);
    }
  }
}

/** Four sums of products, which together are the sum of all. */
function dots(numbers: usize, weights: usize, taps: usize): v128 {
  let sums = i32x4.splat(0);
  for (let tap: usize = 0; tap < taps; tap += 8) {
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(v128.load(numbers + 2 * tap), v128.load(weights + 2 * tap)));
  }
  return sums;
}

/**
 * From Y, Cb and Cr of all 256 levels, times four, to bytes of R, G and B side by side, without padding: ITU-T T.871 (JPEG),
 * section 7. All three planes have the same stride.
 */
export function toRgb(
  y: usize,
  cb: usize,
  cr: usize,
  stride: usize,
  width: usize,
  height: usize,
  target: usize,
): void {
  for (let row: usize = 0; row < height; row++) {
    let to = target + row * width * 3;
    for (let x: usize = 0; x < width; x += 16) {
      const at = row * stride + 2 * x;
      const r = bytes(red(y + at, cr + at), red(y + at + 16, cr + at + 16));
      const g = bytes(green(y + at, cb + at, cr + at), green(y + at + 16, cb + at + 16, cr + at + 16));
      const b = bytes(blue(y + at, cb + at), blue(y + at + 16, cb + at + 16));
      // The third of each three comes in with the second shuffle; what stands there before has no meaning.
      const first = v128.shuffle<u8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
      const second = v128.shuffle<u8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
      const third = v128.shuffle<u8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
      v128.store(to, v128.shuffle<u8>(first, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
      v128.store(
        to,
        v128.shuffle<u8>(second, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15),
        16,
      );
      v128.store(
        to,
        v128.shuffle<u8>(third, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31),
        32,
      );
      to += 48;
    }
  }
}

/** Times four, still. Shares are in 1/32768. */
function red(y: usize, cr: usize): v128 {
  const colour = centred(cr);
  return i16x8.add(i16x8.add(v128.load(y), colour), times(colour, 13173)); // 1 + 0.402
}

function green(y: usize, cb: usize, cr: usize): v128 {
  const blueness = times(centred(cb), -11277); // -0.344136
  const redness = times(centred(cr), -23401); // -0.714136
  return i16x8.add(v128.load(y), i16x8.add(blueness, redness));
}

function blue(y: usize, cb: usize): v128 {
  const colour = centred(cb);
  return i16x8.add(i16x8.add(v128.load(y), colour), times(colour, 25297)); // 1 + 0.772
}

function centred(colour: usize): v128 {
  return i16x8.sub(v128.load(colour), i16x8.splat(4 * 128));
}

function times(numbers: v128, share: i16): v128 {
  return i16x8.q15mulr_sat_s(numbers, i16x8.splat(share));
}

/** From four times their value to bytes. */
function bytes(low: v128, high: v128): v128 {
  const half = i16x8.splat(2);
  return i8x16.narrow_i16x8_u(i16x8.shr_s(i16x8.add(low, half), 2), i16x8.shr_s(i16x8.add(high, half), 2));
}
