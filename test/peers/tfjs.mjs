import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { decode } from "../../dist/vision/detect.js";
import { serveModels } from "./models.mjs";
import { readFrames, serve } from "./worker.mjs";

/**
 * The same network as somebody writes it with tfjs alone, after the pattern of `@tensorflow-models`: resize, normalise and
 * decode with its operators, on WebAssembly: `node tfjs.mjs FRAMES THREADS MIN_SCORE MODELS`.
 */
const [folder, threads, minScore, models] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out/"));
wasm.setThreadsCount(Number(threads));
await tf.setBackend("wasm");
await tf.ready();
const server = await serveModels(models);
const model = await tf.loadGraphModel(`${server.url}nanodet.json`);
server.close();

const side = 416;
const strides = [8, 16, 32];
const bins = tf.tensor2d(
  Array.from({ length: 11 }, (_, i) => i),
  [11, 1],
);
const mean = tf.tensor1d([103.53, 116.28, 123.675]);
const deviation = tf.tensor1d([57.375, 57.12, 58.395]);
const centres = tf.tensor2d(
  strides.flatMap((stride) => {
    const cells = side / stride;
    return Array.from({ length: cells * cells }, (_, i) => {
      const [x, y] = [((i % cells) + 0.5) * stride, (Math.floor(i / cells) + 0.5) * stride];
      return [x, y, x, y];
    });
  }),
);
const steps = tf.tensor2d(
  strides.flatMap((stride) => Array((side / stride) ** 2).fill([-stride, -stride, stride, stride])),
);

await serve(readFrames(folder), async (frame) => {
  const scale = side / Math.max(frame.width, frame.height);
  const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  const output = tf.tidy(() => {
    const pixels = tf.tensor3d(new Uint8Array(frame.data), [frame.height, frame.width, 3], "int32");
    const small = tf.image.resizeBilinear(pixels, [height, width]);
    const square = tf.pad(small, [
      [top, side - height - top],
      [left, side - width - left],
      [0, 0],
    ]);
    const input = square.reverse(2).sub(mean).div(deviation).transpose([2, 0, 1]).expandDims(0);
    const heads = model.execute(input, [
      ...["Identity:0", "Identity_1:0", "Identity_2:0"],
      ...["Identity_3:0", "Identity_4:0", "Identity_5:0"],
    ]);
    const scores = tf.concat(heads.slice(0, 3), 1).squeeze([0]);
    const logits = tf.concat(heads.slice(3), 1).reshape([-1, 11]);
    const distances = tf.softmax(logits).matMul(bins).reshape([-1, 4]);
    return { scores, best: scores.max(1), boxes: distances.mul(steps).add(centres) };
  });
  const [scores, best, boxes] = await Promise.all([
    output.scores.data(),
    output.best.data(),
    output.boxes.data(),
  ]);
  tf.dispose(output);
  const found = decode({ scores, best, boxes }, { left, top, width, height }, frame, Number(minScore));
  return found.map(({ label }) => label);
});
