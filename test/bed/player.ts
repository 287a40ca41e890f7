import { execFileSync } from "node:child_process";
import { closeSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { PlayedChip } from "./chips/chip.ts";

const debugfs = "/sys/kernel/debug/i2c-hil";

/** Loads the bus that is played (bus 1), with chips at those addresses; `wide` are register numbers of 16 bits. */
export function plugBus(chips: { address: number; wide: boolean }[]): void {
  const wide = chips.map((chip) => (chip.wide ? 1 : 0)).join();
  execFileSync("modprobe", ["i2c-dev"]);
  execFileSync("modprobe", [
    "i2c-hil",
    `chips=${chips.map(({ address }) => address).join()}`,
    `wide=${wide}`,
  ]);
}

export function unplugBus(): void {
  execFileSync("rmmod", ["i2c-hil"]);
}

/** Plays a chip on the bus: every few milliseconds it does what is due, in the registers that the bus reads. */
export class Player<T extends PlayedChip> {
  readonly #file: number;
  readonly #before: Uint8Array;
  readonly #timer: NodeJS.Timeout;
  readonly #hex: string;

  constructor(readonly chip: T) {
    this.#hex = chip.address.toString(16).padStart(2, "0");
    this.#file = openSync(`${debugfs}/${this.#hex}`, "r+");
    this.#before = new Uint8Array(chip.memory.length);
    writeSync(this.#file, chip.memory, 0, chip.memory.length, 0);
    this.#timer = setInterval(() => this.#step(), 4);
  }

  /** Takes the chip off the bus, or puts it back as it is when it gets power. */
  plug(plugged: boolean): void {
    this.chip.power(plugged);
    if (plugged) writeSync(this.#file, this.chip.memory, 0, this.chip.memory.length, 0);
    this.set("gone", plugged ? 0 : 1);
  }

  set(what: "nack" | "gone" | "stretch_ms", value: number): void {
    writeFileSync(`${debugfs}/${this.#hex}.${what}`, String(value));
  }

  /** Lets go of the chip's registers, without which the bus cannot be taken out. */
  stop(): void {
    clearInterval(this.#timer);
    closeSync(this.#file);
  }

  /** What the bus has written is the chip's; what the chip changes is written, and nothing else of its registers. */
  #step(): void {
    const { memory, powered } = this.chip;
    if (!powered) return;
    readSync(this.#file, memory, 0, memory.length, 0);
    this.#before.set(memory);
    this.chip.advance(performance.now());
    for (let from = 0; from < memory.length; from++) {
      if (memory[from] === this.#before[from]) continue;
      let to = from + 1;
      while (to < memory.length && memory[to] !== this.#before[to]) to++;
      writeSync(this.#file, memory, from, to - from, from);
      from = to;
    }
  }
}
