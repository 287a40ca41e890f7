import type { Clock, Timer } from "../../base/clock.ts";
import type { Imu } from "../ports.ts";

/** A gyro without hardware, 50 rates a second: a head that sways with the gait, ±10° about once a second. */
export class SimulatedImu implements Imu {
  readonly name = "imu";
  onYaw: (degreesPerSecond: number, at: number) => void = () => {};
  #timer: Timer | null = null;

  constructor(private readonly clock: Clock) {}

  async start(): Promise<void> {
    this.#timer = this.clock.every(20, () => {
      const at = this.clock.now();
      this.onYaw(10 * 2 * Math.PI * Math.cos((2 * Math.PI * at) / 1000), at);
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
