import { readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BrimError } from "../base/errors.ts";
import { quantise } from "./int8/quantise.ts";
import { readCalibration } from "./int8/ranges.ts";
import {
  type Manifest,
  type ModelEntry,
  modelsFolder,
  type PhotosEntry,
  readManifest,
  type SourceFile,
  writeManifest,
} from "./manifest.ts";
import { graphOf, shapeOf, typeOf } from "./onnx/graph.ts";
import type { Model, ValueInfo } from "./onnx/messages.ts";
import { encodeModel } from "./onnx/wire.ts";
import { recipes } from "./recipes/index.ts";
import { builtPath } from "./registry.ts";
import { type FetchOptions, fetchSource } from "./source.ts";
import { sha256Of, stateOf } from "./state.ts";
import { extract } from "./tar.ts";

export interface BuildOptions extends FetchOptions {
  /** Build what is there and right, too. */
  force: boolean;
  /** Write what comes out into the manifest, instead of comparing it. For those who change how models are built. */
  updateManifest: boolean;
  /** The folder models/. */
  folder?: string;
}

/**
 * Builds every model that is not there, or not right. The result is the same on every machine, bit by bit.
 * @returns how many were built
 * @throws BrimError INPUT when a source cannot be had; MODEL when something else comes out than the manifest promises
 */
export async function buildModels(options: BuildOptions): Promise<number> {
  const folder = options.folder ?? modelsFolder;
  const manifest = readManifest(folder);
  const all = options.force || options.updateManifest;
  const todo: (ModelEntry | PhotosEntry)[] = [];
  for (const entry of manifest.entries) {
    if (entry.kind !== "own") {
      if (all || stateOf(entry, folder) !== "ready") todo.push(entry);
    } else if (stateOf(entry, folder) !== "ready") {
      throw new BrimError(
        "MODEL",
        `${builtPath(entry, folder)} is ${stateOf(entry, folder)}: it comes with Brim and cannot be built: install Brim again`,
      );
    }
  }
  const tarballs: Tarballs = new Map();
  for (const entry of todo) {
    options.signal.throwIfAborted();
    const files = await filesOf(entry, manifest, tarballs, options);
    options.say(`building ${entry.name}`);
    if (entry.kind === "photos") {
      for (const [i, { path }] of entry.files.entries()) {
        await write(join(builtPath(entry, folder), basename(path)), files[i] ?? new Uint8Array(0));
      }
      continue;
    }
    const unquantised = cook(entry, [...files, ...tableOf(entry, folder, options.updateManifest)]);
    const model =
      entry.calibration === undefined
        ? unquantised
        : quantise(unquantised, readCalibration(join(folder, "calibration", entry.calibration)));
    const bytes = encodeModel(model);
    const sha256 = sha256Of(bytes);
    if (options.updateManifest) {
      const { input, output } = graphOf(model);
      Object.assign(entry, { bytes: bytes.length, sha256, inputs: infos(input), outputs: infos(output) });
    } else if (sha256 !== entry.sha256) {
      throw new BrimError(
        "MODEL",
        `model ${entry.name} came out with sha256 ${sha256}, where models/manifest.json promises ${entry.sha256}: ` +
          "if you changed how it is built, run `brim models build --update-manifest`",
      );
    }
    await write(builtPath(entry, folder), bytes);
  }
  if (options.updateManifest) writeManifest(manifest, folder);
  return todo.length;
}

/**
 * A model before it is quantised.
 * @throws BrimError as buildModels does
 */
export async function sourceModel(
  entry: ModelEntry,
  manifest: Manifest,
  options: FetchOptions,
): Promise<Model> {
  const files = await filesOf(entry, manifest, new Map(), options);
  return cook(entry, [...files, ...tableOf(entry, modelsFolder, false)]);
}

function cook(entry: ModelEntry, files: Uint8Array[]): Model {
  const recipe = Object.hasOwn(recipes, entry.recipe) ? recipes[entry.recipe] : undefined;
  if (recipe === undefined) {
    throw new BrimError("MODEL", `models/manifest.json: ${entry.name}: there is no recipe ${entry.recipe}`);
  }
  const [first = new Uint8Array(0), second = new Uint8Array(0), third = new Uint8Array(0)] = files;
  return recipe(first, second, third);
}

/**
 * The committed table of a model that has one.
 * @param update takes it as it is, and its hash into the entry
 */
function tableOf(entry: ModelEntry, folder: string, update: boolean): Uint8Array[] {
  if (entry.table === undefined) return [];
  const bytes = readFileSync(join(folder, "calibration", entry.table.path));
  if (update) entry.table.sha256 = sha256Of(bytes);
  return [checked(entry.table, bytes)];
}

/** What was read already, by the name of its source. */
type Tarballs = Map<string, Uint8Array>;

/** The files that an entry is made of, checked; each tarball is read once. */
async function filesOf(
  entry: ModelEntry | PhotosEntry,
  manifest: Manifest,
  tarballs: Tarballs,
  options: FetchOptions,
): Promise<Uint8Array[]> {
  const source = manifest.sources[entry.source];
  if (source === undefined) throw new BrimError("MODEL", `${entry.name} has no source`);
  const tarball = tarballs.get(entry.source) ?? (await fetchSource(source, options));
  tarballs.set(entry.source, tarball);
  const found = extract(
    tarball,
    entry.files.map(({ path }) => path),
  );
  return entry.files.map((file) => checked(file, found.get(file.path) ?? new Uint8Array(0)));
}

function checked({ path, sha256 }: SourceFile, bytes: Uint8Array): Uint8Array {
  if (sha256Of(bytes) === sha256) return bytes;
  throw new BrimError("MODEL", `${path} is not what models/manifest.json promises: its sha256 differs`);
}

/** Writes beside and renames, so that nobody finds half a file. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
}

/** What the manifest says of a graph's inputs or outputs. */
export function infos(values: readonly ValueInfo[]): ModelEntry["inputs"] {
  return values.map((value) => ({ name: value.name, type: typeOf(value), shape: shapeOf(value) }));
}
