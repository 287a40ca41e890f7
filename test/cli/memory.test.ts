import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { command as memoryCommand } from "../../src/cli/memory.ts";
import { command as remember } from "../../src/cli/remember.ts";
import { command as who } from "../../src/cli/who.ts";
import { Memory } from "../../src/memory/memory.ts";
import { direction, randomFrom, viewsOf } from "../memory/helpers.ts";
import { runCommand } from "./run.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-memory-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (command: Command, ...args: string[]) =>
  runCommand(command, args, { BRIM_STATE_DIR: join(folder, "state") });
const brim = (...args: string[]) => run(memoryCommand, ...args);

/** Ana, keys, and a new person with nothing but a face. */
function fill(): void {
  const random = randomFrom(1);
  const memory = Memory.open(join(folder, "state"));
  const views = () => viewsOf(direction(random), 2, random);
  memory.remember({ kind: "person", views: views(), name: "Ana" });
  memory.remember({ kind: "thing", views: views(), name: "keys", clip: Buffer.from("clip of keys") });
  memory.remember({ kind: "person", views: views() });
  memory.close();
}

const list = async () => (await brim("list", "--json")).out.map((line) => JSON.parse(line));
const names = async () => (await list()).map(({ name, kind, number }) => name ?? `${kind} ${number}`);

describe("brim memory", () => {
  it("lists who and what is remembered, in words and as JSON", async () => {
    expect(await brim("list")).toEqual({ status: 0, out: [], err: [] });
    fill();
    const [ana, keys] = await list();
    expect(Object.keys(ana)).toEqual(["id", "kind", "name", "number", "clip", "views", "created", "seen"]);
    expect(ana).toMatchObject({ kind: "person", name: "Ana", clip: false, views: 2, seen: null });
    expect(ana.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(keys).toMatchObject({ kind: "thing", clip: true });
    const { out } = await brim("list");
    expect(out).toEqual([
      expect.stringMatching(/^[0-9a-f]{16} {2}person {2}Ana, 2 views, learned /),
      expect.stringMatching(/thing {3}keys, 2 views, spoken name, learned /),
      expect.stringMatching(/person {2}new person 1, 2 views, /),
    ]);
  });

  it("renames, merges and forgets by name, by number or by id", async () => {
    fill();
    await brim("rename", "new person 1", "Ben");
    expect(await names()).toEqual(["Ana", "keys", "Ben"]);
    const [, keys] = await list();
    await brim("rename", keys.id, "door keys");
    const merged = await brim("merge", "ana", "Ben", "--json");
    expect(JSON.parse(merged.out[0] ?? "")).toMatchObject({ name: "Ana", views: 4 });
    await brim("forget", "Door Keys");
    expect(await names()).toEqual(["Ana"]);
    await brim("forget", "--all");
    expect(await names()).toEqual([]);
  });

  it.each([
    [["forget"], /whom or what/],
    [["forget", "Ana", "Nobody"], /nobody and nothing is called Nobody/],
    [["forget", "--all", "Ana"], /what is "Ana"/],
    [["rename", "Ana"], /expected ENTRY NAME/],
    [["rename", "Ana", " "], /a name cannot be empty/],
    [["rename", "Ana", "x".repeat(81)], /80 characters/],
    [["merge", "Ana", "keys"], /a person and a thing cannot be one/],
    [["merge", "Ana", "Ana"], /one already/],
    [["lsit"], /did you mean list/],
    [["export", "out"], /--passphrase-file is needed/],
    [["import", "nothing-here", "--passphrase-file", "p"], /nothing-here: there is no such file/],
  ])("refuses %j in one line, and changes nothing", async (args, message) => {
    fill();
    const before = await list();
    await expect(brim(...args)).rejects.toMatchObject({
      code: "INPUT",
      message: expect.stringMatching(message),
    });
    expect(await list()).toEqual(before);
  });

  it("leaves no byte of anything behind after forget --all", async () => {
    fill();
    const bytes = () =>
      readdirSync(join(folder, "state")).map((name) => readFileSync(join(folder, "state", name), "latin1"));
    expect(bytes().join()).toMatch(/clip of keys/);
    expect(await brim("forget", "--all")).toEqual({ status: 0, out: [], err: [] });
    expect(bytes().join()).not.toMatch(/Ana|clip of keys|keys/);
  });

  it("exports into one file for the owner alone, and brings it back to another hat", async () => {
    fill();
    const [file, phrase] = [join(folder, "keep.brim"), join(folder, "phrase")];
    writeFileSync(phrase, "correct horse battery staple\nmore that does not count\n");
    expect(await brim("export", file, "--passphrase-file", phrase)).toEqual({ status: 0, out: [], err: [] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = await list();
    await brim("forget", "--all");
    const { out } = await brim("import", file, "--passphrase-file", phrase);
    expect(out).toEqual(["3 added, 0 completed, 0 there already"]);
    expect(await list()).toEqual(before);
    const again = await brim("import", file, "--passphrase-file", phrase, "--json");
    expect(JSON.parse(again.out[0] ?? "")).toEqual({ added: 0, changed: 0, unchanged: 3 });
    // An earlier export is replaced; nothing else is.
    await brim("export", file, "--passphrase-file", phrase);
    await expect(brim("export", phrase, "--passphrase-file", phrase)).rejects.toThrow(/no exported memory/);
    await expect(brim("export", folder, "--passphrase-file", phrase)).rejects.toThrow(/it is not a file/);
    await expect(brim("export", join(folder, "no/x"), "--passphrase-file", phrase)).rejects.toThrow(
      /no such file or folder/,
    );
    expect(readFileSync(phrase, "utf8")).toMatch(/^correct/);
    expect(readdirSync(folder).sort()).toEqual(["keep.brim", "phrase", "state"]);
  });

  it("warns of a short passphrase, and takes none that is empty", async () => {
    fill();
    const phrase = join(folder, "phrase");
    writeFileSync(phrase, "short");
    const { err } = await brim("export", join(folder, "a"), "--passphrase-file", phrase);
    expect(err).toEqual([expect.stringMatching(/passphrase is short/)]);
    writeFileSync(phrase, "\n");
    await expect(brim("export", join(folder, "b"), "--passphrase-file", phrase)).rejects.toThrow(/empty/);
  });

  it("tells of a damaged memory in one line and goes on", async () => {
    fill();
    writeFileSync(join(folder, "state/memory.db"), "junk");
    const { status, err } = await brim("list");
    expect([status, err]).toEqual([
      0,
      [expect.stringMatching(/^brim: memory\.db was damaged and is kept as /)],
    ]);
  });
});

describe("brim remember and brim who", () => {
  it("say how they are used when something is missing", async () => {
    for (const args of [[], ["person"], ["person", "Ana"]]) {
      expect(await run(remember, ...args)).toMatchObject({
        status: 2,
        out: [],
        err: [expect.stringMatching(/^usage: brim remember/)],
      });
    }
    expect(await run(who)).toMatchObject({ status: 2, out: [] });
    await expect(run(remember, "animal", "Rex", "a.jpg")).rejects.toThrow(/expected person or thing/);
    await expect(run(remember, "person", " ", "a.jpg")).rejects.toThrow(/empty/);
  });
});
