import { createDevice, type Drivers } from "../drivers.ts";
import type { Buzzer } from "../ports.ts";

const drivers: Drivers<object, Buzzer> = {
  simulated: async () => new (await import("./simulated.ts")).SimulatedBuzzer(),
};

export function createBuzzer(driver: string): Promise<Buzzer> {
  return createDevice("buzzer", driver, drivers, {});
}
