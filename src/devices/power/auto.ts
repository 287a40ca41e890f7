import { BrimError } from "../../base/errors.ts";
import { isNoAnswer } from "../i2c.ts";
import type { Battery, BatteryReading } from "../ports.ts";
import { Ina219Battery, isIna219 } from "./ina219.ts";
import type { BatteryOptions } from "./index.ts";
import { isMax17048, Max17048Battery } from "./max17048.ts";

/** Where each chip can be: the MAX17048 in one place, the INA219 of a battery board in one of four. */
const places = [
  { address: 0x36, is: isMax17048, Chip: Max17048Battery },
  ...[0x40, 0x41, 0x42, 0x43].map((address) => ({ address, is: isIna219, Chip: Ina219Battery })),
];

/** The chip that is there; `name` says which. */
export class AutoBattery implements Battery {
  readonly #options: BatteryOptions;
  #chosen: Battery | null = null;

  constructor(options: BatteryOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#chosen?.name ?? "no battery";
  }

  /** @throws BrimError DEVICE when none is found */
  async start(signal: AbortSignal): Promise<void> {
    this.#chosen = await this.#look();
    await this.#chosen.start(signal);
  }

  async stop(): Promise<void> {
    await this.#chosen?.stop();
    this.#chosen = null;
  }

  async read(): Promise<BatteryReading> {
    if (this.#chosen === null) throw new BrimError("DEVICE", "the battery is not started");
    return this.#chosen.read();
  }

  async #look(): Promise<Battery> {
    const { openBus, bus: number } = this.#options;
    const bus = await openBus(number);
    try {
      for (const { address, is, Chip } of places) {
        const found = await is(bus, address).catch((error) => {
          if (isNoAnswer(error)) return false;
          throw error;
        });
        if (found) return new Chip({ ...this.#options, address });
      }
    } finally {
      await bus.close();
    }
    throw new BrimError("DEVICE", `no chip that watches a battery is on I2C bus ${number}`);
  }
}
