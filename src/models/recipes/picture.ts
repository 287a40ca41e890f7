import type { GraphBuilder } from "../onnx/graph.ts";
import { dataTypes } from "../onnx/messages.ts";

/** From a picture as decoders give it, uint8 [1,H,W,C], to floats [1,C,H,W] of the same values. */
export function planes(builder: GraphBuilder, image: string): string {
  // Turned round while it is still bytes: a quarter of the memory to move.
  const turned = builder.node("Transpose", [image], `${image}/planes`, { perm: [0, 3, 1, 2] });
  return builder.node("Cast", [turned], `${image}/floats`, { to: dataTypes.float32 });
}

/** Subtracts one number from each channel of a picture [1,C,H,W]. */
export function subtract(builder: GraphBuilder, picture: string, means: readonly number[]): string {
  const mean = builder.floats("image/mean", means, [1, means.length, 1, 1]);
  return builder.node("Sub", [picture, mean], "pixels");
}
