import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { Button } from "../ports.ts";

const drivers: Drivers<{ clock: Clock }, Button> = {
  simulated: async ({ clock }) => new (await import("./simulated.ts")).SimulatedButton(clock),
};

export function createButton(driver: string, clock: Clock): Promise<Button> {
  return createDevice("button", driver, drivers, { clock });
}
