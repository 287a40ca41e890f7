import { startingAt } from "../../dist/bench/float-graph.js";
import { GraphBuilder, integersOf, opsetOf } from "../../dist/models/onnx/graph.js";

const side = 416;
/** Numbers of each anchor: 80 scores, and 11 logits for each side of its box. */
const channels = 124;

/**
 * Our FP32 model from where the pixels are floats (RGB less the mean, `[1, 3, 416, 416]`) to its last convolutions, one a
 * stride: OpenCV 4.6 does not know how we split and decode them. What is left out costs onnxruntime time, too, which it
 * is not spared: the comparison favours OpenCV.
 */
export function headsOf(model) {
  const builder = GraphBuilder.from(startingAt(model, "pixels", [1, 3, side, side]));
  const splits = builder.nodes.filter(({ opType }) => opType === "Split");
  builder.outputs.length = 0;
  const convolutions = builder.nodes.filter(({ output }) =>
    splits.some(({ input }) => input[0] === output[0]),
  );
  let stride = 8;
  for (const node of convolutions) {
    if (integersOf(node, "kernel_shape", []).length !== 2) throw new Error("a head that is no convolution");
    builder.output(node.output[0], "float32", [1, channels, side / stride, side / stride]);
    stride *= 2;
  }
  if (convolutions.length !== 3) throw new Error(`expected three heads, found ${convolutions.length}`);
  return builder.build("nanodet-heads", opsetOf(model));
}
