import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { runPowerOff, SwitchOff } from "../../src/mind/switch-off.ts";

const stillOn = "Not switched off: Brim still on. Unplug the battery instead.";
let clock: SimulatedClock;
let said: string[];
let troubles: string[];
let told: number;
let powerOff: () => Promise<void>;

beforeEach(() => {
  clock = new SimulatedClock(0);
  said = [];
  troubles = [];
  told = 0;
  powerOff = async () => {};
});

const hat = () =>
  new SwitchOff({
    clock,
    log: noLog,
    wording: english,
    powerOff: () => {
      told++;
      return powerOff();
    },
    say: ({ text, priority }) => said.push(`${priority}: ${text}`),
    onTrouble: (why) => troubles.push(why),
  });

describe("switching off", () => {
  test("tells the computer, and says nothing more while that ends everything", async () => {
    const one = hat();
    const ended = one.off();
    await clock.advanceSettling(20_000, 1_000);
    one.stop();
    await ended;
    await clock.advanceSettling(60_000, 1_000);
    expect([told, said, troubles]).toEqual([1, [], []]);
  });

  test("that the computer refuses is heard at once, and why is on the page", async () => {
    powerOff = async () => {
      throw new Error("Interactive authentication required.");
    };
    await hat().off();
    expect(said).toEqual([`safety: ${stillOn}`]);
    expect(troubles).toEqual(["cannot switch off: Interactive authentication required."]);
  });

  test("that has no effect within half a minute is heard then", async () => {
    void hat().off();
    await clock.advanceSettling(31_000, 1_000);
    expect(said).toEqual([`safety: ${stillOn}`]);
    expect(troubles).toEqual(["cannot switch off: the computer is still on 30 s later"]);
  });

  test("asked for twice is done once, and can be tried again when it has failed", async () => {
    const one = hat();
    void one.off();
    void one.off();
    await clock.advanceSettling(31_000, 1_000);
    expect([told, said.length]).toEqual([1, 1]);
    void one.off();
    await clock.advanceSettling(1_000, 1_000);
    expect(told).toBe(2);
  });
});

describe("the command that switches off", () => {
  const folder = mkdtempSync(join(tmpdir(), "brim-off-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const program = (script: string) => {
    const file = join(folder, "poweroff");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  test("gets its arguments as they are, without a shell", async () => {
    const file = program(`echo "$*" >${folder}/said; [ "$2" = '$HOME;' ]`);
    await expect(runPowerOff(`${file} now $HOME;`)).resolves.toBeUndefined();
  });

  test("that fails is told in one line with what it said", async () => {
    const file = program("echo Failed to power off: >&2; echo Access denied >&2; exit 1");
    await expect(runPowerOff(file)).rejects.toThrow(`${file}: Failed to power off: Access denied`);
  });

  test("that is not there, or empty, is told so", async () => {
    await expect(runPowerOff("/nowhere/poweroff")).rejects.toThrow("there is no program /nowhere/poweroff");
    await expect(runPowerOff(" ")).rejects.toThrow("power.halt is empty");
  });
});
