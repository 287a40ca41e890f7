import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "../../src/cli/see.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { labels } from "../../src/vision/labels.ts";
import { built, needingModels } from "../vision/built.ts";
import { runCommand } from "./run.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brim-see-"));
});
afterAll(() => rm(folder, { recursive: true }));

const see = (...args: string[]) => runCommand(command, args);

describe("brim see", () => {
  it("says how it is used when no file is given", async () => {
    expect(await see("--json")).toMatchObject({
      status: 2,
      out: [],
      err: [expect.stringMatching(/^usage: brim see/)],
    });
  });

  it.each([
    ["--min-score", "2"],
    ["--min-score", "high"],
    ["--precision", "int4"],
    ["--jsn", ""],
  ])("refuses %s %s in one line", async (option, value) => {
    await expect(see(`${option}${value === "" ? "" : `=${value}`}`, "a.jpg")).rejects.toMatchObject({
      code: "INPUT",
      message: expect.stringContaining(option.slice(2)),
    });
  });
});

describe.skipIf(!built)(needingModels("brim see on photos"), () => {
  const sample = () => join(samplePhotosFolder(), "sample1.jpg");

  it("prints what the page of the design says, one line a file", async () => {
    const { status, out, err } = await see("--json", "--embeddings", sample(), sample());
    expect([status, out.length, err]).toEqual([0, 2, []]);
    const seen = JSON.parse(out[0] ?? "");
    expect(Object.keys(seen)).toEqual(["file", "width", "height", "objects", "faces", "ms"]);
    expect(seen).toMatchObject({ file: sample(), width: 1920, height: 1280 });
    expect(Object.keys(seen.ms)).toEqual(["decode", "detect", "faces"]);
    for (const { label, score, box } of seen.objects) {
      expect(labels).toContain(label);
      expect(score).toBeGreaterThanOrEqual(0.4);
      const [x, y, width, height] = box;
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(1920.01);
      expect(y + height).toBeLessThanOrEqual(1280.01);
    }
    const face = seen.faces[0];
    expect(Object.keys(face)).toEqual(["score", "box", "landmarks", "name", "similarity", "embedding"]);
    expect([face.name, face.similarity, face.landmarks.length, face.embedding.length]).toEqual([
      null,
      null,
      68,
      512,
    ]);
  });

  it("keeps embeddings to itself unless they are asked for", async () => {
    const { out } = await see("--json", sample());
    expect(out[0]).not.toContain("embedding");
  });

  it("finds more with a lower floor", async () => {
    const count = async (...args: string[]) => {
      const { out } = await see("--json", ...args, sample());
      return JSON.parse(out[0] ?? "").objects.length as number;
    };
    expect(await count("--min-score", "0.001")).toBe(100);
    expect(await count("--min-score", "0.9")).toBeLessThan(await count());
  });

  it("does the other files when some are bad, and says which were", async () => {
    const text = join(folder, "text.jpg");
    await writeFile(text, "hello");
    const missing = join(folder, "missing.jpg");
    const { status, out, err } = await see("--json", missing, sample(), folder, text);
    expect(status).toBe(1);
    expect(out.map((line) => JSON.parse(line).file)).toEqual([sample()]);
    expect(err).toEqual([
      expect.stringContaining(missing),
      expect.stringContaining(`${folder}: it is a folder`),
      expect.stringContaining(text),
    ]);
  });

  it("gives boxes of a turned photo in the photo as a person sees it", async () => {
    const turned = join(folder, "turned.jpg");
    await sharp(sample()).rotate(90).withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toFile(turned);
    const { out } = await see("--json", sample(), turned);
    const [upright, seen] = out.map((line) => JSON.parse(line));
    expect([seen.width, seen.height]).toEqual([1920, 1280]);
    const face = (photo: typeof seen) =>
      photo.faces.map((f: { box: number[] }) => Math.round((f.box[0] ?? 0) / 50));
    expect(face(seen).sort()).toEqual(face(upright).sort());
  });

  it("tells a person in words without --json", async () => {
    const { out } = await see(sample());
    expect(out[0]).toMatch(/sample1\.jpg: .*person × \d.*3 faces/);
  });
});
