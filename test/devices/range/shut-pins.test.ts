import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import type { LineDriver } from "../../../src/devices/gpio/lines.ts";
import { ShutPins } from "../../../src/devices/range/shut-pins.ts";

describe("lines that switch sensors off", () => {
  /** Two lines that can fail to open and be lost; a line that is open cannot be opened again. */
  function lines() {
    const clock = new SimulatedClock();
    const state = {
      open: new Map<number, (why: string) => void>(),
      on: new Set<number>(),
      busy: new Set<number>(),
    };
    const told: string[] = [];
    const driver: LineDriver = {
      output: async ({ pin, onLost }) => {
        if (state.open.has(pin) || state.busy.has(pin)) throw new Error(`GPIO ${pin} is in use`);
        state.open.set(pin, onLost);
        state.on.delete(pin);
        return {
          set: (on) => {
            if (!state.open.has(pin)) return;
            if (on) state.on.add(pin);
            else state.on.delete(pin);
          },
          close: async () => void state.open.delete(pin),
        };
      },
      input: async () => expect.unreachable(),
    };
    const pins = new ShutPins(
      [5, 6],
      { chip: "auto" },
      clock,
      (why) => told.push(why),
      async () => driver,
    );
    /** Wakes the chip on a pin; resolves to which were on when it was talked to. */
    const wake = async (pin: number, then = async () => {}) => {
      let on: number[] = [];
      const woken = pins.wake(pin, async () => {
        on = [...state.on];
        await then();
      });
      woken.catch(() => {});
      await clock.advanceSettling(30, 1);
      await woken;
      return on;
    };
    /** The line is gone, and the chip's own resistor switches it on. */
    const lose = (pin: number) => {
      const onLost = state.open.get(pin);
      state.open.delete(pin);
      state.on.add(pin);
      onLost?.(`GPIO ${pin} was lost`);
    };
    return { state, told, wake, lose };
  }

  test("of which one cannot be opened leave the other in nobody's way, and serve as soon as both can", async () => {
    const it = lines();
    it.state.busy.add(6);
    for (let i = 0; i < 3; i++) await expect(it.wake(5)).rejects.toThrow("GPIO 6 is in use");
    expect(it.state.on).toEqual(new Set());
    it.state.busy.clear();
    expect(await it.wake(5)).toEqual([5]);
    expect(await it.wake(6)).toEqual([5, 6]);
  });

  test("that were lost are opened again when their sensor must be woken", async () => {
    const it = lines();
    await it.wake(5);
    await it.wake(6);
    it.lose(6);
    expect(it.told).toEqual(["GPIO 6 was lost"]);
    expect(await it.wake(6)).toEqual([5, 6]);
    expect(it.state.open.has(6)).toBe(true);
    it.lose(6);
    expect(it.told).toHaveLength(2);
  });

  test("that were lost do not switch a sensor off that works without them", async () => {
    const it = lines();
    await it.wake(5);
    await it.wake(6);
    it.lose(6);
    expect(await it.wake(5)).toEqual([6, 5]);
    expect(it.state.open.has(6)).toBe(false);
  });

  test("that were lost before their sensor had its address are opened, and off, before another is woken", async () => {
    const it = lines();
    await expect(it.wake(6, () => Promise.reject(new Error("nothing answers")))).rejects.toThrow("nothing");
    it.lose(6);
    expect(await it.wake(5)).toEqual([5]);
  });

  test("that are lost again and again are told of once", async () => {
    const it = lines();
    await it.wake(5);
    for (let i = 0; i < 3; i++) {
      it.lose(5);
      await expect(
        it.wake(5, () => {
          it.lose(5);
          return Promise.reject(new Error("nothing answers"));
        }),
      ).rejects.toThrow();
    }
    expect(it.told).toEqual(["GPIO 5 was lost"]);
  });
});
