import { BrimError } from "../base/errors.ts";
import { modelsFolder, readManifest } from "./manifest.ts";

/** Digits of a model's hash that tell it from its other versions. */
const digits = 8;

/**
 * What an embedding is marked with: the name of the model that made it and the beginning of its hash, such as
 * `face-embed-1a2b3c4d`. Embeddings with different marks are never compared.
 * @throws BrimError MODEL when the manifest has no such model
 */
export function modelId(name: string, folder = modelsFolder): string {
  const entry = readManifest(folder).entries.find((candidate) => candidate.name === name);
  if (entry === undefined || entry.kind === "photos") {
    throw new BrimError("MODEL", `there is no model ${name}`);
  }
  return `${name}-${entry.sha256.slice(0, digits)}`;
}
