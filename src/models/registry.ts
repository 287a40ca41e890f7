import { existsSync } from "node:fs";
import { join } from "node:path";
import { BrimError, nearest } from "../base/errors.ts";
import { type Entry, modelsFolder, readManifest } from "./manifest.ts";

/** Where a model's file lies, or the folder of a set of photos. */
export function builtPath(entry: Entry, folder = modelsFolder): string {
  if (entry.kind === "own") return join(folder, entry.path);
  return join(folder, "built", entry.kind === "model" ? `${entry.name}.onnx` : entry.name);
}

/**
 * Absolute path of a model.
 * @throws BrimError MODEL when there is no such model, or it is not built
 */
export function modelPath(name: string, folder = modelsFolder): string {
  return pathOf(["model", "own"], name, folder);
}

/**
 * The folder of photos (JPEG) through which the simulated camera walks.
 * @throws BrimError MODEL when they have not been fetched, as in a packed release
 */
export function samplePhotosFolder(folder = modelsFolder): string {
  return pathOf(["photos"], "photos", folder);
}

function pathOf(kinds: readonly Entry["kind"][], name: string, folder: string): string {
  const entries = readManifest(folder).entries.filter(({ kind }) => kinds.includes(kind));
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const near = nearest(
      name,
      entries.map((candidate) => candidate.name),
    );
    throw new BrimError("MODEL", `there is no model ${name}${near ? `; did you mean ${near}?` : ""}`);
  }
  const path = builtPath(entry, folder);
  if (!existsSync(path)) {
    const missing = {
      photos: "the sample photos are not here: run `brim models build`, or name a folder of photos",
      model: `model ${name} is not built: run \`brim models build\``,
      own: `${path} is missing, which comes with Brim: install Brim again`,
    };
    throw new BrimError("MODEL", missing[entry.kind]);
  }
  return path;
}
