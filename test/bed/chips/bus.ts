import type { I2cBus } from "../../../src/devices/i2c.ts";
import type { PlayedChip } from "./chip.ts";

/** ENXIO and EREMOTEIO as the package i2c-bus tells them: the latter has no `code`. */
const enxio = () => Object.assign(new Error("ENXIO, No such device or address"), { errno: 6, code: "ENXIO" });
const eremoteio = () => Object.assign(new Error(", Remote I/O error"), { errno: 121 });

/** An I2C bus in this process with played chips on it. */
export class PlayedBus implements I2cBus {
  /** So many of the next transfers fail. */
  nacks = 0;
  transfers = 0;
  open = 0;

  /** @param now the time, in ms */
  constructor(
    readonly chips: PlayedChip[],
    private readonly now: () => number,
  ) {}

  readonly opener = async () => {
    this.open++;
    return this;
  };

  async close(): Promise<void> {
    this.open--;
  }

  async write(address: number, bytes: Buffer): Promise<void> {
    const chip = this.#chip(address);
    const register = bytes.subarray(0, chip.width);
    // A register of two bytes on a chip with one: the second is written there.
    if (register.length === chip.width) chip.memory.set(bytes.subarray(chip.width), numberOf(register));
    chip.advance(this.now());
  }

  async read(address: number, register: Buffer, length: number): Promise<Buffer> {
    const chip = this.#chip(address);
    if (register.length < chip.width) return Buffer.alloc(length);
    if (register.length > chip.width) await this.write(address, register);
    chip.advance(this.now());
    const from = numberOf(register.subarray(0, chip.width));
    return Buffer.from(chip.memory.slice(from, from + length));
  }

  #chip(address: number): PlayedChip {
    this.transfers++;
    const [chip, ...more] = this.chips.filter((other) => other.powered && other.address === address);
    if (more.length > 0) throw new Error(`${more.length + 1} chips answer at ${address}`);
    if (chip === undefined) throw enxio();
    if (this.nacks > 0) {
      this.nacks--;
      throw eremoteio();
    }
    return chip;
  }
}

function numberOf(register: Buffer): number {
  return register.length === 2 ? register.readUInt16BE(0) : register.readUInt8(0);
}
