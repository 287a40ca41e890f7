import { readFile } from "node:fs/promises";
import type { Timer } from "../../base/clock.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import type { Simulate } from "../../base/protocol.ts";
import { parseTraceLine, type TraceLine } from "../../base/trace.ts";
import { walkAt } from "../../base/walk.ts";
import type { RangeFinder, RangeReading, Simulated } from "../ports.ts";
import type { RangeOptions } from "./index.ts";
import { readingOf } from "./trace.ts";

const periodMs = 50;
/** A distance that is set by hand is walked to, for nobody jumps: metres a second. */
const handSpeed = 1.2;

/**
 * A range finder without hardware, 20 readings a second: it follows the simulated walk, a recorded trace (once, then
 * the walk), or what is set by hand on the page.
 */
export class SimulatedRangeFinder implements RangeFinder, Simulated {
  readonly name: string;
  onReading: (reading: RangeReading) => void = () => {};
  #timer: Timer | null = null;
  #set: NonNullable<Simulate["range"]> = "walk";
  #metres = 0;
  #signal = 0;
  #script: TraceLine[] = [];
  #scriptStart = 0;

  constructor(private readonly options: Pick<RangeOptions, "config" | "clock" | "epoch">) {
    this.name = options.config.name;
  }

  async start(): Promise<void> {
    const { clock, config } = this.options;
    if (config.script !== undefined) this.#script = await readScript(config.script);
    this.#scriptStart = clock.now();
    this.#timer = clock.every(periodMs, () => this.#read(clock.now()));
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
  }

  simulate(message: Simulate): void {
    if (message.range !== undefined) this.#set = message.range;
  }

  #read(at: number): void {
    this.#signal++;
    const signal = this.#signal;
    const set = this.#set;
    if (set === "silent") return;
    if (set === "walk") this.#follow(at);
    else if ("fault" in set) this.onReading({ kind: "fault", reason: set.fault, at });
    else if ("noEcho" in set) this.onReading({ kind: "noEcho", at, signal });
    else {
      const step = (handSpeed * periodMs) / 1000;
      this.#metres += Math.max(-step, Math.min(step, set.metres - this.#metres));
      this.onReading({ kind: "range", metres: this.#metres, at, signal });
    }
  }

  #follow(at: number): void {
    const signal = this.#signal;
    if (this.#script.length > 0) {
      for (let line = this.#script[0]; line !== undefined; line = this.#script[0]) {
        if (line.t > at - this.#scriptStart) break;
        this.#script.shift();
        const reading = readingOf(line, at);
        if (reading !== null) this.onReading(reading);
      }
      return;
    }
    const { metres } = walkAt(at - this.options.epoch);
    if (metres === null) {
      this.onReading({ kind: "noEcho", at, signal });
      return;
    }
    this.#metres = metres;
    this.onReading({ kind: "range", metres, at, signal });
  }
}

async function readScript(file: string): Promise<TraceLine[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new BrimError("CONFIG", `range.script = "${file}" cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, i) => parseTraceLine(line, `${file}:${i + 1}`));
}
