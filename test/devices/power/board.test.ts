import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readBoard } from "../../../src/devices/power/board.ts";
import { folder } from "../speaker/programs.ts";

/** A made-up root with these files in it. */
function rootWith(files: Record<string, string>): string {
  const root = folder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test("the computer of a Pi tells its temperature, what the firmware says, and what is free", async () => {
  const root = rootWith({
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone0/temp": "81200\n",
    "sys/class/thermal/thermal_zone1/type": "battery\n",
    "sys/class/thermal/thermal_zone1/temp": "99000\n",
    "sys/devices/platform/soc/soc:firmware/get_throttled": "60006\n",
  });
  const state = await readBoard(root, {}, root);
  expect(state).toMatchObject({ celsius: 81.2, throttled: true, underVoltage: false });
  expect(state.diskFree).toBeGreaterThan(0);
});

test.each([
  ["0", 85, { underVoltage: false, throttled: false }],
  // Too weak a supply slows it as heat does, and may do so while it is hot.
  ["50005", 45, { underVoltage: true, throttled: false }],
  ["50005", 84, { underVoltage: true, throttled: false }],
  ["70007", 84, { underVoltage: true, throttled: false }],
  ["50000", 84, { underVoltage: false, throttled: false }],
  ["80008", 62, { underVoltage: false, throttled: true }],
  ["e0008", 62, { underVoltage: false, throttled: true }],
  ["d000d", 62, { underVoltage: true, throttled: true }],
  ["e0006", 85, { underVoltage: false, throttled: true }],
  ["20002", 80, { underVoltage: false, throttled: true }],
  ["40004", 79, { underVoltage: false, throttled: false }],
  ["f0000", 50, { underVoltage: false, throttled: false }],
])("the firmware's 0x%s at %d degrees is what it means, of this moment", async (flags, celsius, meant) => {
  const root = rootWith({
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone0/temp": `${celsius * 1_000}\n`,
    "sys/devices/platform/soc/soc:firmware/get_throttled": `${flags}\n`,
  });
  expect(await readBoard(root, {}, root)).toMatchObject(meant);
});

test("slowed by the firmware's word alone is not slowed by heat where nobody knows how hot it is", async () => {
  const root = rootWith({ "sys/devices/platform/soc/soc:firmware/get_throttled": "4\n" });
  expect(await readBoard(root, {}, root)).toMatchObject({ celsius: null, throttled: false });
});

test("what happened once and is over is no trouble", async () => {
  const root = rootWith({ "sys/devices/platform/soc@107c000000/soc:firmware/get_throttled": "50000\n" });
  expect(await readBoard(root, {}, root)).toMatchObject({ throttled: false, underVoltage: false });
});

test("where the firmware's answer is not in a file, its program is asked, or the alarm of the voltage", async () => {
  const path = folder();
  writeFileSync(join(path, "vcgencmd"), '#!/bin/sh\n[ "$1" = get_throttled ] && echo throttled=0x1\n');
  chmodSync(join(path, "vcgencmd"), 0o755);
  const root = rootWith({
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
  });
  expect(await readBoard(root, { PATH: path }, folder())).toMatchObject({
    underVoltage: true,
    throttled: false,
  });
  expect(await readBoard(root, {}, root)).toMatchObject({ underVoltage: true, throttled: null });
});

test("a computer that tells nothing is no trouble", async () => {
  expect(await readBoard("/nowhere", {}, folder())).toEqual({
    celsius: null,
    throttled: null,
    underVoltage: null,
    diskFree: null,
  });
});
