import { createHash } from "node:crypto";
import { BrimError } from "../base/errors.ts";
import { modelsFolder, readManifest } from "./manifest.ts";

/**
 * The mark of the vectors that some models make together: `name@` and 12 hexadecimal digits that stand for their
 * weights. Vectors with different marks are never compared. The published weights count (and a table that goes with them), not the built files: to build
 * them anew or to quantise them otherwise must not make the hat forget everybody.
 *
 * @param name under which thresholds are known, see memory/thresholds.ts
 * @throws BrimError MODEL when there is no such model
 */
export function vectorMark(name: string, models: readonly string[] = [name], folder = modelsFolder): string {
  const { entries } = readManifest(folder);
  const hash = createHash("sha256");
  for (const model of models) {
    const entry = entries.find((candidate) => candidate.name === model);
    if (entry === undefined) throw new BrimError("MODEL", `there is no model ${model}`);
    if (entry.kind === "own") hash.update(entry.sha256);
    else for (const file of entry.files) hash.update(file.sha256);
    if (entry.kind === "model" && entry.table) hash.update(entry.table.sha256);
  }
  return `${name}@${hash.digest("hex").slice(0, 12)}`;
}
