import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SimulatedClock, systemClock } from "../../../src/base/clock.ts";
import { rangeSchema } from "../../../src/base/device-config.ts";
import type { InputOptions } from "../../../src/devices/gpio/lines.ts";
import type { RangeReading } from "../../../src/devices/ports.ts";
import { HcSr04, metresOf } from "../../../src/devices/range/hc-sr04.ts";
import { IioRangeFinder } from "../../../src/devices/range/iio.ts";
import { Health } from "../../../src/guard/health.ts";

describe("an HC-SR04", () => {
  /** A sensor whose echo takes `state.ms`; null: it does not answer. */
  function hung(rate = 25) {
    const clock = new SimulatedClock(1000);
    const state = { ms: 10 as number | null, pings: 0, highUntil: 0, closed: 0, lose: (_: string) => {} };
    let input: InputOptions | null = null;
    const readings: RangeReading[] = [];
    const problems: string[] = [];
    const pulse = () => {
      state.pings++;
      const { ms } = state;
      // It does not listen while its echo is high.
      if (ms === null || clock.now() < state.highUntil) return;
      state.highUntil = clock.now() + 0.5 + ms;
      const at = clock.now() + 0.5;
      input?.onChange(true, at);
      clock.after(0.5 + ms, () => input?.onChange(false, at + ms));
    };
    const close = async () => {
      state.closed++;
    };
    const config = rangeSchema.parse({ driver: "hc-sr04", trigger: 23, echo: 24, rate });
    const finder = new HcSr04(
      { config, gpio: { chip: "auto" }, clock, onProblem: (why) => problems.push(why) },
      {
        output: async (options) => {
          state.lose = options.onLost;
          return { set: () => {}, pulse, close };
        },
        input: async (options) => {
          input = options;
          return { close };
        },
      },
    );
    finder.onReading = (reading) => readings.push(reading);
    return { clock, state, readings, problems, finder };
  }

  test("tells the distance from the kernel's times of its echo", async () => {
    const it = hung();
    await it.finder.start();
    it.clock.advance(1_000);
    expect(it.readings.length).toBeGreaterThanOrEqual(15);
    for (const reading of it.readings) expect(reading).toMatchObject({ kind: "range", metres: 1.715 });
    await it.finder.stop();
    expect(it.state.closed).toBe(2);
  });

  test("tells no echo for its longest pulse, and a fault when there is no pulse at all", async () => {
    const it = hung();
    it.state.ms = 38;
    await it.finder.start();
    it.clock.advance(500);
    expect(it.readings.at(-1)).toMatchObject({ kind: "noEcho" });
    it.state.ms = null;
    it.clock.advance(500);
    expect(it.readings.at(-1)).toMatchObject({ kind: "fault", reason: "sensor not answering" });
    expect(metresOf(23.3)).toBeCloseTo(4, 1);
  });

  test("whose echo stays high for 200 ms in open space tells no echo all the while, and what comes near", async () => {
    for (const rate of [5, 25]) {
      const it = hung(rate);
      it.state.ms = 200;
      await it.finder.start();
      // It may take a while to give its first reading.
      const health = new Health(it.clock.now(), 2_000);
      it.clock.advance(5_000);
      expect(new Set(it.readings.map(({ kind }) => kind))).toEqual(new Set(["noEcho"]));
      for (const reading of it.readings) {
        health.tick(reading.at);
        health.take(reading);
        expect(health.reason).toBe(null);
      }
      it.state.ms = 10;
      it.clock.advance(600);
      expect(it.readings.at(-1)).toMatchObject({ kind: "range", metres: 1.715 });
      // No reading is older than the one before.
      const times = it.readings.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      await it.finder.stop();
    }
  });

  test("whose echo is high is not pinged until it has fallen", async () => {
    const it = hung();
    it.state.ms = 200;
    await it.finder.start();
    it.clock.advance(60);
    it.readings.length = 0;
    it.clock.advance(195);
    expect(it.state.pings).toBe(1);
    expect(it.readings.length).toBe(3);
    it.clock.advance(60);
    expect(it.state.pings).toBe(2);
    await it.finder.stop();
  });

  test("whose echo is stuck is a fault, and is pinged again, for that may free it", async () => {
    const it = hung();
    it.state.ms = 5_000;
    await it.finder.start();
    it.clock.advance(400);
    expect(it.readings.at(-1)).toMatchObject({ kind: "fault", reason: "sensor not answering" });
    expect(it.state.pings).toBeGreaterThan(1);
    it.state.ms = 10;
    it.clock.advance(5_000);
    expect(it.readings.at(-1)).toMatchObject({ kind: "range", metres: 1.715 });
    await it.finder.stop();
  });

  test("opens its pins again when they were lost", async () => {
    const it = hung();
    await it.finder.start();
    it.state.lose("GPIO 23 was lost");
    await it.clock.advanceSettling(2_000);
    expect(it.problems).toEqual(["GPIO 23 was lost"]);
    const before = it.readings.length;
    it.clock.advance(1_000);
    expect(it.readings.length).toBeGreaterThan(before + 10);
  });

  test("says which pins it needs", async () => {
    const config = rangeSchema.parse({ driver: "hc-sr04", trigger: 23 });
    const finder = new HcSr04({ config, gpio: { chip: "auto" }, clock: systemClock, onProblem: () => {} });
    await expect(finder.start()).rejects.toThrow(/needs the GPIOs of its pins: trigger and echo/);
  });
});

describe("a range finder of the kernel", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "brim-iio-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function add(device: string, files: object) {
    mkdirSync(join(root, device), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, device, file), `${text}\n`);
  }

  function finder(device?: string) {
    const config = rangeSchema.parse({
      driver: "iio",
      rate: 50,
      ...(device === undefined ? {} : { device }),
    });
    const problems: string[] = [];
    const readings: RangeReading[] = [];
    const made = new IioRangeFinder(
      { config, clock: systemClock, onProblem: (why) => problems.push(why) },
      root,
    );
    made.onReading = (reading) => readings.push(reading);
    return { finder: made, readings, problems };
  }

  test("is found among what else the kernel measures, and read in metres", async () => {
    add("iio:device0", { name: "bme280", in_temp_input: 20_000 });
    add("iio:device1", { name: "vl53l0x", in_distance_raw: 730, in_distance_scale: 0.001 });
    const it = finder();
    await it.finder.start();
    await vi.waitFor(() => expect(it.readings.at(-1)).toMatchObject({ kind: "range", metres: 0.73 }));
    add("iio:device1", { in_distance_raw: 8190 });
    await vi.waitFor(() => expect(it.readings.at(-1)).toMatchObject({ kind: "noEcho" }));
    await it.finder.stop();
  });

  test("that is unplugged is a fault, and is found again under another number", async () => {
    add("iio:device0", { name: "srf04", in_distance_raw: 500, in_distance_scale: 0.001 });
    const it = finder("srf04");
    await it.finder.start();
    rmSync(join(root, "iio:device0"), { recursive: true });
    await vi.waitFor(() => expect(it.readings.at(-1)).toMatchObject({ kind: "fault" }));
    add("iio:device3", { name: "srf04", in_distance_raw: 900, in_distance_scale: 0.001 });
    await vi.waitFor(() => expect(it.readings.at(-1)).toMatchObject({ kind: "range", metres: 0.9 }));
    await it.finder.stop();
  });

  test("that is not there is told with what is", async () => {
    await expect(finder().finder.start()).rejects.toThrow(/there is none; load its overlay/);
    add("iio:device0", { name: "vl53l0x", in_distance_raw: 730, in_distance_scale: 0.001 });
    await expect(finder("srf04").finder.start()).rejects.toThrow(
      /no range finder srf04 \(IIO\): there is vl53l0x/,
    );
  });
});
