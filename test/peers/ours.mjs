import { RawPicture } from "../../dist/devices/camera/raw-picture.js";
import { modelPath } from "../../dist/models/registry.js";
import { Detector } from "../../dist/vision/detect.js";
import { readFrames, serve } from "./worker.mjs";

/** Brim: `node ours.mjs FRAMES THREADS MIN_SCORE [MODEL]`, from raw frame to objects. */
const [folder, threads, minScore, model = "nanodet"] = process.argv.slice(2);
const detector = await Detector.open(modelPath(model), Number(threads));

await serve(readFrames(folder), async ({ data, width, height }) => {
  const picture = new RawPicture({ data, width, height }, 0);
  return (await detector.detect(picture, Number(minScore))).map(({ label }) => label);
});
