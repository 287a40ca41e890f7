import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { Imu } from "../ports.ts";

const drivers: Drivers<{ clock: Clock }, Imu | null> = {
  /** A hat without a gyro. */
  none: async () => null,
  simulated: async ({ clock }) => new (await import("./simulated.ts")).SimulatedImu(clock),
};

export function createImu(driver: string, clock: Clock): Promise<Imu | null> {
  return createDevice("imu", driver, drivers, { clock });
}
