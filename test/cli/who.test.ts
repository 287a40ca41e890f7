import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { command as compare } from "../../src/cli/compare.ts";
import { command as remember } from "../../src/cli/remember.ts";
import { command as see } from "../../src/cli/see.ts";
import { command as who } from "../../src/cli/who.ts";
import { Memory } from "../../src/memory/memory.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { faceModel } from "../memory/helpers.ts";
import { built, needingModels } from "../vision/built.ts";
import { runCommand } from "./run.ts";

describe.skipIf(!built)(needingModels("people in photos"), () => {
  let folder = "";
  let people: string[] = [];
  let blank = "";

  /** Each face of a group photo as a photo of its own, and again as another camera would take it. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "brim-who-"));
    const sample = join(samplePhotosFolder(), "sample1.jpg");
    const { out } = await run(see, "--json", sample);
    const { faces, width, height } = JSON.parse(out[0] ?? "");
    people = await Promise.all(
      faces.map(async ({ box: [x, y, w, h] }: { box: number[] }, i: number) => {
        const left = Math.max(0, Math.round((x ?? 0) - (w ?? 0) * 0.6));
        const top = Math.max(0, Math.round((y ?? 0) - (h ?? 0) * 0.6));
        const region = {
          left,
          top,
          width: Math.min(width - left, Math.round((w ?? 0) * 2.2)),
          height: Math.min(height - top, Math.round((h ?? 0) * 2.2)),
        };
        const file = join(folder, `${i}.jpg`);
        await sharp(sample).extract(region).jpeg({ quality: 95 }).toFile(file);
        await sharp(file).modulate({ brightness: 0.7 }).rotate(6).jpeg({ quality: 80 }).toFile(again(file));
        return file;
      }),
    );
    blank = join(folder, "blank.png");
    await sharp({ create: { width: 300, height: 300, channels: 3, background: "grey" } })
      .png()
      .toFile(blank);
    writeFileSync(join(folder, "text.jpg"), "hello");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const again = (file: string) => file.replace(".jpg", "-again.jpg");

  const run = (command: Command, ...args: string[]) =>
    runCommand(command, args, { BRIM_STATE_DIR: join(folder, "state") });

  it("who are remembered are named in other photos, and nobody else is", async () => {
    const [ana = "", ben = "", ...others] = people;
    expect(others.length).toBeGreaterThan(0);
    expect(await run(remember, "person", "Ana", ana)).toEqual({ status: 0, out: [`${ana}: kept`], err: [] });
    expect((await run(remember, "person", "Ben", ben)).status).toBe(0);
    const { status, out, err } = await run(who, "--json", again(ana), again(ben), ...others, blank);
    expect([status, err]).toEqual([0, []]);
    const lines = out.map((line) => JSON.parse(line));
    for (const line of lines)
      expect(Object.keys(line)).toEqual(["file", "name", "sure", "similarity", "box"]);
    expect(lines.map(({ file, name, sure }) => [file, name, sure])).toEqual([
      [again(ana), "Ana", true],
      [again(ben), "Ben", true],
      ...others.map((file) => [file, null, false]),
      [blank, null, false],
    ]);
    expect(lines[0].similarity).toBeGreaterThan(0.6);
    expect(lines[0].box).toHaveLength(4);
    expect(lines.at(-1)).toEqual({ file: blank, name: null, sure: false, similarity: null, box: null });
    const seen = JSON.parse((await run(see, "--json", again(ana))).out[0] ?? "");
    expect(seen.faces[0]).toMatchObject({ name: "Ana", similarity: lines[0].similarity });
    expect((await run(see, again(ben))).out[0]).toMatch(/1 face, Ben$/);
    expect((await run(who, again(ana), blank)).out).toEqual([
      `${again(ana)}: Ana`,
      `${blank}: nothing to recognise`,
    ]);
  });

  it("who are photographed without a face, or beside somebody else's photos, are told of file by file", async () => {
    const [ana = "", , ben = ""] = people;
    const missing = join(folder, "missing.jpg");
    const { status, out, err } = await run(
      remember,
      "person",
      "Eva",
      ana,
      again(ana),
      ben,
      blank,
      missing,
      folder,
    );
    expect(status).toBe(0);
    expect(out).toEqual([`${ana}: kept`, `${again(ana)}: kept`]);
    expect(err).toEqual([
      expect.stringContaining(`${missing}: there is no such file`),
      expect.stringContaining(`${folder}: it is a folder`),
      `brim: ${ben}: not kept: it shows somebody or something other than the other photos of Eva`,
      `brim: ${blank}: not kept: no face was found`,
    ]);
    const nothing = await run(remember, "person", "Nobody", blank, "--json");
    expect([nothing.status, nothing.err]).toEqual([1, []]);
    expect(JSON.parse(nothing.out[0] ?? "")).toEqual({ file: blank, kept: false, why: "no face was found" });
    const memory = Memory.open(join(folder, "state"));
    expect(memory.named("person", "Nobody")).toBeUndefined();
    memory.close();
  });

  it("who were learned with another network are told, not compared", async () => {
    const memory = Memory.open(join(folder, "state"));
    const [old] = memory.list();
    const [view] = memory.viewsOf(old?.id ?? "");
    if (view === undefined) throw new Error("nobody is remembered");
    memory.forgetAll();
    memory.remember({ kind: "person", name: "Old friend", views: [{ ...view, model: faceModel }] });
    memory.close();
    const [ana = ""] = people;
    const { out, err } = await run(who, "--json", ana);
    expect(JSON.parse(out[0] ?? "").name).toBeNull();
    expect(err).toEqual([
      expect.stringMatching(/1 person was learned with another network.*remember them anew/),
    ]);
    await run(remember, "person", "old friend", ana);
    const again = await run(who, "--json", ana);
    expect([JSON.parse(again.out[0] ?? "").name, again.err]).toEqual(["Old friend", []]);
  });

  it("are compared two by two", async () => {
    const [ana = "", ben = ""] = people;
    const same = await run(compare, ana, again(ana), "--json");
    const other = await run(compare, ana, ben, "--json");
    expect(JSON.parse(same.out[0] ?? "")).toEqual({ similarity: expect.any(Number), same: true });
    expect(JSON.parse(other.out[0] ?? "").same).toBe(false);
    expect((await run(compare, ana, ben)).out[0]).toMatch(/^different people \(similarity -?0\.\d+\)$/);
    await expect(run(compare, ana, blank)).rejects.toThrow(/blank\.png: no face was found/);
    expect((await run(compare, ana)).status).toBe(2);
  });
});
