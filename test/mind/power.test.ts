import { beforeEach, describe, expect, test } from "vitest";
import type { PowerState } from "../../src/attention/power.ts";
import { PowerWatch } from "../../src/attention/power.ts";
import { english } from "../../src/attention/wording/en.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import { BrimError } from "../../src/base/errors.ts";
import { noLog } from "../../src/base/log.ts";
import type { BatteryReading } from "../../src/devices/ports.ts";
import type { BoardState } from "../../src/devices/power/board.ts";
import { PowerKeeper } from "../../src/mind/power.ts";
import type { Utterance } from "../../src/voice/utterance.ts";

let clock: SimulatedClock;
let reading: BatteryReading | string;
let board: BoardState;
let said: string[];
let troubles: string[];
let states: PowerState[];
let halts: number;
/** Starts of a battery that were not ended by a stop. */
let held: number;

beforeEach(() => {
  clock = new SimulatedClock(1_000_000);
  reading = { percent: 80, volts: 3.9, perHour: -20, charging: false };
  board = { celsius: 50, throttled: false, underVoltage: false, diskFree: 5e9 };
  said = [];
  troubles = [];
  states = [];
  halts = 0;
  held = 0;
});

/** The hat's power, with what of it is said. */
async function hat(expected = false) {
  const watch = new PowerWatch(english);
  const say = (utterance: Utterance) => {
    said.push(utterance.text);
    utterance.onEnd?.("finished");
  };
  const keeper = new PowerKeeper({
    clock,
    log: noLog,
    wording: english,
    expected,
    battery: async () => ({
      name: "battery",
      start: async () => {
        held++;
        if (typeof reading === "string") throw new BrimError("DEVICE", reading);
      },
      stop: async () => {
        held--;
      },
      read: async () => {
        if (typeof reading === "string") throw new BrimError("DEVICE", reading);
        return reading;
      },
    }),
    board: async () => board,
    onState: (state) => {
      states.push(state);
      watch.take(state, clock.now());
      for (const utterance of watch.due(clock.now())) say(utterance);
    },
    onTrouble: (why) => troubles.push(why),
    say,
    halt: () => {
      halts++;
    },
  });
  await keeper.start();
  return keeper;
}

const set = (percent: number, more: Partial<BatteryReading> = {}) => {
  reading = { percent, volts: 3.7, perHour: -20, charging: false, ...more };
};

const pass = (seconds: number) => clock.advanceSettling(seconds * 1_000, 5_000);

describe("the battery", () => {
  test("is told at 25, 10 and 5 percent, each once, with the minutes left until it is empty", async () => {
    const keeper = await hat();
    for (let percent = 30; percent > 3; percent -= 0.5) {
      set(percent);
      await pass(20);
    }
    await keeper.stop();
    expect(said).toEqual([
      "Battery 25 percent, 70 minutes.",
      "Battery 10 percent, 25 minutes.",
      "Battery 5 percent, 9 minutes.",
    ]);
  });

  test("is told anew after it was charged, not while it wavers about a step", async () => {
    const keeper = await hat();
    for (const percent of [26, 25, 26, 24, 27, 24]) {
      set(percent);
      await pass(20);
    }
    expect(said.length).toBe(1);
    set(90, { charging: true });
    await pass(60);
    set(24);
    await pass(60);
    await keeper.stop();
    expect(said.length).toBe(2);
  });

  test("lasts as its charge falls, where the chip tells no current", async () => {
    set(80, { perHour: null, charging: null });
    const keeper = await hat();
    for (let minute = 0; minute <= 10; minute++) {
      set(80 - minute, { perHour: null, charging: null });
      await pass(60);
    }
    await keeper.stop();
    expect(states.at(0)?.battery?.minutesLeft).toBeNull();
    // A percent a minute, 68 or 69 to go until 2.
    expect(states.at(-1)?.battery?.minutesLeft).toBeGreaterThan(60);
    expect(states.at(-1)?.battery?.minutesLeft).toBeLessThan(80);
  });

  test("that is empty switches the hat off, after it was said; a sag of the voltage does not", async () => {
    const keeper = await hat();
    set(6);
    await pass(20);
    set(1);
    await pass(20);
    set(6);
    await pass(20);
    expect(halts).toBe(0);
    set(1.5);
    await pass(30);
    await keeper.stop();
    expect(said.at(-1)).toBe("Battery empty. Brim switches off. Collision warning off.");
    expect(halts).toBe(1);
  });

  test("that is empty and charges does not", async () => {
    set(1, { charging: true });
    const keeper = await hat();
    await pass(120);
    await keeper.stop();
    expect([halts, said]).toEqual([0, []]);
  });

  test.each([90, 25, 12])(
    "is told and switches the hat off at %d percent an hour, though its chip says that it charges",
    async (perHour) => {
      set(30, { charging: true, perHour });
      const keeper = await hat();
      for (let percent = 30; percent > 0.5; percent -= perHour / 360) {
        set(percent, { charging: true, perHour });
        await pass(10);
      }
      await keeper.stop();
      const told = said.map((text) => text.replace(/, \w+ (minutes|hours)/, ""));
      expect(told.slice(0, 3)).toEqual(["Battery 25 percent.", "Battery 10 percent.", "Battery 5 percent."]);
      expect(told[3]).toBe("Battery empty. Brim switches off. Collision warning off.");
      expect(halts).toBeGreaterThan(0);
      // How long it lasts is seen from how it falls.
      expect(said[1]).toMatch(/^Battery 10 percent, \d+ minutes\.$/);
    },
  );

  test.each([5, 4, 3])(
    "that has %d percent when its chip begins to say so, wrongly, switches the hat off at 2 or soon after",
    async (begin) => {
      set(begin, { charging: true, perHour: 25 });
      const keeper = await hat();
      let last = begin;
      for (let percent = begin; percent > 0 && halts === 0; percent -= 25 / 360) {
        set(percent, { charging: true, perHour: 25 });
        await pass(10);
        last = percent;
      }
      await keeper.stop();
      expect(said[0]).toMatch(/^Battery [2345] percent/);
      expect(halts).toBe(1);
      expect(last).toBeGreaterThan(1);
    },
  );

  test("that is empty, is said to charge and does not rise switches the hat off", async () => {
    set(1, { charging: true, perHour: 25 });
    const keeper = await hat();
    await pass(240);
    await keeper.stop();
    expect(halts).toBe(1);
  });

  test("that charges says so from empty to full, though its voltage wavers with the load", async () => {
    set(1, { charging: true, perHour: 20 });
    const keeper = await hat();
    for (let n = 0; n < 4.9 * 360; n++) {
      set(1 + n / 18 + (n % 6 === 0 ? -1.5 : 0.3) * Math.min(1, n / 180), { charging: true, perHour: 20 });
      await pass(10);
    }
    await keeper.stop();
    expect([halts, said]).toEqual([0, []]);
    expect(states.every(({ battery }) => battery?.charging === true)).toBe(true);
  });

  test("that was unplugged is not thought to charge for longer than two percent, whatever its chip says", async () => {
    set(40, { charging: false });
    const keeper = await hat();
    for (let percent = 40; percent < 60; percent += 0.2) {
      set(percent, { charging: false, perHour: -20 });
      await pass(10);
    }
    for (let percent = 60; percent > 56; percent -= 0.1) {
      set(percent, { charging: true, perHour: 20 });
      await pass(10);
    }
    await keeper.stop();
    const believed = states.filter(({ battery }) => battery?.charging === true);
    expect(believed.at(-1)?.battery?.percent).toBeGreaterThan(57);
    expect(states.at(-1)?.battery?.charging).toBe(false);
  });

  test("that is empty is tried again a minute later where the hat is still on", async () => {
    set(1);
    const keeper = await hat();
    await pass(130);
    await keeper.stop();
    expect(halts).toBe(2);
  });

  test("whose chip is gone is told once, is unknown meanwhile, and is found again", async () => {
    const keeper = await hat();
    await pass(20);
    reading = "INA219 at 0x40: it does not answer: check its wires";
    await pass(120);
    expect(states.at(-1)?.battery).toBeNull();
    expect(troubles).toEqual(["INA219 at 0x40: it does not answer: check its wires"]);
    set(70);
    await pass(300);
    await keeper.stop();
    expect(states.at(-1)?.battery?.percent).toBe(70);
  });

  test("that nobody has named and nobody finds is no trouble; one that is named is", async () => {
    reading = "no chip that watches a battery is on I2C bus 1";
    const auto = await hat(false);
    await pass(60);
    await auto.stop();
    expect(troubles).toEqual([]);
    const named = await hat(true);
    await pass(60);
    await named.stop();
    expect(troubles).toEqual(["no chip that watches a battery is on I2C bus 1"]);
  });
});

describe("the computer", () => {
  test.each([
    [{ celsius: 81 }, "Hat too hot. Shade and fresh air."],
    [{ celsius: 85, throttled: true }, "Hat slowed by heat. Switch it off for a while."],
    [{ underVoltage: true }, "Power too weak. Check the battery and its cable."],
    [{ diskFree: 1e8 }, "Disk nearly full. A helper must make room."],
  ])("says once what is wrong and what to do: %o", async (wrong, words) => {
    const good = board;
    board = { ...board, ...wrong };
    const keeper = await hat();
    await pass(120);
    expect(said).toEqual([words]);
    // It comes back at once, which is no news, and an hour later, which is.
    board = good;
    await pass(60);
    board = { ...board, ...wrong };
    await pass(60);
    expect(said).toEqual([words]);
    board = good;
    await pass(3_600);
    board = { ...board, ...wrong };
    await pass(60);
    await keeper.stop();
    expect(said).toEqual([words, words]);
  });
});

test("a battery that does not answer is let go before each new try, however long it is away", async () => {
  reading = "nothing answers";
  const keeper = await hat(true);
  await clock.advanceSettling(600_000, 1_000);
  expect(held).toBe(0);
  set(60);
  await clock.advanceSettling(120_000, 1_000);
  expect(held).toBe(1);
  expect(states.at(-1)?.battery?.percent).toBe(60);
  await keeper.stop();
  expect(held).toBe(0);
});
