import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "../../src/cli/segment.ts";
import { runCommand } from "./run.ts";

let folder = "";
let photo = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brim-segment-"));
  photo = join(folder, "photo.png");
  // A red card on grey.
  const card = await sharp({ create: { width: 120, height: 80, channels: 3, background: "#c03020" } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 400, height: 300, channels: 3, background: "#b0b4b0" } })
    .composite([{ input: card, left: 200, top: 120 }])
    .png()
    .toFile(photo);
});
afterAll(() => rm(folder, { recursive: true }));

const segment = (...args: string[]) => runCommand(command, args);

describe("brim segment", () => {
  it("cuts out what was clicked at, and writes a mask of the photo's size", async () => {
    const mask = join(folder, "mask.png");
    const { status, out } = await segment(photo, "--click", "260,160", "--mask", mask, "--json");
    expect(status).toBe(0);
    const result = JSON.parse(out[0] ?? "");
    expect(Object.keys(result)).toEqual(["score", "box", "area", "ms"]);
    expect(result.area / (120 * 80)).toBeCloseTo(1, 0);
    const { width, height, channels } = await sharp(await readFile(mask)).metadata();
    expect([width, height, channels]).toEqual([400, 300, 1]);
    const data = await sharp(await readFile(mask))
      .extractChannel(0)
      .raw()
      .toBuffer();
    expect(data.filter((byte) => byte === 255).length).toBe(result.area);
    expect(data.every((byte) => byte === 0 || byte === 255)).toBe(true);
  });

  it("finds the most striking thing when nothing is said", async () => {
    const { out } = await segment(photo, "--salient", "--json");
    const [x, y, width, height] = JSON.parse(out[0] ?? "").box;
    expect(x < 260 && x + width > 260 && y < 160 && y + height > 160).toBe(true);
  });

  it.each([
    [["--click", "400,10"], "400,10 is outside: the photo is 400 × 300 pixels"],
    [["--click=-1,10"], "-1,10 is outside"],
    [["--not", "10,300"], "10,300 is outside"],
    [["--box", "500,10,20,20"], "holds no pixel of it"],
    [["--box", "10,10,0,20"], "holds no pixel of it"],
    [["--mask", "/no/such/folder/m.png"], "the mask cannot be written"],
  ])("says in one line what is wrong with %s", async (args, words) => {
    const { status, out, err } = await segment(photo, ...args);
    expect([status, out.length, err.length]).toEqual([1, 0, 1]);
    expect(err[0]).toContain(words);
  });

  it.each([
    [["--click", "10"], "expected X,Y"],
    [["--click", "10,b"], "expected X,Y"],
    [["--box", "1,2,3"], "expected X,Y,W,H"],
    [["--salient", "--click", "1,1"], "--salient"],
    [["--clik", "1,1"], "did you mean --click"],
  ])("refuses %s before it begins", async (args, words) => {
    await expect(segment(photo, ...args)).rejects.toMatchObject({
      code: "INPUT",
      message: expect.stringContaining(words),
    });
  });

  it("says what is wrong with an empty photo and with one that is none", async () => {
    await writeFile(join(folder, "empty.jpg"), "");
    await writeFile(join(folder, "text.jpg"), "hello");
    expect((await segment(join(folder, "empty.jpg"))).err[0]).toContain("it is empty");
    expect((await segment(join(folder, "text.jpg"))).err[0]).toContain("not a photo");
    expect((await segment(join(folder, "none.jpg"))).err[0]).toContain("no such file");
  });

  it("does a batch in order, and the others where one fails", async () => {
    const jobs = join(folder, "jobs.jsonl");
    const lines = [
      { file: photo, clicks: [[260, 160]], mask: join(folder, "a.png") },
      { file: join(folder, "none.jpg"), clicks: [[1, 1]] },
      { file: photo, box: [190, 110, 140, 100] },
      { file: photo, klicks: [] },
    ];
    await writeFile(jobs, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"file"\n`);
    const { status, out, err } = await segment("--batch", jobs, "--json");
    expect(status).toBe(1);
    const results = out.map((line) => JSON.parse(line));
    expect(results.map(({ file, mask }) => [file, mask])).toEqual([
      [photo, join(folder, "a.png")],
      [photo, null],
    ]);
    expect(results.every(({ ms }) => typeof ms === "number")).toBe(true);
    expect(err).toEqual([
      expect.stringContaining("none.jpg"),
      expect.stringMatching(/jobs\.jsonl:4: .*klicks/),
      expect.stringMatching(/jobs\.jsonl:5: it is not JSON/),
    ]);
  });
});
