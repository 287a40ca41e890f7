import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { rangeSchema } from "../../../src/base/device-config.ts";
import type { RangeFinder, RangeReading } from "../../../src/devices/ports.ts";
import { identifyAt, otherRangeFinders } from "../../../src/devices/range/identify.ts";
import { createRangeFinders } from "../../../src/devices/range/index.ts";
import { PlayedBus } from "../../bed/chips/bus.ts";
import type { PlayedChip, Scene } from "../../bed/chips/chip.ts";
import { PlayedTfLuna } from "../../bed/chips/tf-luna.ts";
import { PlayedVl53l0x } from "../../bed/chips/vl53l0x.ts";
import { PlayedVl53l1x } from "../../bed/chips/vl53l1x.ts";

/** A bus whose transfers take 1 ms, so that they come between each other. */
function slowBus(chips: PlayedChip[]) {
  const clock = new SimulatedClock(1000);
  const bus = new PlayedBus(chips, () => clock.now());
  bus.pause = () => clock.sleep(1);
  /** What was sent to each address. */
  const sent: { address: number; hex: string }[] = [];
  const send = bus.send.bind(bus);
  bus.send = (address, bytes) => {
    sent.push({ address, hex: bytes.toString("hex") });
    return send(address, bytes);
  };
  return { clock, bus, sent };
}

/** A hat with two kinds of sensors on one bus. */
async function hat(chips: Record<string, PlayedChip & { scene: Scene }>) {
  const { clock, bus, sent } = slowBus(Object.values(chips));
  const problems: string[] = [];
  const drivers = Object.keys(chips);
  const finders = await createRangeFinders(
    drivers.map((driver) => rangeSchema.parse({ driver, name: driver })),
    {
      ...{ gpio: { chip: "auto" }, clock, epoch: 0, openBus: bus.opener },
      onProblem: (name, why) => problems.push(`${name}: ${why}`),
    },
  );
  const readings = new Map<string, RangeReading[]>(drivers.map((driver) => [driver, []]));
  for (const finder of finders) finder.onReading = (reading) => void readings.get(finder.name)?.push(reading);
  const run = (ms: number) => clock.advanceSettling(ms, 1);
  const started = Promise.all(finders.map((finder) => finder.start(new AbortController().signal)));
  await run(1_000);
  await started;
  const stop = () => stopAll(finders, run);
  return { sent, problems, readings, run, stop };
}

async function stopAll(finders: RangeFinder[], run: (ms: number) => Promise<void>) {
  const stopped = Promise.all(finders.map((finder) => finder.stop()));
  await run(50);
  await stopped;
}

describe("a sensor beside one that is gone", () => {
  const kinds = {
    "tf-luna": () => new PlayedTfLuna(),
    vl53l1x: () => new PlayedVl53l1x(),
    vl53l0x: () => new PlayedVl53l0x(),
  };
  const pairs = [
    ["tf-luna", "vl53l1x"],
    ["vl53l1x", "tf-luna"],
    ["vl53l0x", "tf-luna"],
  ] as const;

  test.each(pairs)("goes on telling what is ahead: a %s beside a %s", async (here, gone) => {
    const chips = { [here]: kinds[here](), [gone]: kinds[gone]() };
    const it = await hat(chips);
    const chip = chips[here];
    if (chip === undefined) throw new Error(here);
    chip.scene.metres = 1.1;
    await it.run(200);
    chips[gone]?.power(false);
    for (const readings of it.readings.values()) readings.length = 0;
    it.sent.length = 0;
    await it.run(10_000);
    expect(it.readings.get(gone)?.at(-1)).toMatchObject({ kind: "fault", reason: "sensor not answering" });
    const told = it.readings.get(here) ?? [];
    expect(told.length).toBeGreaterThan(200);
    for (const reading of told) expect(reading).toMatchObject({ kind: "range", metres: 1.1 });
    // It is known: nobody asks it what it is.
    const asked = it.sent.filter(({ address, hex }) => address === chip.address && /^(c0|3c|010f)/.test(hex));
    expect(asked).toEqual([]);
    expect(it.problems.filter((problem) => problem.startsWith(here))).toEqual([]);
    expect(it.problems.at(-1)).toMatch(/nothing answers; check its power and wires$/);
    await it.stop();
  });

  test("is read rightly even while it is asked what it is", async () => {
    const luna = new PlayedTfLuna();
    const { clock, bus } = slowBus([luna]);
    const readings: string[] = [];
    let isOver = false;
    const reading = (async () => {
      while (!isOver) readings.push((await bus.read(0x10, Buffer.from([0x3c]), 4)).toString("latin1"));
    })();
    const found = Promise.all([identifyAt(bus, 0x10), otherRangeFinders(bus, [0x29])]);
    await clock.advanceSettling(100, 1);
    isOver = true;
    await clock.advanceSettling(10, 1);
    await reading;
    expect(await found).toEqual(["TF-Luna", [{ words: "TF-Luna at 0x10", driver: "tf-luna" }]]);
    expect(readings.length).toBeGreaterThan(10);
    expect(new Set(readings)).toEqual(new Set(["LUNA"]));
  });

  test("that a driver of the kernel holds is not what is wrong with the one that is gone", async () => {
    const bus = new PlayedBus([new PlayedVl53l0x()], () => 0);
    bus.send = () => Promise.reject(Object.assign(new Error("EBUSY"), { errno: 16, code: "EBUSY" }));
    expect(await otherRangeFinders(bus, [0x10])).toEqual([]);
  });
});
