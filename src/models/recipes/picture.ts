import type { GraphBuilder } from "../onnx/graph.ts";
import { dataTypes } from "../onnx/messages.ts";

/**
 * From a picture as decoders give it, uint8 [1,height,width,C], to floats [1,C,height,width], less a number for each
 * channel.
 */
export function centredPlanes(
  builder: GraphBuilder,
  image: string,
  [height, width]: readonly [number, number],
  means: readonly number[],
): string {
  const channels = means.length;
  const floats = builder.node("Cast", [image], `${image}/floats`, { to: dataTypes.float32 });
  // A row at a time: onnxruntime is ten times slower at subtracting as few numbers as a pixel has.
  const rowMeans = Array.from({ length: width * channels }, (_, i) => means[i % channels] ?? 0);
  const shapes = {
    rows: builder.integers(`${image}/rows/shape`, [1, height, width * channels]),
    pixels: builder.integers(`${image}/shape`, [1, height, width, channels]),
  };
  const rows = builder.node("Reshape", [floats, shapes.rows], `${image}/rows`);
  const centred = builder.node("Sub", [rows, builder.floats(`${image}/mean`, rowMeans)], `${image}/centred`);
  const pixels = builder.node("Reshape", [centred, shapes.pixels], `${image}/pixels`);
  return builder.node("Transpose", [pixels], "pixels", { perm: [0, 3, 1, 2] });
}

/** From a picture of any size, uint8 [1,height,width,C], to floats [1,C,height,width] of the same values. */
export function planes(builder: GraphBuilder, image: string): string {
  // Turned round while it is still bytes: a quarter of the memory to move.
  const turned = builder.node("Transpose", [image], `${image}/planes`, { perm: [0, 3, 1, 2] });
  return builder.node("Cast", [turned], `${image}/floats`, { to: dataTypes.float32 });
}

/**
 * Samples a picture [1,C,H,W] at the places to which `theta` [1,2,3] sends the pixel centres of a square of `side`
 * pixels: [1,C,side,side], black outside the picture. Coordinates go from −1 at the outer edge of the first pixel to 1
 * at the outer edge of the last.
 */
export function warp(builder: GraphBuilder, picture: string, theta: string, side: number): string {
  const centre = (i: number) => (2 * (i + 0.5)) / side - 1;
  const centres = Array.from({ length: side ** 2 }, (_, i) => [
    centre(i % side),
    centre(Math.floor(i / side)),
    1,
  ]);
  const grid = builder.floats("grid/centres", centres.flat(), [side ** 2, 3]);
  const columns = builder.node("Transpose", [theta], "theta/columns", { perm: [0, 2, 1] });
  const places = builder.node("MatMul", [grid, columns], "grid/places");
  const shape = builder.integers("grid/shape", [1, side, side, 2]);
  const field = builder.node("Reshape", [places, shape], "grid");
  return builder.node("GridSample", [picture, field], "warped", {
    align_corners: 0,
    mode: "bilinear",
    padding_mode: "zeros",
  });
}
