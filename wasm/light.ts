/** The inner loop of src/vision/light.ts, in AssemblyScript. */

/**
 * Sums over a picture of RGB, `width` × `height`, whose rows are `stride` bytes apart.
 *
 * @param luma room for width × height numbers of 32 bits
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
  let reds: u32 = 0;
  let greens: u32 = 0;
  let blues: u32 = 0;
  let redSquares: u64 = 0;
  let greenSquares: u64 = 0;
  let blueSquares: u64 = 0;
  for (let y: usize = 0; y < height; y++) {
    let from = rgb + y * stride;
    let to = luma + 4 * y * width;
    for (let x: usize = 0; x < width; x++) {
      const red = <u32>load<u8>(from);
      const green = <u32>load<u8>(from, 1);
      const blue = <u32>load<u8>(from, 2);
      // Rec. 709.
      store<f32>(to, <f32>0.2126 * <f32>red + <f32>0.7152 * <f32>green + <f32>0.0722 * <f32>blue);
      reds += red;
      greens += green;
      blues += blue;
      redSquares += red * red;
      greenSquares += green * green;
      blueSquares += blue * blue;
      from += 3;
      to += 4;
    }
  }
  store<f64>(target, <f64>reds);
  store<f64>(target, <f64>greens, 8);
  store<f64>(target, <f64>blues, 16);
  store<f64>(target, <f64>redSquares, 24);
  store<f64>(target, <f64>greenSquares, 32);
  store<f64>(target, <f64>blueSquares, 40);
  laplacian(luma, width, height, target + 48);
}

/** The sum of the Laplacian over all numbers that have four neighbours, and that of its squares. */
function laplacian(luma: usize, width: usize, height: usize, target: usize): void {
  let sum: f64 = 0;
  let squares: f64 = 0;
  const row: usize = 4 * width;
  for (let y: usize = 1; y + 1 < height; y++) {
    let at = luma + y * row + 4;
    for (let x: usize = 1; x + 1 < width; x++) {
      const around = load<f32>(at - 4) + load<f32>(at + 4) + load<f32>(at - row) + load<f32>(at + row);
      const value = <f64>(around - 4 * load<f32>(at));
      sum += value;
      squares += value * value;
      at += 4;
    }
  }
  store<f64>(target, sum);
  store<f64>(target, squares, 8);
}
