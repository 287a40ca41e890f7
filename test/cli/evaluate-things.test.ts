import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "../../src/cli/models.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { built, needingModels } from "../vision/built.ts";
import { runCommand } from "./run.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brim-things-"));
});
afterAll(() => rm(folder, { recursive: true }));

const evaluate = (...args: string[]) => runCommand(command, ["evaluate-things", ...args]);

describe("brim models evaluate-things", () => {
  it("says when the folder is not there, or holds no things", async () => {
    await expect(evaluate(join(folder, "none"))).rejects.toMatchObject({
      code: "INPUT",
      message: expect.stringContaining("there is no such folder"),
    });
    await expect(evaluate(folder)).rejects.toMatchObject({ message: expect.stringContaining("two folders") });
    await expect(evaluate()).rejects.toMatchObject({ message: expect.stringContaining("wants a folder") });
    await expect(evaluate(folder, "--learned", "no")).rejects.toMatchObject({ code: "INPUT" });
  });

  describe.skipIf(!built)(needingModels("on photos"), () => {
    it("knows a photo that it has learned, and says so in shares", async () => {
      for (const name of ["sample1", "sample2"]) {
        await mkdir(join(folder, name));
        for (const copy of ["a.jpg", "b.jpg"])
          await cp(join(samplePhotosFolder(), `${name}.jpg`), join(folder, name, copy));
        await writeFile(join(folder, name, "licence.txt"), "not a photo");
      }
      const { status, out } = await evaluate(folder, "--learned", "1", "--json");
      expect(status).toBe(0);
      expect(JSON.parse(out[0] ?? "")).toMatchObject({
        ...{ things: 2, unseen: 0, views: 2, right: 1, rightSure: 1, wrong: 0 },
      });
    });
  });
});
