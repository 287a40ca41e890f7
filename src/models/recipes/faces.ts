import { inline, rescaleChannels } from "../onnx/compose.ts";
import { GraphBuilder, opsetOf } from "../onnx/graph.ts";
import type { Model } from "../onnx/messages.ts";
import { decodeModel } from "../onnx/wire.ts";
import { centredPlanes, planes, warp } from "./picture.ts";

/** The face networks of faceplugin-face-recognition-js, each with its preprocessing in the graph. */

const rgb = [0, 1, 2];
/** Detector and embedder are fed (x − 127) / 128. */
const middle = [127, 127, 127];
const halfRange = [1 / 128, 1 / 128, 1 / 128];

/**
 * Finds faces.
 *
 * input `image` uint8 [1,240,320,3], RGB, the picture stretched to that size;
 * outputs `scores` [1,4420,2] (the second is that of a face, 0–1) and `boxes` [1,4420,4] as x1, y1, x2, y2 in shares
 * of the picture's width and height.
 */
export function buildFaceDetect(onnx: Uint8Array): Model {
  const network = decodeModel(onnx);
  const builder = new GraphBuilder();
  const image = builder.input("image", "uint8", [1, 240, 320, 3]);
  const pixels = centredPlanes(builder, image, [240, 320], middle);
  inline(builder, network, { input: pixels });
  rescaleChannels(builder, pixels, rgb, halfRange);
  builder.output("scores", "float32", [1, 4420, 2]);
  builder.output("boxes", "float32", [1, 4420, 4]);
  return builder.build("face-detect", opsetOf(network));
}

/**
 * Finds 68 points of a face (iBUG's order).
 *
 * input `image` uint8 [1,64,64,1], the face's box in grey;
 * output `points` [1,136] as x, y, x, y … in shares of the box's width and height.
 */
export function buildFaceLandmark(onnx: Uint8Array): Model {
  const network = decodeModel(onnx);
  const builder = new GraphBuilder();
  const pixels = planes(builder, builder.input("image", "uint8", [1, 64, 64, 1]));
  const { output = "" } = inline(builder, network, { input: pixels });
  rescaleChannels(builder, pixels, [0], [1 / 256]);
  builder.output(builder.node("Identity", [output], "points"), "float32", [1, 136]);
  return builder.build("face-landmark", opsetOf(network));
}

const aligned = 112;

/**
 * Turns a face into a unit vector; the dot product of two says how alike they are.
 *
 * inputs `image` uint8 [1,H,W,3], RGB, a picture of any size with the face in it, and `theta` float32 [1,2,3], the
 * affine map from the aligned face to the picture, both in coordinates that go from −1 at the outer edge of the first
 * pixel to 1 at the outer edge of the last: a position p in pixels (0.5 is the centre of the first) is 2p/size − 1.
 * Outside the picture it is black. The sampling is bilinear, so shrink the picture first where the face is much larger
 * than 112 pixels;
 * output `embedding` [1,512], of length 1.
 */
export function buildFaceEmbed(onnx: Uint8Array): Model {
  const network = decodeModel(onnx);
  const builder = new GraphBuilder();
  const image = builder.input("image", "uint8", [1, "height", "width", 3]);
  const theta = builder.input("theta", "float32", [1, 2, 3]);
  const warped = warp(builder, planes(builder, image), theta, aligned);
  const pixels = builder.node("Sub", [warped, builder.floats("middle", middle, [1, 3, 1, 1])], "pixels");
  const { output = "" } = inline(builder, network, { input: pixels });
  rescaleChannels(builder, pixels, rgb, halfRange);
  const unit = builder.node("LpNormalization", [output], "embedding", { axis: 1, p: 2 });
  builder.output(unit, "float32", [1, 512]);
  // GridSample came with opset 16; what the network uses (Conv, PRelu, Add, Reshape) means the same in 18 as in its 9.
  return builder.build("face-embed", 18);
}
