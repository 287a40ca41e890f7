import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { noFigures } from "../../src/bench/figures.ts";
import { command, durationOf, partsOf, readBaseline } from "../../src/cli/bench.ts";

const folder = mkdtempSync(join(tmpdir(), "brim-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("brim bench", () => {
  test("takes a time for soaking in seconds or minutes", () => {
    expect(durationOf("90s")).toBe(90_000);
    expect(durationOf("30m")).toBe(1_800_000);
    for (const wrong of ["", "30", "0m", "-1s", "1h", "m"]) {
      expect(() => durationOf(wrong)).toThrow("expected a time such as 30m or 90s");
    }
  });

  test("reads the line that it wrote, and says of another file that it is none", () => {
    const file = join(folder, "baseline.json");
    writeFileSync(file, JSON.stringify(noFigures()));
    expect(readBaseline(file)).toEqual(noFigures());
    writeFileSync(file, "{}");
    expect(() => readBaseline(file)).toThrow("no line of brim bench --json");
    expect(() => readBaseline(join(folder, "none.json"))).toThrow(/^--baseline .*none\.json: /);
  });

  test("takes parts of a run alone, and names them where one is not known", () => {
    expect(partsOf("guard,cpu")).toEqual(["guard", "cpu"]);
    expect(() => partsOf("guards")).toThrow(
      "--only guards: expected pipeline, precision, match, hat, cpu, guard",
    );
  });

  test("says at once what it was not asked", async () => {
    const context = { env: {}, signal: new AbortController().signal, out: () => {}, err: () => {} };
    await expect(command.run(["what"], context)).rejects.toThrow('bench: what is "what"?');
    await expect(command.run(["--sok", "1m"], context)).rejects.toThrow("did you mean --soak?");
    await expect(command.run(["--baseline", join(folder, "none.json")], context)).rejects.toThrow(
      "--baseline",
    );
  });
});
