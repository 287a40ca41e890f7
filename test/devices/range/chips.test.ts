import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { rangeSchema } from "../../../src/base/device-config.ts";
import type { OutputLine } from "../../../src/devices/gpio/lines.ts";
import type { RangeReading } from "../../../src/devices/ports.ts";
import { ChipRangeFinder, type RangeChip } from "../../../src/devices/range/chip.ts";
import { scanBus } from "../../../src/devices/range/identify.ts";
import { assertDistinct } from "../../../src/devices/range/index.ts";
import { ShutPins } from "../../../src/devices/range/shut-pins.ts";
import { ambientKcps, reachIn } from "../../../src/devices/range/sunlight.ts";
import { parseFrame, TfLuna } from "../../../src/devices/range/tf-luna.ts";
import { chosenSpads, rangeTimeout, Vl53l0x } from "../../../src/devices/range/vl53l0x.ts";
import { Vl53l1x } from "../../../src/devices/range/vl53l1x.ts";
import { Health } from "../../../src/guard/health.ts";
import { PlayedBus } from "../../bed/chips/bus.ts";
import type { PlayedChip, Scene } from "../../bed/chips/chip.ts";
import { PlayedTfLuna } from "../../bed/chips/tf-luna.ts";
import { PlayedVl53l0x } from "../../bed/chips/vl53l0x.ts";
import { PlayedVl53l1x } from "../../bed/chips/vl53l1x.ts";

type Ranging = PlayedChip & { scene: Scene };

const kinds: Record<string, { play: () => Ranging; drive: (rate: number) => RangeChip }> = {
  vl53l1x: { play: () => new PlayedVl53l1x(), drive: (rate) => new Vl53l1x(rate) },
  vl53l0x: { play: () => new PlayedVl53l0x(), drive: (rate) => new Vl53l0x(rate) },
  "tf-luna": { play: () => new PlayedTfLuna(), drive: (rate) => new TfLuna(rate) },
};

const noPins = {} as ShutPins;

/** A sensor in virtual time, with a played chip on its bus. */
function sensor<Chip extends Ranging>(
  driver: string,
  chip: Chip,
  options: { rate?: number; xshut?: ShutPins } = {},
) {
  const clock = new SimulatedClock(1000);
  const bus = new PlayedBus([chip], () => clock.now());
  return { chip, ...attach(driver, bus, clock, options) };
}

function attach(
  driver: string,
  bus: PlayedBus,
  clock: SimulatedClock,
  options: { rate?: number; xshut?: ShutPins; config?: object } = {},
) {
  const problems: string[] = [];
  const readings: RangeReading[] = [];
  const config = rangeSchema.parse({ driver, ...options.config });
  const chip = kinds[driver]?.drive(options.rate ?? 25);
  if (chip === undefined) throw new Error(driver);
  const finder = new ChipRangeFinder(chip, {
    ...{ config, clock, openBus: bus.opener, shutPins: options.xshut ?? noPins, taken: [] },
    onProblem: (why) => problems.push(why),
  });
  finder.onReading = (reading) => readings.push(reading);
  const run = (ms: number) => clock.advanceSettling(ms, 1);
  const start = async () => {
    const started = finder.start();
    started.catch(() => {});
    await run(300);
    await started;
    readings.length = 0;
  };
  /** Readings of the next `ms`. */
  const next = async (ms: number) => {
    readings.length = 0;
    await run(ms);
    return [...readings];
  };
  const stop = async () => {
    const stopped = finder.stop();
    await run(20);
    await stopped;
  };
  return { bus, clock, finder, problems, readings, run, start, next, stop };
}

describe.each(Object.keys(kinds))("a %s", (driver) => {
  const played = () => {
    const kind = kinds[driver];
    if (kind === undefined) throw new Error(driver);
    return sensor(driver, kind.play());
  };

  test("tells what is ahead, at least 20 times a second, at the moment when it was read", async () => {
    const it = played();
    it.chip.scene.metres = 1.13;
    await it.start();
    const readings = await it.next(2_000);
    expect(readings.length).toBeGreaterThanOrEqual(40);
    for (const reading of readings) expect(reading).toMatchObject({ kind: "range", metres: 1.13 });
    const gaps = readings.slice(1).map(({ at }, i) => at - (readings[i]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50);
    await it.stop();
  });

  test("follows what comes nearer", async () => {
    const it = played();
    await it.start();
    for (const metres of [1.1, 0.9, 0.6, 0.3]) {
      it.chip.scene.metres = metres;
      const readings = await it.next(200);
      expect(readings.at(-1)).toMatchObject({ kind: "range", metres });
    }
    await it.stop();
  });

  test("tells that nothing came back, which is not that the way is clear", async () => {
    const it = played();
    it.chip.scene.metres = null;
    await it.start();
    const readings = await it.next(500);
    expect(readings.length).toBeGreaterThan(9);
    expect(new Set(readings.map(({ kind }) => kind))).toEqual(new Set(["noEcho"]));
    await it.stop();
  });

  test("is never taken for stuck, whatever stands still before it, and in the dark", async () => {
    for (const metres of [1, null]) {
      const it = played();
      it.chip.scene = { metres, kcps: 0 };
      await it.start();
      const health = new Health(it.clock.now());
      for (const reading of await it.next(5_000)) {
        health.take(reading);
        expect(health.reason).toBe(null);
      }
      await it.stop();
    }
  });

  test("goes on through a transfer that fails now and then, without a word", async () => {
    const it = played();
    await it.start();
    for (let i = 0; i < 5; i++) {
      it.bus.nacks = 2;
      const readings = await it.next(300);
      expect(readings.length).toBeGreaterThan(5);
      expect(readings.every(({ kind }) => kind === "range")).toBe(true);
    }
    expect(it.problems).toEqual([]);
    await it.stop();
  });

  test("says so within 300 ms when it is unplugged, and measures again when it is put back", async () => {
    const it = played();
    await it.start();
    it.chip.power(false);
    const lost = await it.next(300);
    expect(lost.at(-1)).toMatchObject({ kind: "fault", reason: "sensor not answering" });
    await it.next(5_000);
    expect(it.problems).toHaveLength(2);
    it.chip.power(true);
    await it.next(500);
    const back = await it.next(1_000);
    expect(back.length).toBeGreaterThanOrEqual(20);
    expect(back.every(({ kind }) => kind === "range")).toBe(true);
    await it.stop();
  });

  test("is stopped at any moment, and lets go of the bus", async () => {
    const it = played();
    await it.start();
    it.chip.power(false);
    await it.run(400);
    await it.stop();
    expect(it.bus.open).toBe(0);
    expect(await it.next(1_000)).toEqual([]);
  });

  test("another chip in its place is named, and what to set", async () => {
    for (const [other, kind] of Object.entries(kinds)) {
      if (other === driver) continue;
      const clock = new SimulatedClock();
      const chip = kind.play();
      const bus = new PlayedBus([chip], () => clock.now());
      const it = attach(driver, bus, clock);
      await expect(it.start()).rejects.toThrow(new RegExp(`driver = "${other}"`));
      expect(bus.open).toBe(0);
    }
  });

  test("that is not there is told with what to do", async () => {
    const it = played();
    it.chip.power(false);
    await expect(it.start()).rejects.toThrow(/nothing answers; check its power and wires$/);
  });
});

describe("a VL53L1X", () => {
  test("tells its own faults, and leaves out what is no reading", async () => {
    const it = sensor("vl53l1x", new PlayedVl53l1x());
    await it.start();
    const seen = async (status: number) => {
      it.chip.status = status;
      await it.next(100);
      return (await it.next(200)).at(-1)?.kind;
    };
    expect(await seen(9)).toBe("range");
    expect(await seen(19)).toBe("range");
    for (const status of [4, 5, 6, 7, 12]) expect(await seen(status)).toBe("noEcho");
    for (const status of [1, 2, 3]) expect(await seen(status)).toBe("fault");
    it.chip.status = 9;
    await it.next(100);
    it.chip.status = 18;
    await it.next(50);
    expect(await it.next(100)).toEqual([]);
    await it.stop();
  });

  test("that tells one reading again and again is told as silent, and set up anew", async () => {
    const it = sensor("vl53l1x", new PlayedVl53l1x());
    await it.start();
    it.chip.stuck = true;
    const readings = await it.next(600);
    expect(readings.at(-1)).toMatchObject({ kind: "fault", reason: "sensor silent" });
    it.chip.stuck = false;
    await it.next(1_500);
    expect((await it.next(500)).every(({ kind }) => kind === "range")).toBe(true);
    await it.stop();
  });

  test("in bright sun measures in the way that reaches farther, and tells how far", async () => {
    const it = sensor("vl53l1x", new PlayedVl53l1x());
    it.chip.scene = { metres: null, kcps: 0 };
    await it.start();
    expect((await it.next(200)).at(-1)).toMatchObject({ kind: "noEcho", reach: 3.6 });
    it.chip.scene.kcps = 200;
    const dazzled = (await it.next(200)).at(-1);
    expect(dazzled?.kind === "noEcho" && dazzled.reach).toBeLessThan(0.73);
    await it.next(1_500);
    expect(it.chip.mode).toBe("short");
    const short = (await it.next(200)).at(-1);
    expect(short?.kind === "noEcho" && short.reach).toBeCloseTo(1.35, 2);
    it.chip.scene = { metres: 2.5, kcps: 1 };
    await it.next(1_500);
    expect(it.chip.mode).toBe("long");
    expect((await it.next(200)).at(-1)).toMatchObject({ kind: "range", metres: 2.5 });
    await it.stop();
  });

  test("keeps its pace up to 40 readings a second", async () => {
    for (const [rate, least] of [
      [10, 9],
      [20, 19],
      [40, 38],
    ] as const) {
      const it = sensor("vl53l1x", new PlayedVl53l1x(), { rate });
      await it.start();
      const count = (await it.next(1_000)).length;
      expect(count).toBeGreaterThanOrEqual(least);
      expect(count).toBeLessThanOrEqual(rate + 1);
      await it.stop();
    }
  });
});

describe("a VL53L0X", () => {
  test("is calibrated before it measures: voltage, then phase", async () => {
    const it = sensor("vl53l0x", new PlayedVl53l0x());
    await it.start();
    expect(it.chip.calibrated).toEqual([1, 2]);
    // Five SPADs with an aperture, from the thirteenth on.
    expect([...it.chip.memory.slice(0xb0, 0xb6)]).toEqual([0, 0xf0, 0x01, 0, 0, 0]);
    await it.stop();
  });

  test("reaches 0.8 m outdoors, and tells it", async () => {
    const it = sensor("vl53l0x", new PlayedVl53l0x());
    it.chip.scene = { metres: null, kcps: 10 };
    await it.start();
    const reading = (await it.next(200)).at(-1);
    expect(reading?.kind === "noEcho" && reading.reach).toBeCloseTo(0.8, 1);
    await it.stop();
  });

  test("has its range's time-out from its timing budget, as ST's driver has it", () => {
    // 33 ms and 20 ms with the steps DSS, pre-range and range.
    const macros = (register: number) => ((register & 0xff) << (register >> 8)) + 1;
    const us = (register: number) => (macros(register) - 151) * 38.1312;
    for (const budget of [20_000, 33_000, 66_000]) {
      const others = 1320 + 960 + 2 * (38 * 53.3837 + 690) + (151 * 53.3837 + 660) + 550;
      expect(us(rangeTimeout(budget))).toBeGreaterThan((budget - others) * 0.98);
      expect(us(rangeTimeout(budget))).toBeLessThan((budget - others) * 1.02);
    }
  });

  test("never has more SPADs on than the factory has allowed", () => {
    const map = fc.uint8Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(map, fc.nat(48), fc.boolean(), (allowed, count, aperture) => {
        const chosen = chosenSpads(allowed, count, aperture);
        const on = chosen.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
        expect(on).toBeLessThanOrEqual(count);
        expect(chosen.every((byte, i) => (byte & ~(allowed[i] ?? 0)) === 0)).toBe(true);
      }),
    );
  });
});

describe("a TF-Luna", () => {
  test("whose echo is weak, or too strong, has measured nothing", async () => {
    const it = sensor("tf-luna", new PlayedTfLuna());
    await it.start();
    for (const [amplitude, kind] of [
      [99, "noEcho"],
      [100, "range"],
      [0xffff, "noEcho"],
    ] as const) {
      it.chip.amplitude = amplitude;
      await it.next(60);
      expect((await it.next(200)).at(-1)?.kind).toBe(kind);
    }
    await it.stop();
  });

  test("whose clock stands still is told as silent", async () => {
    const it = sensor("tf-luna", new PlayedTfLuna());
    await it.start();
    it.chip.stuck = true;
    expect((await it.next(400)).at(-1)).toMatchObject({ kind: "fault", reason: "sensor silent" });
    await it.stop();
  });

  test("has its numbers with the low byte first", () => {
    const u16 = fc.nat(0xffff);
    fc.assert(
      fc.property(u16, u16, u16, u16, (cm, amplitude, temperature, tick) => {
        const bytes = Buffer.from(Uint16Array.of(cm, amplitude, temperature, tick).buffer);
        expect(parseFrame(bytes)).toEqual({ cm, amplitude, tick });
      }),
    );
  });
});

describe("several sensors", () => {
  test("that all wake with one address are woken in turn and given their own", async () => {
    const clock = new SimulatedClock(1000);
    const chips = [new PlayedVl53l1x(), new PlayedVl53l1x()];
    const bus = new PlayedBus(chips, () => clock.now());
    const line = (pin: number): OutputLine => ({ set: (on) => chips[pin]?.power(on), close: async () => {} });
    const pins = new ShutPins(
      [0, 1],
      { chip: "auto" },
      clock,
      () => {},
      async () => ({
        output: async ({ pin }) => {
          chips[pin]?.power(false);
          return line(pin);
        },
        input: async () => expect.unreachable(),
      }),
    );
    const left = attach("vl53l1x", bus, clock, {
      xshut: pins,
      config: { xshut: 0, address: 0x30, name: "left" },
    });
    const right = attach("vl53l1x", bus, clock, {
      xshut: pins,
      config: { xshut: 1, address: 0x31, name: "right" },
    });
    const started = Promise.all([left.finder.start(), right.finder.start()]);
    await clock.advanceSettling(800, 1);
    await started;
    expect(chips.map(({ address }) => address)).toEqual([0x30, 0x31]);
    for (const [i, chip] of chips.entries()) chip.scene.metres = 1 + i;
    await clock.advanceSettling(200, 1);
    expect(left.readings.at(-1)).toMatchObject({ metres: 1 });
    expect(right.readings.at(-1)).toMatchObject({ metres: 2 });
    // One loses its power for a moment, and with it its address.
    chips[1]?.power(false);
    chips[1]?.power(true);
    await clock.advanceSettling(1_000, 1);
    expect(right.readings.at(-1)).toMatchObject({ kind: "range", metres: 2 });
    expect(left.readings.every(({ kind }) => kind === "range")).toBe(true);
    const stopped = Promise.all([left.finder.stop(), right.finder.stop()]);
    await clock.advanceSettling(20, 1);
    await stopped;
  });

  test("that would be in each other's way are refused with what to do", () => {
    const range = (config: object) => rangeSchema.parse({ driver: "vl53l1x", ...config });
    expect(() => assertDistinct([range({ name: "a" }), range({ name: "b" })])).toThrow(
      /two range finders have address 0x29 of I2C bus 1: give each an xshut pin and an address/,
    );
    expect(() => assertDistinct([range({}), range({ bus: 3 })])).toThrow(
      /two range finders have the name front/,
    );
    const woken = range({ name: "b", address: 0x30, xshut: 5 });
    expect(() => assertDistinct([range({ name: "a" }), woken])).toThrow(
      /where b is woken: give it an xshut pin/,
    );
    // Even if it is woken last, it is there when the other must be woken again.
    const stays = range({ name: "a", xshut: 6 });
    for (const both of [
      [stays, woken],
      [woken, stays],
      [woken, range({ ...stays, driver: "vl53l0x" })],
    ])
      expect(() => assertDistinct(both)).toThrow(
        /^range finder a stays at 0x29, where b is woken: give it an address other than 0x29$/,
      );
    expect(() => assertDistinct([range({ name: "a", xshut: 5, address: 0x31 }), woken])).toThrow(
      /two range finders have the XSHUT pin 5: give each a pin of its own/,
    );
    assertDistinct([stays]);
    assertDistinct([range({ ...stays, address: 0x31 }), woken]);
    assertDistinct([range({ name: "a", bus: 3 }), woken, range({ name: "c", driver: "tf-luna" })]);
  });

  test("and everything else on a bus are named", async () => {
    const bus = new PlayedBus([new PlayedVl53l0x(), new PlayedTfLuna()], () => 0);
    expect(await scanBus(bus)).toEqual([
      { address: 0x10, chip: "TF-Luna" },
      { address: 0x29, chip: "VL53L0X" },
    ]);
  });
});

describe("reach in sunlight", () => {
  test("is that of the data sheet at its two points, and falls as light grows", () => {
    const reach = { darkMetres: 3.6, lightMetres: 0.73, lightKcps: 200 };
    expect(reachIn(reach, 0)).toBe(3.6);
    expect(reachIn(reach, 200)).toBe(0.73);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        (a, b) => {
          expect(reachIn(reach, Math.max(a, b))).toBeLessThanOrEqual(reachIn(reach, Math.min(a, b)));
        },
      ),
    );
    expect(ambientKcps(128, 256)).toBe(1000);
  });
});
