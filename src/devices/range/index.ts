import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { RangeFinder } from "../ports.ts";

export interface RangeOptions {
  clock: Clock;
  name: string;
  /** When the simulated walk began. */
  epoch: number;
  /** File of a recorded trace for the simulated driver. */
  script: string | undefined;
}

const drivers: Drivers<RangeOptions, RangeFinder> = {
  simulated: async (options) => new (await import("./simulated.ts")).SimulatedRangeFinder(options),
};

export function createRangeFinder(driver: string, options: RangeOptions): Promise<RangeFinder> {
  return createDevice("range", driver, drivers, options);
}
