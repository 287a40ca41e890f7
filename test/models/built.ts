import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, type Manifest, modelsFolder, readManifest } from "../../src/models/manifest.ts";
import { builtPath } from "../../src/models/registry.ts";
import { cacheFolder, tarballName } from "../../src/models/source.ts";
import { extract } from "../../src/models/tar.ts";
import { openSession, type Session } from "../../src/vision/session.ts";

export const manifest: Manifest = readManifest();
const cache = cacheFolder(process.env);

export function entryOf(name: string): Entry {
  const entry = manifest.entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`no ${name} in the manifest`);
  return entry;
}

/** Why tests of the real models are skipped; undefined when they can run. */
export function whySkipped(): string | undefined {
  const unbuilt = manifest.entries.find((entry) => !existsSync(builtPath(entry)));
  if (unbuilt) return `${unbuilt.name} is not built: run brim models build`;
  const missing = Object.values(manifest.sources).find(
    (source) => !existsSync(join(cache, tarballName(source))),
  );
  return missing && `${missing.package} is not in ${cache}: run brim models build --force`;
}

/** The source files of a model, from the cache. */
export function sourceFiles(name: string): Uint8Array[] {
  const entry = entryOf(name);
  if (entry.kind === "own") throw new Error(`${name} is our own and has no source`);
  const source = manifest.sources[entry.source];
  if (source === undefined) throw new Error(`no source for ${name}`);
  const paths = entry.files.map(({ path }) => path);
  const files = extract(readFileSync(join(cache, tarballName(source))), paths);
  return paths.map((path) => files.get(path) ?? new Uint8Array(0));
}

export function openBuilt(name: string): Promise<Session> {
  return openSession(join(modelsFolder, "built", `${name}.onnx`), { threads: 2 });
}

/** A picture of coloured waves, RGB bytes [height, width, 3]. */
export function waves(width: number, height: number, channels = 3): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y, c] = [Math.floor(i / channels) % width, Math.floor(i / channels / width), i % channels];
    return 128 + 80 * Math.sin(x / (7 + 5 * c)) + 40 * Math.cos(y / (9 - 2 * c));
  });
}
