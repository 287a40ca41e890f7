import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { OpenI2cBus } from "../i2c.ts";
import type { Battery } from "../ports.ts";

export interface BatteryOptions {
  clock: Clock;
  openBus: OpenI2cBus;
  /** Number of the I2C bus. */
  bus: number;
  /** Address of the chip; without it, the usual one. */
  address?: number | undefined;
  /** Cells in series. */
  cells: number;
  /** What the battery holds; without it, how long it lasts is told by how its charge falls. */
  capacityMah?: number | undefined;
  /** Of the resistor through which an INA219 measures. */
  shuntOhms: number;
  /** What a current that an INA219 measures as positive does to the battery. */
  positiveCurrent: "charging" | "discharging";
  /** Inside a cell. */
  cellOhms: number;
}

const drivers: Drivers<BatteryOptions, Battery> = {
  auto: async (options) => new (await import("./auto.ts")).AutoBattery(options),
  ina219: async (options) => new (await import("./ina219.ts")).Ina219Battery(options),
  max17048: async (options) => new (await import("./max17048.ts")).Max17048Battery(options),
  simulated: async ({ clock }) => new (await import("./simulated.ts")).SimulatedBattery(clock),
};

/**
 * Makes the battery of a driver; its owner starts it.
 * @throws BrimError CONFIG for an unknown name, listing the valid ones
 */
export function createBattery(driver: string, options: BatteryOptions): Promise<Battery> {
  return createDevice("power", driver, drivers, options);
}
