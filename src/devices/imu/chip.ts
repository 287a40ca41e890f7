import type { Clock } from "../../base/clock.ts";
import type { ImuConfig } from "../../base/device-config.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { hex, type I2cBus, isHeldByKernel, isNoAnswer, type OpenI2cBus } from "../i2c.ts";
import type { Imu } from "../ports.ts";
import { type Vector, VerticalTurn } from "./vertical-turn.ts";

/** A sample: rate of turn in °/s, and acceleration in g, which points up at rest; in the chip's own axes. */
export interface Motion {
  rate: Vector;
  acceleration: Vector;
}

/** What one kind of gyro on I2C is told and asked; it keeps no time and no bus. */
export interface ImuChip {
  readonly chip: string;
  /** The addresses it may have, the usual one first. */
  readonly addresses: readonly number[];
  /**
   * Makes sure that it is this chip, and sets it up.
   * @throws BrimError DEVICE for another chip
   */
  begin(bus: I2cBus, address: number, sleep: (ms: number) => Promise<void>): Promise<void>;
  /** The newest sample, once; null while there is none. */
  read(bus: I2cBus, address: number): Promise<Motion | null>;
}

export interface ImuOptions {
  config: ImuConfig;
  clock: Clock;
  openBus: OpenI2cBus;
  /** Told in one line when the gyro is lost. */
  onProblem: (why: string) => void;
}

/** The guard wants a mean of half a second; 50 samples a second are plenty. */
const pollMs = 20;
/** A single transfer may fail; so many in a row, or nothing new for so long, are a chip that is gone. */
const mostFailures = 3;
const silentMs = 500;
const againMs = 1_000;

/**
 * A gyro on I2C. One that is lost is told of once, and is set up again for as long as it takes; the guard goes on without it.
 */
export class ChipImu implements Imu {
  readonly name = "imu";
  onYaw: (degreesPerSecond: number, at: number) => void = () => {};
  #bus: I2cBus | null = null;
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly chip: ImuChip,
    private readonly options: ImuOptions,
  ) {}

  get #address(): number {
    return this.options.config.address ?? this.chip.addresses[0] ?? 0;
  }

  /** @throws BrimError DEVICE when there is no such chip */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    const bus = await this.options.openBus(this.options.config.bus);
    try {
      await this.#begin(bus);
    } catch (error) {
      await bus.close();
      throw error;
    }
    this.#bus = bus;
    this.#loop = this.#run(bus);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    const bus = this.#bus;
    this.#bus = null;
    await bus?.close();
  }

  async #begin(bus: I2cBus): Promise<void> {
    const { clock, config } = this.options;
    try {
      await this.chip.begin(bus, this.#address, (ms) => clock.sleep(ms, this.#stopping.signal));
    } catch (error) {
      if (error instanceof BrimError || this.#stopping.signal.aborted) throw error;
      const others = this.chip.addresses.filter((address) => address !== this.#address).map(hex);
      const why = isHeldByKernel(error)
        ? "a driver of the kernel holds it: take its overlay from config.txt"
        : isNoAnswer(error)
          ? `nothing answers: check its power and wires, or set imu.address (it may also be ${others.join(", ")})`
          : messageOf(error);
      const where = `${this.chip.chip} at ${hex(this.#address)} of I2C bus ${config.bus}`;
      throw new BrimError("DEVICE", `${where}: ${why}`, { cause: error });
    }
  }

  async #run(bus: I2cBus): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.#stopping;
    let turn = new VerticalTurn();
    let failures = 0;
    let readAt = clock.now();
    while (!signal.aborted) {
      await clock.sleep(pollMs, signal).catch(() => {});
      if (signal.aborted) return;
      let why: string | null = null;
      try {
        const motion = await this.chip.read(bus, this.#address);
        failures = 0;
        const at = clock.now();
        if (motion !== null) {
          readAt = at;
          const yaw = turn.take(motion.rate, motion.acceleration, at);
          if (yaw !== null) this.onYaw(yaw, at);
        } else if (at - readAt >= silentMs) why = "it measures nothing new";
      } catch (error) {
        if (++failures >= mostFailures) why = isNoAnswer(error) ? "it does not answer" : messageOf(error);
      }
      if (why === null) continue;
      await this.#again(bus, why);
      turn = new VerticalTurn();
      failures = 0;
      readAt = clock.now();
    }
  }

  async #again(bus: I2cBus, why: string): Promise<void> {
    const { clock, onProblem } = this.options;
    const { signal } = this.#stopping;
    onProblem(`${this.chip.chip} at ${hex(this.#address)}: ${why}; head turns go unnoticed until it is back`);
    while (!signal.aborted) {
      try {
        await this.#begin(bus);
        return;
      } catch {
        await clock.sleep(againMs, signal).catch(() => {});
      }
    }
  }
}
