import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Settings, tutorialStates, verbosities } from "../../src/base/settings.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-settings-"));
  file = join(folder, "settings.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The settings as a hat that starts finds them. */
function restarted(): Settings {
  const settings = new Settings(folder);
  expect(settings.load()).toBeNull();
  return settings;
}

describe("what the wearer has set by ear", () => {
  test("is as configured until something is changed", () => {
    expect(restarted().values).toEqual({});
    expect(readdirSync(folder)).toEqual([]);
  });

  test("holds at once and outlives a restart, for its owner alone", async () => {
    const settings = restarted();
    const written = settings.change({ volume: 0.4 });
    expect(settings.values).toEqual({ volume: 0.4 });
    await written;
    await settings.change({ words_per_minute: 300, verbosity: "quiet" });
    expect(restarted().values).toEqual({ volume: 0.4, words_per_minute: 300, verbosity: "quiet" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["settings.json"]);
  });

  test("any values, changed at any pace: the last of each is kept", async () => {
    const change = fc.record(
      {
        volume: fc.double({ min: 0.1, max: 1, noNaN: true }),
        words_per_minute: fc.integer({ min: 120, max: 600 }),
        verbosity: fc.constantFrom(...verbosities),
        tutorial: fc.constantFrom(...tutorialStates),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const settings = restarted();
        const before = settings.values;
        for (const one of changes) void settings.change(one);
        await settings.settled();
        expect(restarted().values).toEqual(Object.assign({}, before, ...changes));
      }),
      { numRuns: 25 },
    );
  });

  test("a folder that is missing is made, for its owner alone", async () => {
    const inner = join(folder, "state");
    const settings = new Settings(inner);
    expect(settings.load()).toBeNull();
    await settings.change({ tutorial: "heard" });
    expect(statSync(inner).mode & 0o777).toBe(0o700);
  });

  test("a damaged file is put aside with one line, and the hat starts as configured", async () => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      '{"volume": 7}',
      '{"verbosity": "loud"}',
      "\0\0",
      "x".repeat(100_000),
    ]) {
      writeFileSync(file, text);
      const settings = new Settings(folder);
      const line = settings.load();
      expect(line).toMatch(/settings\.json was damaged; .* kept as settings\.damaged-\d+\.json$/);
      expect(line).not.toContain("\n");
      expect(settings.values).toEqual({});
      const aside = readdirSync(folder).find((name) => name.startsWith("settings.damaged-")) ?? "";
      expect(readFileSync(join(folder, aside), "utf8")).toBe(text);
      rmSync(join(folder, aside));
      await settings.change({ volume: 1 });
      rmSync(file);
    }
  });

  test("a folder in its place is put aside, too", () => {
    mkdirSync(file);
    expect(new Settings(folder).load()).toMatch(/kept as settings\.damaged-/);
  });

  test("what a newer Brim has kept besides does no harm", () => {
    writeFileSync(file, '{"volume": 0.5, "scent": "lemon"}');
    expect(restarted().values).toEqual({ volume: 0.5 });
  });

  test("what was left half written by a lost battery is no matter", async () => {
    writeFileSync(`${file}.part`, '{"volu');
    chmodSync(`${file}.part`, 0o644);
    const settings = restarted();
    await settings.change({ volume: 0.5 });
    expect(readdirSync(folder)).toEqual(["settings.json"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("where nothing can be written, that is told in one line, it holds until switched off, and later it is written", async () => {
    const blocked = join(folder, "state");
    writeFileSync(blocked, "a file where the folder should be");
    const settings = new Settings(blocked);
    await expect(settings.change({ volume: 0.5 })).rejects.toMatchObject({
      code: "STORAGE",
      message: expect.stringMatching(/^cannot keep the settings in .*settings\.json: [^\n]+$/),
    });
    expect(settings.values).toEqual({ volume: 0.5 });
    rmSync(blocked);
    await settings.change({ verbosity: "chatty" });
    const again = new Settings(blocked);
    expect(again.load()).toBeNull();
    expect(again.values).toEqual({ volume: 0.5, verbosity: "chatty" });
  });
});
