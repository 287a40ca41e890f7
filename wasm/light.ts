/**
 * The inner loops of src/vision/light.ts, in AssemblyScript, with 128-bit vectors. What is left of a row after its last vector
 * is done number by number.
 *
 * The luma (Rec. 709) is kept in 1/32 of a level: so fine, the sum of four neighbours still fits into 16 bits.
 */
const ofRed: i16 = 1742; // 0.2126 × 32 × 256
const ofGreen: i16 = 5859; // 0.7152
const ofBlue: i16 = 591; // 0.0722
const finer: f64 = 32;

/**
 * Sums over a picture of RGB, `width` × `height`, whose rows are `stride` bytes apart; at most 2^17.5 pixels.
 *
 * @param luma room for width × height numbers of 16 bits
 * @param target eight numbers of 64 bits: the sums of red, green and blue, those of their squares, the sum of the Laplacian of
 *   the luma and that of its squares
 */
export function sums(
  rgb: usize,
  stride: usize,
  width: usize,
  height: usize,
  luma: usize,
  target: usize,
): void {
  let reds = i32x4.splat(0);
  let greens = i32x4.splat(0);
  let blues = i32x4.splat(0);
  let redSquares = i32x4.splat(0);
  let greenSquares = i32x4.splat(0);
  let blueSquares = i32x4.splat(0);
  // What is left of the rows goes into the first of the four.
  for (let y: usize = 0; y < height; y++) {
    let from = rgb + y * stride;
    let to = luma + 2 * y * width;
    let x: usize = 0;
    for (; x + 16 <= width; x += 16) {
      const a = v128.load(from);
      const b = v128.load(from, 16);
      const c = v128.load(from, 32);
      // Of each three of the 48 bytes the first, the second, the third.
      let part = v128.shuffle<u8>(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
      const red = v128.shuffle<u8>(part, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
      part = v128.shuffle<u8>(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
      const green = v128.shuffle<u8>(part, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
      part = v128.shuffle<u8>(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
      const blue = v128.shuffle<u8>(part, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
      reds = i32x4.add(reds, total(red));
      greens = i32x4.add(greens, total(green));
      blues = i32x4.add(blues, total(blue));
      redSquares = i32x4.add(redSquares, totalOfSquares(red));
      greenSquares = i32x4.add(greenSquares, totalOfSquares(green));
      blueSquares = i32x4.add(blueSquares, totalOfSquares(blue));
      const low = lumaOf(
        i16x8.extend_low_i8x16_u(red),
        i16x8.extend_low_i8x16_u(green),
        i16x8.extend_low_i8x16_u(blue),
      );
      const high = lumaOf(
        i16x8.extend_high_i8x16_u(red),
        i16x8.extend_high_i8x16_u(green),
        i16x8.extend_high_i8x16_u(blue),
      );
      v128.store(to, low);
      v128.store(to, high, 16);
      from += 48;
      to += 32;
    }
    for (; x < width; x++) {
      const red = <i32>load<u8>(from);
      const green = <i32>load<u8>(from, 1);
      const blue = <i32>load<u8>(from, 2);
      reds = i32x4.add(reds, first(red));
      greens = i32x4.add(greens, first(green));
      blues = i32x4.add(blues, first(blue));
      redSquares = i32x4.add(redSquares, first(red * red));
      greenSquares = i32x4.add(greenSquares, first(green * green));
      blueSquares = i32x4.add(blueSquares, first(blue * blue));
      const light = lumaOf(i16x8.splat(<i16>red), i16x8.splat(<i16>green), i16x8.splat(<i16>blue));
      store<i16>(to, <i16>i16x8.extract_lane_s(light, 0));
      from += 3;
      to += 2;
    }
  }
  store<f64>(target, sumOf(reds));
  store<f64>(target, sumOf(greens), 8);
  store<f64>(target, sumOf(blues), 16);
  store<f64>(target, sumOf(redSquares), 24);
  store<f64>(target, sumOf(greenSquares), 32);
  store<f64>(target, sumOf(blueSquares), 40);
  laplacian(luma, width, height, target + 48);
}

/** The sum of the Laplacian over all numbers that have four neighbours, and that of its squares. */
function laplacian(luma: usize, width: usize, height: usize, target: usize): void {
  let sums = i32x4.splat(0);
  let squares = f64x2.splat(0);
  const row: usize = 2 * width;
  for (let y: usize = 1; y + 1 < height; y++) {
    let at = luma + y * row + 2;
    let x: usize = 1;
    for (; x + 9 <= width; x += 8) {
      const across = i16x8.add(v128.load(at - 2), v128.load(at + 2));
      const down = i16x8.add(v128.load(at - row), v128.load(at + row));
      const value = i16x8.sub(i16x8.add(across, down), i16x8.shl(v128.load(at), 2));
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(value));
      const pairs = i32x4.dot_i16x8_s(value, value);
      squares = f64x2.add(squares, f64x2.convert_low_i32x4_s(pairs));
      squares = f64x2.add(squares, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(pairs, pairs, 2, 3, 2, 3)));
      at += 16;
    }
    for (; x + 1 < width; x++) {
      const around = <i32>load<i16>(at - 2) + load<i16>(at + 2) + load<i16>(at - row) + load<i16>(at + row);
      const value = around - 4 * <i32>load<i16>(at);
      sums = i32x4.add(sums, first(value));
      const square = <f64>value * <f64>value;
      squares = f64x2.add(squares, f64x2.replace_lane(f64x2.splat(0), 0, square));
      at += 2;
    }
  }
  const sum =
    <f64>i32x4.extract_lane(sums, 0) +
    <f64>i32x4.extract_lane(sums, 1) +
    <f64>i32x4.extract_lane(sums, 2) +
    <f64>i32x4.extract_lane(sums, 3);
  store<f64>(target, sum / finer);
  const square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  store<f64>(target, square / (finer * finer), 8);
}

function total(bytes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
}

function totalOfSquares(bytes: v128): v128 {
  return i32x4.add(
    i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_low_i8x16_u(bytes, bytes)),
    i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_high_i8x16_u(bytes, bytes)),
  );
}

function lumaOf(red: v128, green: v128, blue: v128): v128 {
  return i16x8.add(share(red, ofRed), i16x8.add(share(green, ofGreen), share(blue, ofBlue)));
}

function share(bytes: v128, weight: i16): v128 {
  return i16x8.q15mulr_sat_s(i16x8.shl(bytes, 7), i16x8.splat(weight));
}

function first(value: i32): v128 {
  return i32x4.replace_lane(i32x4.splat(0), 0, value);
}

/** Of four numbers without a sign. */
function sumOf(numbers: v128): f64 {
  return (
    <f64>(<u32>i32x4.extract_lane(numbers, 0)) +
    <f64>(<u32>i32x4.extract_lane(numbers, 1)) +
    <f64>(<u32>i32x4.extract_lane(numbers, 2)) +
    <f64>(<u32>i32x4.extract_lane(numbers, 3))
  );
}
