import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { guardSocket, loadConfig } from "../../src/base/config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(toml: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(folder, "brim.toml");
  writeFileSync(file, toml);
  return loadConfig(file, env);
}

describe("the configuration", () => {
  test("has a default for everything", () => {
    const { config } = loadConfig(undefined, {});
    expect(config.button.gap_ms).toBe(350);
    expect(config.range).toMatchObject([{ driver: "simulated", name: "front" }]);
  });

  test("is read from the file, and the environment comes before it", () => {
    const { config } = load("[page]\nport = 9000\n[speech]\nwords_per_minute = 400\n", {
      BRIM_PAGE_PORT: "9001",
    });
    expect(config.page.port).toBe(9001);
    expect(config.speech.words_per_minute).toBe(400);
  });

  test("names the file, line and column of what is not TOML", () => {
    expect(() => load("[page]\nport = = 3\n")).toThrow(/brim\.toml:2:\d+: not valid TOML/);
  });

  test("names an unknown key and the nearest known one", () => {
    expect(() => load("[button]\ngap = 300\n")).toThrow(
      /unknown key button\.gap; did you mean button\.gap_ms\?/,
    );
    expect(() => load("[buton]\n")).toThrow(/unknown key buton; did you mean button\?/);
    expect(() => load('[[range]]\ndrivr = "x"\n')).toThrow(
      /unknown key range\.0\.drivr; did you mean range\.0\.driver\?/,
    );
  });

  test("names key, value and what was expected of a value that is wrong", () => {
    expect(() => load("[button]\ngap_ms = 100\n")).toThrow(/brim\.toml: button\.gap_ms = 100: .*250/);
    expect(() => load('[page]\nport = "x"\n')).toThrow(/page\.port = "x": .*number/);
  });

  test("says which variable was wrong, rather than the file", () => {
    expect(() => load("", { BRIM_PAGE_PORT: "none" })).toThrow(
      /the variable BRIM_PAGE_PORT: page\.port = "none"/,
    );
  });

  test("warns of a variable that is not known, and ignores it", () => {
    expect(load("", { BRIM_PAGE_PROT: "1" }).warnings).toEqual([
      "the variable BRIM_PAGE_PROT is not known and is ignored; did you mean BRIM_PAGE_PORT?",
    ]);
  });

  test("says what to do about a file that is missing or a folder", () => {
    expect(() => loadConfig(join(folder, "none.toml"), {})).toThrow(/none\.toml: there is no such file/);
    expect(() => loadConfig(folder, {})).toThrow(/it is a folder/);
  });

  test("never breaks over more than one line", () => {
    try {
      load("a = [1,\n\n}");
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain("\n");
    }
  });

  test("refuses a socket whose path is longer than Unix allows", () => {
    const { config } = load(`state_dir = "/${"x".repeat(120)}"\n`);
    expect(() => guardSocket(config, {})).toThrow(/too long for a Unix socket/);
  });
});
