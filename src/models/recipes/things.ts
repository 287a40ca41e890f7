import { z } from "zod";
import { BrimError, messageOf } from "../../base/errors.ts";
import { inline, rescaleChannels } from "../onnx/compose.ts";
import { GraphBuilder } from "../onnx/graph.ts";
import type { Model } from "../onnx/messages.ts";
import { convertGraph, opset } from "../tfjs/convert.ts";
import { floatsFromHalves } from "../tfjs/half.ts";
import { readGraphModel } from "../tfjs/read.ts";
import { bgr, deviation, mean } from "./nanodet.ts";
import { centredPlanes, planes, warp } from "./picture.ts";

/**
 * Turns a thing that was cut out into a unit vector; the dot product of two says how alike they are. What NanoDet-g's
 * backbone sees is averaged under the thing's mask at strides 4, 8, 16 and 32, and whitened (see models/things/whiten.py).
 *
 * inputs `image` uint8 [1,256,256,3], RGB, the thing with some of what is around it; `mask` uint8 [1,H,W,1] of any size,
 * inside from 128 on; and `theta` float32 [1,2,3], the affine map from the image to the mask, both in coordinates that
 * go from −1 at the outer edge of the first pixel to 1 at the outer edge of the last. Outside the mask is outside the
 * thing;
 * output `embedding` [1,256], of length 1.
 */

const side = 256;
/** What the backbone gives at each stride, as the converter names it. */
const stages = [
  { stride: 4, tensor: "PartitionedCall/onnx_tf_prefix_Concat_12" },
  { stride: 8, tensor: "PartitionedCall/onnx_tf_prefix_Concat_27" },
  { stride: 16, tensor: "PartitionedCall/onnx_tf_prefix_Concat_42" },
  { stride: 32, tensor: "PartitionedCall/onnx_tf_prefix_Concat_62" },
];
/** Between sure and unsure the mask goes from 0 to 1 as steeply as this. */
const steepness = 4;
/** Added to the area of the mask, so that an empty one divides by something. */
const least = 1e-3;

const tableSchema = z.strictObject({
  about: z.string(),
  blocks: z.array(
    z.strictObject({
      stride: z.number().int(),
      channels: z.number().int(),
      bias: z.array(z.number()),
      /** [length of bias, channels], float16, little-endian. */
      matrix: z.base64(),
    }),
  ),
});
type Block = z.output<typeof tableSchema>["blocks"][number];

/** Builds the FP32 model from the two files of NanoDet-g's tfjs model and the table of models/things/whiten.py. */
export function buildThingEmbed(json: Uint8Array, binary: Uint8Array, table: Uint8Array): Model {
  const network = convertGraph(readGraphModel(json, binary), "nanodet");
  const builder = new GraphBuilder();
  const image = builder.input("image", "uint8", [1, side, side, 3]);
  const mask = builder.input("mask", "uint8", [1, "height", "width", 1]);
  const theta = builder.input("theta", "float32", [1, 2, 3]);
  const means = bgr.map((channel) => mean[channel] ?? 0);
  const pixels = centredPlanes(builder, image, [side, side], means);
  inline(builder, network, { input_1: pixels });
  rescaleChannels(
    builder,
    pixels,
    bgr,
    deviation.map((value) => 1 / value),
  );
  const blocks = readTable(table);
  let weights = weightsOf(builder, mask, theta);
  const parts = stages.map(({ stride, tensor }, i) => {
    if (i > 0) weights = halved(builder, weights, `weights/${stride}`);
    const block = blocks.find((candidate) => candidate.stride === stride);
    if (block === undefined || !builder.names.has(tensor)) {
      throw new BrimError("MODEL", `thing-embed: nothing is known of stride ${stride}`);
    }
    const pooled = averaged(builder, tensor, weights, block);
    return whitened(builder, pooled, block);
  });
  const all = builder.node("Concat", parts, "parts", { axis: 1 });
  const unit = builder.node("LpNormalization", [all], "unit", { axis: 1, p: 2 });
  const dimensions = blocks.reduce((sum, { bias }) => sum + bias.length, 0);
  const flat = builder.node(
    "Reshape",
    [unit, builder.integers("embedding/shape", [1, dimensions])],
    "embedding",
  );
  builder.output(flat, "float32", [1, dimensions]);
  return builder.build("thing-embed", opset, "backbone of NanoDet-g, RangiLyu/nanodet, Apache-2.0");
}

/** The mask as the image sees it, [1,1,64,64]: how much of each square of stride 4 is the thing. */
function weightsOf(builder: GraphBuilder, mask: string, theta: string): string {
  const sampled = warp(builder, planes(builder, mask), theta, side / 4);
  const scaled = builder.node(
    "Mul",
    [sampled, builder.floats("steepness", [steepness / 255], [])],
    "steepened",
  );
  const shifted = builder.node(
    "Add",
    [scaled, builder.floats("threshold", [(1 - steepness) / 2], [])],
    "shifted",
  );
  const bounds = [builder.floats("none", [0], []), builder.floats("all", [1], [])];
  return builder.node("Clip", [shifted, ...bounds], "weights/4");
}

function halved(builder: GraphBuilder, weights: string, hint: string): string {
  return builder.node("AveragePool", [weights], hint, { kernel_shape: [2, 2], strides: [2, 2] });
}

/** The mean of features [1,C,h,w] under weights [1,1,h,w]: [1,C,1,1]. */
function averaged(builder: GraphBuilder, features: string, weights: string, block: Block): string {
  const { stride, channels } = block;
  const area = (side / stride) ** 2;
  const reshaped = (tensor: string, name: string, shape: number[]) =>
    builder.node(
      "Reshape",
      [tensor, builder.integers(`${name}/${stride}/shape`, shape)],
      `${name}/${stride}`,
    );
  const columns = reshaped(weights, "column", [area, 1]);
  const sum = builder.node(
    "MatMul",
    [reshaped(features, "rows", [channels, area]), columns],
    `sum/${stride}`,
  );
  const covered = builder.node("ReduceSum", [columns], `covered/${stride}`, { keepdims: 0 });
  const divisor = builder.node(
    "Add",
    [covered, builder.floats(`least/${stride}`, [least], [])],
    `divisor/${stride}`,
  );
  return reshaped(builder.node("Div", [sum, divisor], `mean/${stride}`), "pooled", [1, channels, 1, 1]);
}

/** A block of the vector, [1,D,1,1], of length 1. As a convolution, for the last ones are not quantised. */
function whitened(builder: GraphBuilder, pooled: string, { stride, channels, bias, matrix }: Block): string {
  const bytes = Buffer.from(matrix, "base64");
  const halves = floatsFromHalves(
    Uint16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readUInt16LE(2 * i)),
  );
  if (halves.length !== bias.length * channels) {
    throw new BrimError("MODEL", `thing-embed: the matrix of stride ${stride} has the wrong size`);
  }
  const weights = builder.constant(`white/${stride}/weights`, {
    shape: [bias.length, channels, 1, 1],
    data: halves,
  });
  const biases = builder.floats(`white/${stride}/bias`, bias);
  const white = builder.node("Conv", [pooled, weights, biases], `white/${stride}`);
  return builder.node("LpNormalization", [white], `part/${stride}`, { axis: 1, p: 2 });
}

function readTable(table: Uint8Array): Block[] {
  try {
    return tableSchema.parse(JSON.parse(Buffer.from(table).toString("utf8"))).blocks;
  } catch (error) {
    throw new BrimError("MODEL", `the table of thing-embed cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
