import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../src/cli/read.ts";
import { built } from "../vision/built.ts";
import { runCommand } from "./run.ts";

describe.skipIf(!built)(built ? "brim read" : "brim read (skipped: build the models first)", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "brim-read-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("asks for a file", async () => {
    expect(await runCommand(command, [])).toEqual({
      status: 2,
      out: [],
      err: ["usage: brim read FILE… [--json]"],
    });
  });

  test("says of each bad file in one line what is wrong, and prints nothing for it", async () => {
    const text = join(folder, "text.jpg");
    await writeFile(text, "this is no photo");
    const missing = join(folder, "missing.jpg");
    const { status, out, err } = await runCommand(command, [text, folder, missing, "--json"]);
    expect({ status, out }).toEqual({ status: 1, out: [] });
    expect(err).toEqual([
      `brim: ${text}: it is not a photo that can be read: give a JPEG, PNG or WebP`,
      `brim: ${folder}: it is a folder: name the photos in it`,
      `brim: ${missing}: there is no such file: check the path`,
    ]);
  });

  test("names the nearest option to one that it does not know", async () => {
    await expect(runCommand(command, ["a.jpg", "--jsn"])).rejects.toThrow("did you mean --json?");
  });
});
