import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { loadConfig } from "../../../src/base/config.ts";
import type { I2cBus } from "../../../src/devices/i2c.ts";
import { type BatteryOptions, createBattery } from "../../../src/devices/power/index.ts";
import { shareOfCharge, voltsAtRest } from "../../../src/devices/power/li-ion.ts";

const never = new AbortController().signal;

/** A bus with chips that are 16-bit registers; nobody answers elsewhere, as the kernel tells it. */
function busWith(chips: Record<number, Record<number, number>>) {
  const pointers: Record<number, number> = {};
  const chipAt = (address: number) => {
    const chip = chips[address];
    if (chip === undefined) throw Object.assign(new Error("ENXIO"), { errno: 6 });
    return chip;
  };
  let open = 0;
  const bus: I2cBus = {
    async write(address, bytes) {
      const chip = chipAt(address);
      pointers[address] = bytes[0] ?? 0;
      if (bytes.length === 3) chip[bytes[0] ?? 0] = bytes.readUInt16BE(1);
    },
    async read(address, register, length, between) {
      // It has forgotten the register after a stop.
      if (chipAt(address)[8] === 0x0012 && between !== "repeatedStart") return Buffer.alloc(length);
      const answer = Buffer.alloc(length);
      answer.writeUInt16BE((chipAt(address)[register[0] ?? 0] ?? 0) & 0xffff);
      return answer;
    },
    async close() {
      open--;
    },
  };
  const options: BatteryOptions = {
    clock: new SimulatedClock(),
    openBus: async () => {
      open++;
      return bus;
    },
    bus: 1,
    cells: 1,
    shuntOhms: 0.1,
    cellOhms: 0.1,
    positiveCurrent: "charging",
  };
  return { options, opened: () => open, chips };
}

/** What an INA219 on a Waveshare UPS HAT has in its registers while so much current flows out of the battery. */
function ina219(volts: number, amps: number): Record<number, number> {
  return { 0: 0x399f, 1: Math.round((-amps * 0.1) / 10e-6), 2: Math.round(volts / 4e-3) << 3 };
}

function max17048(volts: number, percent: number, perHour: number): Record<number, number> {
  return { 2: volts / 78.125e-6, 4: percent * 256, 8: 0x0012, 22: Math.round(perHour / 0.208) };
}

describe("the charge of a lithium-ion cell", () => {
  test("follows from its voltage at rest, and back", () => {
    for (const share of [0.02, 0.1, 0.25, 0.5, 0.8, 1]) {
      expect(shareOfCharge(voltsAtRest(share))).toBeCloseTo(share, 3);
    }
    expect(voltsAtRest(1)).toBeCloseTo(4.103, 3);
    expect([shareOfCharge(2), shareOfCharge(4.2)].map((share) => Math.round(share * 100))).toEqual([0, 100]);
  });
});

describe("a battery behind an INA219", () => {
  test("has the charge that its voltage at rest tells, and lasts as its current tells", async () => {
    const { options, chips, opened } = busWith({ 64: ina219(voltsAtRest(0.5) - 0.1, 1) });
    const battery = await createBattery("ina219", { ...options, capacityMah: 4_000 });
    await battery.start(never);
    expect(chips[0x40]?.[0]).toBe(0x3fff);
    const { percent, perHour, charging } = await battery.read();
    expect(percent).toBeGreaterThan(48);
    expect(percent).toBeLessThan(52);
    expect(perHour).toBeCloseTo(-25, 1);
    expect(charging).toBe(false);
    await battery.stop();
    expect(opened()).toBe(0);
  });

  test("of two cells that is charged says so", async () => {
    const { options } = busWith({ 66: ina219(2 * 3.9, -0.5) });
    const battery = await createBattery("ina219", { ...options, address: 0x42, cells: 2 });
    await battery.start(never);
    expect(await battery.read()).toMatchObject({ charging: true, perHour: null });
    expect((await battery.read()).volts).toBeCloseTo(3.9, 2);
  });

  test.each([
    { shunt: -10_000, positiveCurrent: "charging", charging: false },
    { shunt: 10_000, positiveCurrent: "charging", charging: true },
    { shunt: -10_000, positiveCurrent: "discharging", charging: true },
    { shunt: 10_000, positiveCurrent: "discharging", charging: false },
  ] as const)("charges as its board is wired: %o", async ({ shunt, positiveCurrent, charging }) => {
    const { options } = busWith({ 66: { ...ina219(2 * 3.8, 0), 1: shunt } });
    const wired = { ...options, address: 0x42, cells: 2, capacityMah: 4_000, positiveCurrent };
    const battery = await createBattery("ina219", wired);
    await battery.start(never);
    const { percent, perHour, ...reading } = await battery.read();
    expect(reading.charging).toBe(charging);
    expect(perHour).toBeCloseTo(charging ? 25 : -25, 1);
    // At rest it would have less than 3.8 V a cell while it charges, more while it discharges.
    expect(percent > 100 * shareOfCharge(3.8)).toBe(!charging);
  });

  test("charges with a positive current where the settings do not say otherwise, as on the Waveshare UPS HAT", () => {
    expect(loadConfig(undefined, {}).config.power.positive_current).toBe("charging");
  });

  test("whose cells were counted wrongly is told in one line", async () => {
    const { options } = busWith({ 64: ina219(7.8, 0.5) });
    const battery = await createBattery("ina219", options);
    await battery.start(never);
    await expect(battery.read()).rejects.toMatchObject({
      code: "DEVICE",
      message: "INA219 at 0x40: 7.80 V are no battery's of 1 cell: set power.cells",
    });
  });
});

describe("a battery behind a MAX17048", () => {
  test("tells its charge and how fast it changes", async () => {
    const { options } = busWith({ 54: max17048(3.8, 62.5, -20.8) });
    const battery = await createBattery("max17048", options);
    await battery.start(never);
    const reading = await battery.read();
    expect(reading).toMatchObject({ percent: 62.5, charging: false });
    expect([reading.volts, reading.perHour]).toEqual([expect.closeTo(3.8, 3), expect.closeTo(-20.8, 1)]);
  });

  test("that is missing, or another chip, is told in one line", async () => {
    const missing = await createBattery("max17048", busWith({}).options);
    await expect(missing.start(never)).rejects.toThrow(
      "MAX17048 at 0x36: it does not answer: check its wires",
    );
    const other = await createBattery("max17048", busWith({ 54: { 8: 0xffff } }).options);
    await expect(other.start(never)).rejects.toThrow("another chip answers there");
  });
});

describe("the battery that is there", () => {
  test.each([
    ["MAX17048 at 0x36", { 54: max17048(3.8, 60, -20) }],
    ["INA219 at 0x43", { 54: { 8: 0xffff }, 67: ina219(3.8, 0.3) }],
  ])("is found: %s", async (name, chips) => {
    const { options, opened } = busWith(chips);
    const battery = await createBattery("auto", options);
    await battery.start(never);
    expect(battery.name).toBe(name);
    expect((await battery.read()).percent).toBeGreaterThan(30);
    await battery.stop();
    expect(opened()).toBe(0);
  });

  test("is told of in one line when there is none", async () => {
    const { options, opened } = busWith({ 41: {} });
    await expect((await createBattery("auto", options)).start(never)).rejects.toThrow(
      "no chip that watches a battery is on I2C bus 1",
    );
    expect(opened()).toBe(0);
  });
});
