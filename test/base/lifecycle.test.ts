import { describe, expect, test } from "vitest";
import { Backoff } from "../../src/base/backoff.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import { nearest } from "../../src/base/errors.ts";
import { Lifecycle } from "../../src/base/lifecycle.ts";
import { noLog } from "../../src/base/log.ts";

function part(name: string, events: string[], stop: () => Promise<void> = async () => {}) {
  return {
    name,
    start: async () => void events.push(`start ${name}`),
    stop: async () => {
      events.push(`stop ${name}`);
      await stop();
    },
  };
}

describe("starting and stopping", () => {
  test("goes in order, and back in reverse order", async () => {
    const events: string[] = [];
    const lifecycle = new Lifecycle(new SimulatedClock(), noLog);
    await lifecycle.start([part("a", events), part("b", events)], new AbortController().signal);
    await lifecycle.stop();
    await lifecycle.stop();
    expect(events).toEqual(["start a", "start b", "stop b", "stop a"]);
  });

  test("leaves a part behind that does not stop within 5 s, and one that throws", async () => {
    const events: string[] = [];
    const clock = new SimulatedClock();
    const lifecycle = new Lifecycle(clock, noLog);
    const hanging = part("hangs", events, () => new Promise(() => {}));
    const throwing = part("throws", events, () => Promise.reject(new Error("no")));
    await lifecycle.start([part("a", events), hanging, throwing], new AbortController().signal);
    const stopped = lifecycle.stop();
    await clock.advanceSettling(5_100, 100);
    await stopped;
    expect(events.at(-1)).toBe("stop a");
  });

  test("can be aborted between two parts", async () => {
    const events: string[] = [];
    const controller = new AbortController();
    const lifecycle = new Lifecycle(new SimulatedClock(), noLog);
    const first = { ...part("a", events), start: async () => controller.abort() };
    await expect(lifecycle.start([first, part("b", events)], controller.signal)).rejects.toThrow();
    await lifecycle.stop();
    expect(events).toEqual(["stop a"]);
  });
});

test("waits between tries grow to a limit, and start over after it has held", () => {
  const backoff = new Backoff(100, 1_000, 10_000);
  backoff.started(0);
  expect([1, 2, 3, 4, 5, 6].map((now) => backoff.failed(now))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  backoff.started(100);
  expect(backoff.failed(20_000)).toBe(100);
});

test("a name that was mistyped is recognised, and one that is far off is not", () => {
  expect(nearest("buzer", ["button", "buzzer"])).toBe("buzzer");
  expect(nearest("xylophone", ["button", "buzzer"])).toBeUndefined();
});
