import { existsSync } from "node:fs";
import { join } from "node:path";
import { BrimError, nearest } from "../base/errors.ts";
import { type Entry, modelsFolder, readManifest } from "./manifest.ts";

/** Where a model's built file lies, or the folder of a set of photos. */
export function builtPath(entry: Entry, folder = modelsFolder): string {
  return join(folder, "built", entry.kind === "model" ? `${entry.name}.onnx` : entry.name);
}

/**
 * Absolute path of a built model.
 * @throws BrimError MODEL when there is no such model, or it is not built
 */
export function modelPath(name: string, folder = modelsFolder): string {
  return pathOf("model", name, folder);
}

/**
 * The folder of photos (JPEG) through which the simulated camera walks.
 * @throws BrimError MODEL when they have not been fetched, as in a packed release
 */
export function samplePhotosFolder(folder = modelsFolder): string {
  return pathOf("photos", "photos", folder);
}

function pathOf(kind: Entry["kind"], name: string, folder: string): string {
  const entries = readManifest(folder).entries.filter((entry) => entry.kind === kind);
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
    throw new BrimError(
      "MODEL",
      kind === "photos"
        ? "the sample photos are not here: run `brim models build`, or name a folder of photos"
        : `model ${name} is not built: run \`brim models build\``,
    );
  }
  return path;
}
