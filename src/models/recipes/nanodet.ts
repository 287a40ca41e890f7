import { inline, rescaleChannels } from "../onnx/compose.ts";
import { GraphBuilder } from "../onnx/graph.ts";
import type { Model } from "../onnx/messages.ts";
import { convertGraph, opset } from "../tfjs/convert.ts";
import { readGraphModel } from "../tfjs/read.ts";
import { centredPlanes } from "./picture.ts";

/**
 * NanoDet-g 416 (RangiLyu/nanodet): objects of COCO's 80 classes.
 *
 * input `image` uint8 [1,416,416,3], RGB;
 * outputs, one row an anchor, strides 8, 16 and 32 one after the other, each row by row:
 * `scores` [1,3549,80] (0–1), `best` [1,3549], the highest of them, and `boxes` [1,3549,4] as x1, y1, x2, y2 in pixels
 * of the input, not clipped to it.
 */

const side = 416;
const classes = 80;
/** A distance is the mean of 0 … 10 (times the stride) under a distribution of which the network gives the logits. */
const bins = 11;
const strides = [8, 16, 32];
const outputs = {
  scores: ["Identity", "Identity_1", "Identity_2"],
  distances: ["Identity_3", "Identity_4", "Identity_5"],
};

/** Of NanoDet's training, in the order B, G, R. */
export const mean = [103.53, 116.28, 123.675];
export const deviation = [57.375, 57.12, 58.395];
export const bgr = [2, 1, 0];

/** Builds the FP32 model from the tfjs model's two files. */
export function buildNanodet(json: Uint8Array, binary: Uint8Array): Model {
  const network = convertGraph(readGraphModel(json, binary), "nanodet");
  const builder = new GraphBuilder();
  const image = builder.input("image", "uint8", [1, side, side, 3]);
  const means = bgr.map((channel) => mean[channel] ?? 0);
  const pixels = centredPlanes(builder, image, [side, side], means);
  const named = inline(builder, network, { input_1: pixels });
  rescaleChannels(
    builder,
    pixels,
    bgr,
    deviation.map((value) => 1 / value),
  );
  const anchors = strides.reduce((sum, stride) => sum + (side / stride) ** 2, 0);
  const join = (names: string[], hint: string) =>
    builder.node(
      "Concat",
      names.map((name) => named[name] ?? name),
      hint,
      { axis: 1 },
    );
  const scores = join(outputs.scores, "scores");
  const best = builder.node("ReduceMax", [scores, builder.integers("best/axis", [2])], "best", {
    keepdims: 0,
  });
  const boxes = decodeBoxes(builder, join(outputs.distances, "logits"), anchors);
  builder.output(scores, "float32", [1, anchors, classes]);
  builder.output(best, "float32", [1, anchors]);
  builder.output(boxes, "float32", [1, anchors, 4]);
  return builder.build("nanodet", opset, "NanoDet-g 416, RangiLyu/nanodet, Apache-2.0");
}

/** From logits [1,N,44], left, top, right, bottom, to corners [1,N,4] in pixels. */
function decodeBoxes(builder: GraphBuilder, logits: string, anchors: number): string {
  const perSide = builder.node(
    "Reshape",
    [logits, builder.integers("sides/shape", [1, anchors, 4, bins])],
    "sides",
  );
  const shares = builder.node("Softmax", [perSide], "shares", { axis: 3 });
  const values = builder.floats(
    "bins",
    Array.from({ length: bins }, (_, i) => i),
    [bins, 1],
  );
  const means = builder.node("MatMul", [shares, values], "distances/column");
  const distances = builder.node(
    "Reshape",
    [means, builder.integers("distances/shape", [1, anchors, 4])],
    "distances",
  );
  const { centres, steps } = anchorGrid();
  const scaled = builder.node("Mul", [distances, builder.floats("steps", steps, [1, anchors, 4])], "offsets");
  return builder.node("Add", [scaled, builder.floats("centres", centres, [1, anchors, 4])], "boxes");
}

/** Each anchor's centre as x, y, x, y, and the signed strides that lead from it to the corners. */
function anchorGrid(): { centres: number[]; steps: number[] } {
  const centres: number[] = [];
  const steps: number[] = [];
  for (const stride of strides) {
    for (let row = 0; row < side / stride; row++) {
      for (let column = 0; column < side / stride; column++) {
        const [x, y] = [(column + 0.5) * stride, (row + 0.5) * stride];
        centres.push(x, y, x, y);
        steps.push(-stride, -stride, stride, stride);
      }
    }
  }
  return { centres, steps };
}
