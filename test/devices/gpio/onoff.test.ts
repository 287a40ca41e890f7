import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gpio } from "onoff";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { LineButton } from "../../../src/devices/button/line.ts";
import { LineBuzzer } from "../../../src/devices/buzzer/line.ts";
import { makeOnoffLines } from "../../../src/devices/gpio/onoff.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "brim-gpio-"));
  writeFileSync(join(root, "export"), "");
});
afterEach(() => rmSync(root, { recursive: true }));

function addChip(label: string, base: number, count = 58) {
  const folder = join(root, `gpiochip${base}`);
  mkdirSync(folder);
  for (const [file, text] of Object.entries({ label, base, ngpio: count })) {
    writeFileSync(join(folder, file), `${text}\n`);
  }
}

/** Stands for the package: it notes what is asked of the kernel. */
function kernel() {
  const state = {
    opened: [] as unknown[],
    level: 1,
    written: [] as number[],
    watch: (_: null, _level: number) => {},
    failing: null as null | string,
  };
  class FakeGpio {
    constructor(...args: unknown[]) {
      if (state.failing !== null) throw Object.assign(new Error(state.failing), { code: state.failing });
      state.opened.push(args);
    }
    writeSync = (level: number) => {
      if (state.failing !== null) throw new Error(state.failing);
      state.written.push(level);
    };
    readSync = () => state.level;
    watch = (fn: typeof state.watch) => {
      state.watch = fn;
    };
    unexport = () => {};
  }
  const lines = makeOnoffLines(async () => FakeGpio as unknown as new () => Gpio, root);
  return { state, lines };
}

const clock = new SimulatedClock(1000);

function buzzer(options: { pin?: number; activeLow?: boolean; chip?: string } = {}) {
  const { state, lines } = kernel();
  const lost: string[] = [];
  const made = new LineBuzzer(
    async () => lines,
    {
      ...{ chip: options.chip ?? "auto", pin: options.pin ?? 18, activeLow: options.activeLow ?? false },
      ...{ setting: "buzzer.pin", clock, onLost: (why) => lost.push(why) },
    },
    false,
  );
  return { state, lost, buzzer: made };
}

describe("the buzzer's pin through sysfs", () => {
  test("is the Pi's GPIO 18 wherever the kernel begins to count", async () => {
    addChip("raspberrypi-exp-gpio", 570, 8);
    addChip("pinctrl-bcm2711", 512);
    const { state, buzzer: it } = buzzer();
    await it.start();
    expect(state.opened).toEqual([[530, "low"]]);
  });

  test("sounds and is silent as it is told, and is left silent", async () => {
    addChip("pinctrl-bcm2711", 512);
    const { state, buzzer: it } = buzzer();
    await it.start();
    it.set(true);
    it.set(false);
    it.set(true);
    await it.stop();
    expect(state.written).toEqual([1, 0, 1, 0]);
  });

  test("never sounds on the way where low is loud", async () => {
    addChip("pinctrl-bcm2711", 512);
    const { state, buzzer: it } = buzzer({ activeLow: true });
    await it.start();
    it.set(true);
    await it.stop();
    expect(state.opened).toEqual([[530, "high"]]);
    expect(state.written).toEqual([0, 1]);
  });

  test("says that it can no longer be driven", async () => {
    addChip("pinctrl-bcm2711", 512);
    const { state, lost, buzzer: it } = buzzer();
    await it.start();
    state.failing = "EIO";
    it.set(true);
    expect(lost).toEqual(["GPIO 18 was lost: EIO"]);
  });

  test("what is wrong is one line that says what to do", async () => {
    await expect(buzzer().buzzer.start()).rejects.toThrow(/no GPIO chip .*: there is none; set gpio\.chip/);
    addChip("hat", 0, 8);
    await expect(buzzer().buzzer.start()).rejects.toThrow(/there is hat; set gpio\.chip/);
    await expect(buzzer({ chip: "hat" }).buzzer.start()).rejects.toThrow(/buzzer\.pin = 18: .* pins 0 to 7/);
    for (const [code, words] of Object.entries({
      EBUSY: /GPIO 3 \(buzzer\.pin\) is in use by something else: end that, or choose another pin/,
      EACCES: /no permission for .*: add the user to the group gpio/,
    })) {
      const busy = buzzer({ chip: "hat", pin: 3 });
      busy.state.failing = code;
      await expect(busy.buzzer.start()).rejects.toThrow(words);
    }
  });
});

describe("the button's pin through sysfs", () => {
  test("tells presses and releases once each, by the time when they began", async () => {
    addChip("hat", 0, 8);
    const { state, lines } = kernel();
    const heard: [boolean, number][] = [];
    const options = { chip: "hat", pin: 1, activeLow: true, setting: "button.pin", clock };
    const button = new LineButton(
      async () => lines,
      options,
      () => {},
    );
    button.onChange = (pressed, at) => heard.push([pressed, at - clock.now()]);
    await button.start();
    expect(state.opened).toEqual([[1, "in", "both", { debounceTimeout: 10 }]]);
    for (const level of [0, 0, 1, 1, 0]) state.watch(null, level);
    expect(heard).toEqual([
      [true, -10],
      [false, -10],
      [true, -10],
    ]);
  });
});
