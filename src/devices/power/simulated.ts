import type { Clock } from "../../base/clock.ts";
import type { Battery, BatteryReading } from "../ports.ts";
import { voltsAtRest } from "./li-ion.ts";

/** Four hours from full to empty. */
const perHour = -25;

/** A battery that runs down as the hat's would; from 80 percent on, for who tries the hat without one. */
export class SimulatedBattery implements Battery {
  readonly name = "simulated battery";
  #began: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly begin = 80,
  ) {}

  async start(): Promise<void> {
    this.#began ??= this.clock.now();
  }

  async stop(): Promise<void> {}

  async read(): Promise<BatteryReading> {
    const hours = (this.clock.now() - (this.#began ?? this.clock.now())) / 3_600_000;
    const percent = Math.max(0, this.begin + hours * perHour);
    return { percent, volts: voltsAtRest(percent / 100), perHour, charging: false };
  }
}
