import { openSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { systemClock } from "../base/clock.ts";
import { Lifecycle, signalOfProcess } from "../base/lifecycle.ts";
import { createLog } from "../base/log.ts";
import { goFirst } from "../base/niceness.ts";
import { SimulatedButton } from "../devices/button/simulated.ts";
import type { Buzzer, RangeFinder, RangeReading } from "../devices/ports.ts";
import { GuardDaemon } from "../guard/daemon.ts";
import { GuardServer } from "../guard/server.ts";

/**
 * The guard's daemon with devices that measure: `node guard-process.js SOCKET RESULT`. Its range finder reads from stdin
 * when each reading was due; its buzzer writes a byte to /dev/null as a pin's driver would write to the pin. When stdin
 * ends, the latencies are written to RESULT as JSON.
 */
const [path = "", result = ""] = process.argv.slice(2);
goFirst();
const clock = systemClock;
const log = createLog("guard", { level: "error", format: "text" });
const latencies: number[] = [];

/** The distance goes up and down, so that every level of warning is passed, and the pattern works. */
const nearest = 0.4;
const farthest = 3;
const swingMs = 6_000;

class MeasuringRange implements RangeFinder {
  readonly name = "front";
  onReading: (reading: RangeReading) => void = () => {};
  #signal = 0;

  async start(): Promise<void> {
    const lines = createInterface({ input: process.stdin });
    lines.on("line", (line) => {
      const due = Number(line);
      const phase = Math.abs(((due / swingMs) % 2) - 1);
      const metres = nearest + (farthest - nearest) * phase;
      this.onReading({ kind: "range", metres, at: due, signal: this.#signal++ });
      // The daemon judges and drives its buzzer before it returns: that write, where there was one, is behind us.
      buzzer.write();
      latencies.push(clock.now() - due);
    });
    lines.on("close", () => writeFileSync(result, JSON.stringify(latencies)));
  }

  async stop(): Promise<void> {}
}

class PinBuzzer implements Buzzer {
  readonly name = "buzzer";
  readonly #pin = openSync("/dev/null", "w");
  #on = false;

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  set(on: boolean): void {
    this.#on = on;
    this.write();
  }

  /** The daemon writes only when the sound changes; for every reading to have its write, the state is written again. */
  write(): void {
    writeSync(this.#pin, this.#on ? "1" : "0");
  }
}

const buzzer = new PinBuzzer();
const server = new GuardServer({ path, epoch: clock.now(), clock, log });
const button = new SimulatedButton(clock);
const daemon = new GuardDaemon({
  ...{ ranges: [new MeasuringRange()], imu: null, buzzer, button, server },
  ...{ gapMs: 350, simulated: true, child: true, clock, log },
});
const signal = signalOfProcess();
const lifecycle = new Lifecycle(clock, log);
await lifecycle.start([server, daemon], signal);
await new Promise<void>((resolve) => {
  daemon.onEnd = resolve;
  signal.addEventListener("abort", () => resolve());
});
await lifecycle.stop();
process.exit(0);
