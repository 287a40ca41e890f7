import type { Clock } from "../../base/clock.ts";
import type { ImuConfig } from "../../base/device-config.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import { openI2cBus } from "../i2c.ts";
import type { Imu } from "../ports.ts";
import type { ImuChip } from "./chip.ts";

export interface ImuDriverOptions {
  config: ImuConfig;
  clock: Clock;
  /** Told in one line when the gyro is lost. */
  onProblem: (why: string) => void;
}

const drivers: Drivers<ImuDriverOptions, Imu | null> = {
  /** A hat without a gyro. */
  none: async () => null,
  lsm6dso: (options) => onI2c(options, async () => new (await import("./lsm6dso.ts")).Lsm6dso()),
  bno085: (options) => onI2c(options, async () => new (await import("./bno085.ts")).Bno085()),
  simulated: async ({ clock }) => new (await import("./simulated.ts")).SimulatedImu(clock),
};

async function onI2c(options: ImuDriverOptions, make: () => Promise<ImuChip>): Promise<Imu> {
  const { ChipImu } = await import("./chip.ts");
  return new ChipImu(await make(), { ...options, openBus: openI2cBus });
}

/** @throws BrimError CONFIG for an unknown driver, listing the valid ones */
export function createImu(options: ImuDriverOptions): Promise<Imu | null> {
  return createDevice("imu", options.config.driver, drivers, options);
}
