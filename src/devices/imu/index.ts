import type { Clock } from "../../base/clock.ts";
import type { ImuConfig } from "../../base/device-config.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { Imu } from "../ports.ts";

export interface ImuDriverOptions {
  config: ImuConfig;
  clock: Clock;
  /** Told in one line when the gyro is lost. */
  onProblem: (why: string) => void;
}

const drivers: Drivers<ImuDriverOptions, Imu | null> = {
  /** A hat without a gyro. */
  none: async () => null,
  simulated: async ({ clock }) => new (await import("./simulated.ts")).SimulatedImu(clock),
};

/** @throws BrimError CONFIG for an unknown driver, listing the valid ones */
export function createImu(options: ImuDriverOptions): Promise<Imu | null> {
  return createDevice("imu", options.config.driver, drivers, options);
}
