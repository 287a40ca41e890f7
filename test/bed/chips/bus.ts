import { TurnsByKey } from "../../../src/base/turns-by-key.ts";
import { type Between, type I2cBus, type I2cTransfers, inTurns } from "../../../src/devices/i2c.ts";
import type { PlayedChip } from "./chip.ts";

/** ENXIO and EREMOTEIO as the package i2c-bus tells them: the latter has no `code`. */
const enxio = () => Object.assign(new Error("ENXIO, No such device or address"), { errno: 6, code: "ENXIO" });
const eremoteio = () => Object.assign(new Error(", Remote I/O error"), { errno: 121 });

/**
 * An I2C bus in this process with played chips on it. As on a real one each transfer stands alone, a chip keeps the number
 * of the register that it was told last, and the transfers of others come between where nothing prevents it.
 */
export class PlayedBus implements I2cBus, I2cTransfers {
  /** So many of the next transfers fail. */
  nacks = 0;
  transfers = 0;
  open = 0;
  /** How long a transfer takes. */
  pause: () => Promise<void> = async () => {};
  /** The register that each chip was told last; null for a number that it does not understand. */
  readonly #pointers = new Map<PlayedChip, number | null>();
  readonly #whole = inTurns(this, new TurnsByKey());

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

  write(address: number, bytes: Buffer): Promise<void> {
    return this.#whole.write(address, bytes);
  }

  read(address: number, register: Buffer, length: number, between?: Between): Promise<Buffer> {
    return this.#whole.read(address, register, length, between);
  }

  async send(address: number, bytes: Buffer): Promise<void> {
    this.#point(address, bytes);
    await this.pause();
  }

  async receive(address: number, length: number): Promise<Buffer> {
    const bytes = this.#bytes(address, length);
    await this.pause();
    return bytes;
  }

  async exchange(address: number, register: number, length: number): Promise<Buffer> {
    this.#point(address, Buffer.from([register]));
    const bytes = this.#bytes(address, length);
    await this.pause();
    return bytes;
  }

  #point(address: number, bytes: Buffer): void {
    const chip = this.#chip(address);
    const register = bytes.length < chip.width ? null : numberOf(bytes.subarray(0, chip.width));
    this.#pointers.set(chip, register);
    // A register of two bytes on a chip with one: the second is written there.
    const written = bytes.subarray(chip.width);
    if (register === null || written.length === 0) return;
    chip.memory.set(written, register);
    chip.advance(this.now());
  }

  #bytes(address: number, length: number): Buffer {
    const chip = this.#chip(address);
    const from = this.#pointers.get(chip) ?? null;
    if (from === null) return Buffer.alloc(length);
    chip.advance(this.now());
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
