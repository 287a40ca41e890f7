import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { command } from "../../src/cli/models.ts";
import { buildModels } from "../../src/models/build.ts";
import { type Manifest, modelsFolder, readManifest } from "../../src/models/manifest.ts";
import { modelPath, samplePhotosFolder } from "../../src/models/registry.ts";
import { cacheFolder } from "../../src/models/source.ts";
import { stateOf } from "../../src/models/state.ts";
import { whySkipped } from "./built.ts";

const skipped = whySkipped();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-models-"));
  cpSync(join(modelsFolder, "manifest.json"), join(folder, "manifest.json"));
  cpSync(join(modelsFolder, "calibration"), join(folder, "calibration"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes the copy of the manifest. */
function edit(change: (manifest: Manifest) => void): void {
  const manifest = readManifest(folder);
  change(manifest);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
}

function overwrite(text: string): void {
  writeFileSync(join(folder, "manifest.json"), text);
}

const keep = (manifest: Manifest, ...names: string[]) => {
  manifest.entries = manifest.entries.filter(({ name }) => names.includes(name));
};

const said: string[] = [];
const build = (changes: { updateManifest?: boolean; force?: boolean } = {}) =>
  buildModels({
    ...{ force: false, updateManifest: false, folder, ...changes },
    cache: cacheFolder(process.env),
    signal: new AbortController().signal,
    say: (line) => said.push(line),
  });

describe.skipIf(skipped)(`building${skipped ? ` (${skipped})` : ""}`, () => {
  test("gives the bytes that the manifest promises, once, and again only when they are damaged", async () => {
    edit((manifest) => keep(manifest, "nanodet", "face-landmark"));
    expect(await build()).toBe(2);
    expect(readManifest(folder).entries.map((entry) => stateOf(entry, folder))).toEqual(["ready", "ready"]);
    expect(await build()).toBe(0);
    writeFileSync(modelPath("face-landmark", folder), "damaged");
    expect(await build()).toBe(1);
    expect(await build()).toBe(0);
  });

  test("says so when something else comes out, and keeps nothing", async () => {
    edit((manifest) => {
      keep(manifest, "face-landmark");
      Object.assign(manifest.entries[0] ?? {}, { sha256: "0".repeat(64) });
    });
    await expect(build()).rejects.toThrow(/model face-landmark came out with sha256 .* --update-manifest/);
    expect(() => modelPath("face-landmark", folder)).toThrow("not built");
  });

  test("writes the hashes anew when it is told to", async () => {
    edit((manifest) => {
      keep(manifest, "face-landmark");
      Object.assign(manifest.entries[0] ?? {}, { sha256: "0".repeat(64), inputs: [], outputs: [], bytes: 0 });
    });
    await build({ updateManifest: true });
    const original = readManifest().entries.find(({ name }) => name === "face-landmark");
    expect(readManifest(folder).entries).toEqual([original]);
  });

  test("refuses a source file that is not the promised one", async () => {
    edit((manifest) => {
      keep(manifest, "face-landmark");
      const [entry] = manifest.entries;
      if (entry?.kind === "model") Object.assign(entry.files[0] ?? {}, { sha256: "1".repeat(64) });
    });
    await expect(build()).rejects.toThrow("model/fr_landmark.onnx is not what models/manifest.json promises");
  });

  test("brim models verify finds every model good", { timeout: 30_000 }, async () => {
    const lines: string[] = [];
    const context = {
      env: process.env,
      signal: new AbortController().signal,
      out: (line: string) => void lines.push(line),
      err: (line: string) => void lines.push(line),
    };
    expect(await command.run(["verify", "--json"], context)).toBe(0);
    expect(lines.map((line) => JSON.parse(line)).every(({ ok }) => ok)).toBe(true);
    lines.length = 0;
    expect(await command.run(["list"], context)).toBe(0);
    expect(lines[0]).toMatch(/^nanodet +Apache-2.0 +4.\d MB +ready +@vladmandic/);
    expect(existsSync(samplePhotosFolder())).toBe(true);
  });
});

describe("the registry", () => {
  test("says what to do when a model is not built, and which name was meant", () => {
    expect(() => modelPath("nanodet", folder)).toThrow("model nanodet is not built: run `brim models build`");
    expect(() => modelPath("nanodt", folder)).toThrow("there is no model nanodt; did you mean nanodet?");
  });

  test("names the place where a manifest is wrong", () => {
    edit((manifest) => void Object.assign(manifest.entries[1] ?? {}, { sha256: "short" }));
    expect(() => readManifest(folder)).toThrow("manifest.json: entries.1.sha256: expected a sha256");
    overwrite('{"sources": {}');
    expect(() => readManifest(folder)).toThrow("manifest.json cannot be read");
    rmSync(join(folder, "manifest.json"));
    expect(() => readManifest(folder)).toThrow("manifest.json cannot be read");
  });

  test("refuses an entry whose source is not listed", () => {
    const original = readFileSync(join(folder, "manifest.json"), "utf8");
    overwrite(original.replace('"source": "faceplugin"', '"source": "elsewhere"'));
    expect(() => readManifest(folder)).toThrow("comes from elsewhere, which is not among the sources");
  });
});
