import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import type { FromGuard } from "../../src/base/protocol.ts";
import type { RangeReading } from "../../src/devices/ports.ts";
import { GuardDaemon } from "../../src/guard/daemon.ts";
import type { GuardServer } from "../../src/guard/server.ts";

/** A running guard in virtual time, with hand-held devices. */
function hat(options: { child?: boolean; ranges?: string[]; missing?: string } = {}) {
  const clock = new SimulatedClock(10_000);
  const sent: FromGuard[] = [];
  const buzz: [number, boolean][] = [];
  const state = {
    mind: 1 as number | null,
    metres: 3 as number | null,
    second: 3 as number | null,
    ended: false,
  };
  const server = {
    broadcast: (message: FromGuard) => sent.push(message),
    mind: () => state.mind,
    onMessage: () => {},
  } as unknown as GuardServer;
  const part = { start: async () => {}, stop: async () => {} };
  const ranges = (options.ranges ?? ["front"]).map((name) => ({
    ...part,
    name,
    start: async () => {
      if (name === "low" && options.missing !== undefined) throw new Error(options.missing);
    },
    onReading: (_: RangeReading) => {},
  }));
  const button = { ...part, name: "button", onChange: (_pressed: boolean, _at: number) => {} };
  const buzzer = { ...part, name: "buzzer", set: (on: boolean) => buzz.push([clock.now() - 10_000, on]) };
  const guard = new GuardDaemon({
    ranges,
    imu: null,
    buzzer,
    button,
    server,
    gapMs: 350,
    simulated: true,
    child: options.child ?? true,
    clock,
    log: noLog,
  });
  guard.onEnd = () => {
    state.ended = true;
  };
  clock.every(50, () => {
    const read = (metres: number | null, i: number) => {
      if (metres !== null) ranges[i]?.onReading({ kind: "range", metres, at: clock.now() });
    };
    read(state.metres, 0);
    read(state.second, 1);
  });
  const levels = () => sent.flatMap((message) => (message.type === "status" ? [message.level] : []));
  const sounds = (from: number) => buzz.filter(([t]) => t >= from).map(([t, on]) => [t - from, on] as const);
  return { clock, sent, buzz, state, guard, button, server, levels, sounds };
}

const started = async (it: ReturnType<typeof hat>) => {
  await it.guard.start(new AbortController().signal);
  it.clock.advance(2_000);
};

describe("the running guard", () => {
  test("works, for systemd, while readings are judged or blindness is told, and not once its time stands still", async () => {
    const it = hat();
    expect(it.guard.works).toBe(false);
    await started(it);
    expect(it.guard.works).toBe(true);
    it.state.metres = null;
    for (let i = 0; i < 40; i++) {
      it.clock.advance(50);
      expect(it.guard.works).toBe(true);
    }
    expect(it.levels().at(-1)).toBe("blind");
    // Stopping ends its steps.
    void it.guard.stop();
    it.clock.advance(1_000);
    expect(it.guard.works).toBe(false);
  });

  test("says ready, short-short-long, at the first reading", async () => {
    const it = hat();
    await started(it);
    const lengths = it.buzz.slice(1).map(([t], i) => t - (it.buzz[i]?.[0] ?? 0));
    expect(lengths).toEqual([80, 80, 80, 80, 300]);
  });

  test("beeps in the very step in which the reading came", async () => {
    const it = hat();
    await started(it);
    let metres = 3;
    for (let i = 0; i < 80 && it.sent.every((m) => m.type !== "status" || m.level === "quiet"); i++) {
      metres -= 0.05;
      it.state.metres = metres;
      it.clock.advance(50);
    }
    const level = it.sent.find((message) => message.type === "status" && message.level === "caution");
    const on = it.buzz.filter(([t, on]) => on && t > 2_000)[0]?.[0];
    expect(level?.type === "status" && level.at - 10_000).toBe(on);
  });

  test("answers every press with a tick, and tells the mind the gesture", async () => {
    const it = hat();
    await started(it);
    it.button.onChange(true, it.clock.now());
    expect(it.buzz.at(-1)).toEqual([2_000, true]);
    it.clock.advance(100);
    expect(it.buzz.at(-1)).toEqual([2_015, false]);
    it.button.onChange(false, it.clock.now());
    it.clock.advance(500);
    expect(it.sent.filter(({ type }) => type === "press" || type === "gesture")).toMatchObject([
      { type: "press" },
      { type: "gesture", gesture: "click" },
    ]);
  });

  test("sends its status at least every half second, as its heartbeat", async () => {
    const it = hat();
    await started(it);
    it.sent.length = 0;
    it.clock.advance(5_000);
    expect(it.sent.filter(({ type }) => type === "status").length).toBeGreaterThanOrEqual(9);
  });

  test("tells blindness once and every 30 s, until a press acknowledges it, and its end", async () => {
    const it = hat();
    await started(it);
    it.state.metres = null;
    it.clock.advance(65_000);
    expect(it.levels().at(-1)).toBe("blind");
    const long = it.buzz.filter(([t, on], i) => on && t > 2_000 && (it.buzz[i + 1]?.[0] ?? 0) - t === 600);
    expect(long).toHaveLength(3);
    it.button.onChange(true, it.clock.now());
    it.button.onChange(false, it.clock.now());
    it.buzz.length = 0;
    it.clock.advance(60_000);
    expect(it.buzz.filter(([, on]) => on).length).toBeLessThanOrEqual(1);
    it.state.metres = 3;
    it.clock.advance(2_000);
    expect(it.levels().at(-1)).toBe("quiet");
    expect(it.buzz.filter(([, on]) => on).length).toBeGreaterThanOrEqual(3);
  });

  test("goes on when one of two sensors is lost, and says so", async () => {
    const it = hat({ ranges: ["front", "low"] });
    await started(it);
    it.state.second = null;
    it.clock.advance(2_000);
    const status = it.sent.filter((message) => message.type === "status").at(-1);
    expect(status).toMatchObject({
      level: "quiet",
      sensors: [
        { name: "front", state: "good" },
        { name: "low", state: "blind", reason: "no readings" },
      ],
    });
    expect(it.buzz.some(([t, on], i) => on && (it.buzz[i + 1]?.[0] ?? 0) - t === 600)).toBe(true);
  });

  test("says of a sensor that cannot be opened why, in the words of its driver", async () => {
    const missing = "no VL53L1X at 0x29 of I2C bus 1: nothing answers; check its power and wires";
    const it = hat({ ranges: ["front", "low"], missing });
    it.state.second = null;
    await started(it);
    const states = () => it.sent.filter((message) => message.type === "status").at(-1)?.sensors;
    expect(states()).toMatchObject([{ state: "good" }, { state: "starting", reason: null }]);
    it.clock.advance(1_000);
    expect(states()).toMatchObject([{ state: "good" }, { name: "low", state: "blind", reason: missing }]);
  });

  test("chirps that it is alone when its mind is gone, at once and every 30 s", async () => {
    const it = hat({ child: false });
    await started(it);
    it.state.mind = null;
    it.clock.advance(62_000);
    const alone = it.buzz.filter(([t, on], i) => on && (it.buzz[i + 1]?.[0] ?? 0) - t === 1200);
    expect(alone.map(([t]) => Math.round(t / 1000))).toEqual([2, 32, 62]);
    expect(it.state.ended).toBe(false);
  });

  test("tells that speech cannot be heard, at once and every 30 s, until it can", async () => {
    const it = hat({ child: false });
    await started(it);
    const mute = () =>
      it.buzz
        .filter(([t, on], i) => on && (it.buzz[i + 1]?.[0] ?? 0) - t === 400)
        .map(([t]) => Math.floor(t / 1000));
    it.server.onMessage({ type: "speech", heard: false });
    it.server.onMessage({ type: "speech", heard: false });
    it.clock.advance(62_000);
    expect(mute()).toEqual([2, 2, 32, 32, 62, 62]);
    it.server.onMessage({ type: "speech", heard: true });
    it.buzz.length = 0;
    it.clock.advance(120_000);
    expect(mute()).toEqual([]);
  });

  test("as a child in simulation ends a minute after losing its mind, and not before", async () => {
    const it = hat();
    await started(it);
    it.state.mind = null;
    it.clock.advance(59_000);
    expect(it.state.ended).toBe(false);
    it.clock.advance(2_000);
    expect(it.state.ended).toBe(true);
  });

  test("is silent but for a tick a minute while beeps are paused, and not for longer than asked", async () => {
    const it = hat();
    await started(it);
    it.server.onMessage({ type: "pause", minutes: 2 });
    expect(it.levels().at(-1)).toBe("paused");
    it.buzz.length = 0;
    for (let i = 0; i < 100; i++) {
      it.state.metres = 3 - (i % 50) * 0.05;
      it.clock.advance(50);
    }
    expect(it.buzz).toEqual([]);
    it.clock.advance(60_000);
    expect(it.buzz).toHaveLength(2);
    it.clock.advance(60_000);
    expect(it.levels().at(-1)).toBe("quiet");
  });

  test("stops with long-short-short and leaves the buzzer off", async () => {
    const it = hat();
    await started(it);
    it.buzz.length = 0;
    const stopped = it.guard.stop();
    await it.clock.advanceSettling(2_000);
    await stopped;
    expect(it.buzz.at(-1)?.[1]).toBe(false);
    expect(it.buzz.filter(([, on]) => on)).toHaveLength(3);
  });
});
