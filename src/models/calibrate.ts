import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { BrimError, messageOf } from "../base/errors.ts";
import { openSession } from "../vision/session.ts";
import { sourceModel } from "./build.ts";
import { formatCalibration, type Probe, probedModel, rangesOf } from "./int8/ranges.ts";
import { modelsFolder, readManifest } from "./manifest.ts";
import { graphOf, shapeOf } from "./onnx/graph.ts";
import { encodeModel } from "./onnx/wire.ts";
import type { FetchOptions } from "./source.ts";

/**
 * Writes the calibration table of a quantised model anew, from the photos in a folder. For those who change models:
 * building needs only the table.
 * @throws BrimError INPUT when there is no such model, or no photo that can be read
 */
export async function calibrateModel(name: string, photos: string, options: FetchOptions): Promise<void> {
  const manifest = readManifest();
  const entry = manifest.entries.find((candidate) => candidate.name === name);
  if (entry?.kind !== "model" || entry.calibration === undefined) {
    throw new BrimError("INPUT", `there is no quantised model ${name}`);
  }
  const model = await sourceModel(entry, manifest, options);
  const [input] = graphOf(model).input;
  const [, height = 0, width = 0] = input ? shapeOf(input).map(Number) : [];
  const session = await openSession(encodeModel(probedModel(model)), { threads: 2 });
  const probes: Probe[] = [];
  for (const photo of await listOf(photos)) {
    options.signal.throwIfAborted();
    const data = await letterbox(join(photos, photo), width, height);
    const outputs = await session.run({ [input?.name ?? ""]: { data, shape: [1, height, width, 3] } });
    probes.push(Object.fromEntries(Object.entries(outputs).map(([key, end]) => [key, Number(end.data[0])])));
    if (probes.length % 16 === 0) options.say(`${probes.length} photos`);
  }
  await session.dispose();
  const about = `${name}: mean over ${probes.length} photos of the least and greatest value of each tensor`;
  const table = formatCalibration(about, rangesOf(model, probes));
  await writeFile(join(modelsFolder, "calibration", entry.calibration), table);
}

async function listOf(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new BrimError("INPUT", `${folder}: ${messageOf(error)}`, { cause: error });
  }
  const photos = names.filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).toSorted();
  if (photos.length === 0) throw new BrimError("INPUT", `${folder} holds no photos`);
  return photos;
}

/** The photo's RGB bytes, shrunk into the top left of a picture of this size, black elsewhere. */
async function letterbox(path: string, width: number, height: number): Promise<Uint8Array> {
  try {
    const fitted = { width, height, fit: "contain", position: "left top", background: "black" } as const;
    const bytes = await sharp(path)
      .autoOrient()
      .resize(fitted)
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer();
    return new Uint8Array(bytes);
  } catch (error) {
    throw new BrimError("INPUT", `${path}: ${messageOf(error)}`, { cause: error });
  }
}
