import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { serveModels } from "./models.mjs";
import { readFrames, serve } from "./worker.mjs";

/**
 * `@vladmandic/human` with its NanoDet, the same network as ours, on tfjs's WebAssembly (its other backend for Node
 * downloads TensorFlow from elsewhere): `node human.mjs FRAMES THREADS MIN_SCORE MODELS`.
 */
const [folder, threads, minScore, models] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs-core");
const wasm = require("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out/"));
wasm.setThreadsCount(Number(threads));
await tf.setBackend("wasm");
await tf.ready();
// Its package exports only the build for TensorFlow's own library, so this one is named by its path.
const { Human } = require("./node_modules/@vladmandic/human/dist/human.node-wasm.js");
const server = await serveModels(models);
const off = { enabled: false };
const human = new Human({
  backend: "wasm",
  modelBasePath: server.url,
  cacheSensitivity: 0,
  warmup: "none",
  debug: false,
  filter: off,
  ...{ face: off, body: off, hand: off, gesture: off, segmentation: off },
  object: {
    enabled: true,
    modelPath: "nanodet.json",
    minConfidence: Number(minScore),
    iouThreshold: 0.6,
    maxDetected: 100,
    skipFrames: 0,
    skipTime: 0,
  },
});
await human.load();
server.close();

await serve(readFrames(folder), async ({ data, width, height }) => {
  const tensor = tf.tensor4d(new Uint8Array(data), [1, height, width, 3], "int32");
  const { object, error } = await human.detect(tensor);
  tensor.dispose();
  if (error) throw new Error(error);
  return object.map(({ label }) => label);
});
