import { BrimError } from "../../base/errors.ts";
import { hex, type I2cBus, Registers } from "../i2c.ts";
import type { Battery, BatteryReading } from "../ports.ts";
import { explained } from "./explained.ts";
import type { BatteryOptions } from "./index.ts";

/**
 * Registers by Maxim's data sheet of the MAX17048 (19-6171), table 2; 16 bits, the high byte first. A stop ends what it was
 * told, the register's number among it: its protocol of reading has a repeated start.
 */
const register = { volts: 0x02, charge: 0x04, version: 0x08, rate: 0x16 };
const voltsUnit = 78.125e-6;
const percentUnit = 1 / 256;
const perHourUnit = 0.208;
/** It charges when its charge rises by so much an hour. */
const chargingPerHour = 1;

const registersOf = (bus: I2cBus, address: number) => new Registers(bus, address, 1, "repeatedStart");

/** Whether a MAX17048 is at that address: its version is 0x001x. */
export async function isMax17048(bus: I2cBus, address: number): Promise<boolean> {
  return ((await registersOf(bus, address).u16(register.version)) & 0xfff0) === 0x0010;
}

/** A battery of one cell that a MAX17048 watches; the chip itself reckons charge and how fast it changes. */
export class Max17048Battery implements Battery {
  readonly name: string;
  readonly #options: BatteryOptions;
  readonly #address: number;
  #bus: I2cBus | null = null;

  constructor(options: BatteryOptions) {
    this.#options = options;
    this.#address = options.address ?? 0x36;
    this.name = `MAX17048 at ${hex(this.#address)}`;
  }

  async start(): Promise<void> {
    const { openBus, bus } = this.#options;
    this.#bus = await openBus(bus);
    const is = await explained(this.name, () => isMax17048(this.#opened, this.#address));
    if (!is) throw new BrimError("DEVICE", `${this.name}: another chip answers there`);
  }

  async stop(): Promise<void> {
    await this.#bus?.close();
    this.#bus = null;
  }

  async read(): Promise<BatteryReading> {
    const registers = registersOf(this.#opened, this.#address);
    return explained(this.name, async () => {
      const volts = (await registers.u16(register.volts)) * voltsUnit;
      // A new battery, or one that was charged to its end, is a little over 100.
      const percent = Math.min(100, (await registers.u16(register.charge)) * percentUnit);
      const perHour = (await registers.read(register.rate, 2)).readInt16BE(0) * perHourUnit;
      return { percent, volts, perHour, charging: perHour > chargingPerHour };
    });
  }

  get #opened(): I2cBus {
    if (this.#bus === null) throw new BrimError("DEVICE", `${this.name} is not started`);
    return this.#bus;
  }
}
