import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { command as guard } from "../../src/cli/guard.ts";
import { command as start } from "../../src/cli/start.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-guard-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function replay(text: string, ...args: string[]) {
  const file = join(folder, "trace.jsonl");
  writeFileSync(file, text);
  return run(["--replay", file, "--json", ...args]);
}

async function run(args: string[], command = guard) {
  const out: string[] = [];
  const err: string[] = [];
  const context = {
    env: { BRIM_STATE_DIR: folder },
    signal: new AbortController().signal,
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
  };
  const status = await command.run(args, context);
  return { status, err, events: out.map((line) => JSON.parse(line)) };
}

const walls = Array.from({ length: 100 }, (_, i) => JSON.stringify({ t: i * 50, metres: 5 - i * 0.05 }));

describe("brim guard --replay", () => {
  test("prints each change of what is heard, with the figures that it rests on", async () => {
    const { status, events } = await replay(`${walls.join("\n")}\n`);
    expect(status).toBe(0);
    expect(events.map(({ level }) => level)).toEqual(["quiet", "caution", "caution", "warning", "danger"]);
    for (const event of events) {
      expect(Object.keys(event).sort()).toEqual(["beepsPerSecond", "level", "metres", "t", "ttc"]);
    }
    expect(events[1]).toMatchObject({ level: "caution", beepsPerSecond: 1 });
    expect(events[1].metres / events[1].ttc).toBeCloseTo(1, 1);
  });

  test("leaves out a line that it cannot use, says where and why, and replays the others", async () => {
    const bad = [
      "{",
      '{"t":900}',
      '{"t":900,"metres":"far"}',
      '{"t":900,"metres":1,"noEcho":true}',
      '{"t":10,"metres":4}',
    ];
    const lines = [...walls.slice(0, 19), ...bad, ...walls.slice(19)];
    const { status, err, events } = await replay(lines.join("\r\n"));
    expect(status).toBe(1);
    expect(err).toHaveLength(5);
    expect(err[0]).toMatch(/trace\.jsonl:20: not JSON; the line is left out$/);
    expect(err[2]).toMatch(/trace\.jsonl:22: metres: .*number/);
    expect(err[4]).toMatch(/trace\.jsonl:24: t 10 is before t 900/);
    expect(events.at(-1)).toMatchObject({ level: "danger" });
  });

  test("says in one line what is wrong with a trace that is missing, empty or a folder", async () => {
    await expect(run(["--replay", join(folder, "none")])).rejects.toThrow(/none: there is no such file$/);
    await expect(run(["--replay", folder])).rejects.toThrow(/is a folder/);
    await expect(replay("\n\n")).rejects.toThrow(/there are no readings in it/);
  });
});

describe("on a real hat", () => {
  test("a simulated sensor is refused, for it would warn of walls that are not there", async () => {
    await expect(run([])).rejects.toThrow(/range\.driver is "simulated": .* --simulate/);
    await expect(run([], start)).rejects.toThrow(/range\.driver is "simulated"/);
  });

  test("an unknown driver is answered with the ones that there are", async () => {
    const config = join(folder, "brim.toml");
    writeFileSync(config, '[[range]]\ndriver = "vl53"\n[buzzer]\ndriver = "gpio"\n');
    await expect(run(["--config", config])).rejects.toThrow(
      /range\.driver = "vl53": there is no such driver; valid: vl53l1x, .*simulated; did you mean vl53l/,
    );
  });

  test("mistyped options and numbers are named", async () => {
    await expect(run(["--simulat"])).rejects.toThrow(/unknown option --simulat; did you mean --simulate\?/);
    await expect(run(["--simulate", "--seconds", "soon"], start)).rejects.toThrow(
      /--seconds soon: expected a number/,
    );
    await expect(run(["photos"], start)).rejects.toThrow(/what is "photos"\?/);
  });
});
