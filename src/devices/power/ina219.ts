import { BrimError } from "../../base/errors.ts";
import { hex, type I2cBus, Registers } from "../i2c.ts";
import type { Battery, BatteryReading } from "../ports.ts";
import { explained } from "./explained.ts";
import type { BatteryOptions } from "./index.ts";
import { shareOfCharge } from "./li-ion.ts";

/** Registers by TI's data sheet of the INA219 (SBOS448), sections 8.5 and 8.6; 16 bits, the high byte first. */
const register = { configuration: 0, shunt: 1, bus: 2 };
/** Up to 32 V and 320 mV, each a mean of 128 samples (68 ms), again and again. */
const configuration = 0x3fff;
const afterReset = 0x399f;
const shuntVolts = 10e-6;
const busVolts = 4e-3;
/** What a cell of a battery in use can have; anything else is another thing that is measured. */
const leastVolts = 2.4;
const mostVolts = 4.5;
/** A current is that of charging from this on: less is noise. */
const chargingAmps = 0.02;

/** Whether an INA219 is at that address: it has the setting that it wakes up with, or ours. */
export async function isIna219(bus: I2cBus, address: number): Promise<boolean> {
  const found = await new Registers(bus, address, 1).u16(register.configuration);
  return found === afterReset || found === configuration;
}

/**
 * A battery whose voltage and current an INA219 measures. Charge follows from the voltage, to which is added what the
 * current loses inside the battery. Which way a positive current flows, the board's wiring decides: on Waveshare's UPS HAT and UPS
 * HAT (B), at 0x42, into the battery (https://github.com/mykhailog/hacs_waveshare_ups_hat and
 * https://github.com/in-sympathy/Waveshare_UPS_Hat_B_Monitor take it so); on its UPS HAT (D), at 0x43, out of it
 * (https://github.com/odya/hass-ina219-ups-hat/issues/30).
 */
export class Ina219Battery implements Battery {
  readonly name: string;
  readonly #options: BatteryOptions;
  readonly #address: number;
  #bus: I2cBus | null = null;

  constructor(options: BatteryOptions) {
    this.#options = options;
    this.#address = options.address ?? 0x40;
    this.name = `INA219 at ${hex(this.#address)}`;
  }

  async start(): Promise<void> {
    const { openBus, bus } = this.#options;
    this.#bus = await openBus(bus);
    await explained(this.name, () => this.#registers.write16(register.configuration, configuration));
  }

  async stop(): Promise<void> {
    await this.#bus?.close();
    this.#bus = null;
  }

  async read(): Promise<BatteryReading> {
    const { cells, capacityMah, shuntOhms, cellOhms, positiveCurrent } = this.#options;
    const [bus, shunt] = await explained(this.name, async () => [
      await this.#registers.u16(register.bus),
      (await this.#registers.read(register.shunt, 2)).readInt16BE(0),
    ]);
    if (bus === undefined || shunt === undefined) throw new BrimError("DEVICE", `${this.name}: no answer`);
    const volts = ((bus >> 3) * busVolts) / cells;
    // Out of the battery.
    const amps = ((positiveCurrent === "charging" ? -shunt : shunt) * shuntVolts) / shuntOhms;
    if (volts < leastVolts || volts > mostVolts) {
      throw new BrimError(
        "DEVICE",
        `${this.name}: ${volts.toFixed(2)} V are no battery's of ${cells} ${cells === 1 ? "cell" : "cells"}: set power.cells`,
      );
    }
    return {
      percent: 100 * shareOfCharge(volts + amps * cellOhms),
      volts,
      perHour: capacityMah === undefined ? null : (-amps * 1_000 * 100) / capacityMah,
      charging: amps < -chargingAmps,
    };
  }

  get #registers(): Registers {
    if (this.#bus === null) throw new BrimError("DEVICE", `${this.name} is not started`);
    return new Registers(this.#bus, this.#address, 1);
  }
}
