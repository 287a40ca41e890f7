import { writeSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { goFirst } from "../base/niceness.ts";

/**
 * A sensor as a process of its own: `node sensor.js READINGS PERIOD_MS` writes a line to stdout at each moment at which a
 * reading is due, which holds that moment (CLOCK_MONOTONIC, ms), not when it came to be written. A sensor that is late
 * because the cores are taken counts against the guard.
 */
// A real sensor has a clock of its own and waits for no core.
goFirst();
const [readings = 0, periodMs = 5] = process.argv.slice(2).map(Number);
const bell = new Int32Array(new SharedArrayBuffer(4));
let due = systemClock.now() + periodMs;
for (let i = 0; i < readings; i++, due += periodMs) {
  // Nobody rings: this sleeps, more exactly than a timer of the event loop.
  const wait = due - systemClock.now();
  if (wait > 0) Atomics.wait(bell, 0, 0, wait);
  writeSync(1, `${due}\n`);
}
