import type { Clock } from "../../base/clock.ts";
import type { RangeConfig } from "../../base/device-config.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { hex, type I2cBus, isHeldByKernel, isNoAnswer, type OpenI2cBus, Registers } from "../i2c.ts";
import type { RangeFinder, RangeReading } from "../ports.ts";
import { type ChipName, identifyAt, otherRangeFinders, rangeDrivers } from "./identify.ts";
import type { ShutPins } from "./shut-pins.ts";

/** What a chip has measured; its time is added by who asked. */
export type Measured =
  | { kind: "range"; metres: number; signal?: number }
  | { kind: "noEcho"; reach?: number; signal?: number }
  | { kind: "fault"; reason: string };

export type Sleep = (ms: number) => Promise<void>;

/** What one kind of range finder on I2C is told and asked; it keeps no time and no bus. */
export interface RangeChip {
  readonly chip: ChipName;
  /** Its address when it gets power. */
  readonly address: number;
  /** Bytes of a register's number. */
  readonly width: 1 | 2;
  /** Time between readings, in ms. */
  readonly periodMs: number;
  /** Sets a chip up that has just got power, and begins to measure. */
  begin(registers: Registers, sleep: Sleep): Promise<void>;
  /** The newest reading, once; null while there is none. */
  read(registers: Registers): Promise<Measured | null>;
  /** Stops measuring. */
  end(registers: Registers): Promise<void>;
  /** Gives it another address until it loses power, where it can have one. */
  move?(registers: Registers, address: number): Promise<void>;
}

export interface ChipOptions {
  config: RangeConfig;
  clock: Clock;
  openBus: OpenI2cBus;
  shutPins: ShutPins;
  /** Addresses on its bus that are other sensors' of this process: they alone ask there. */
  taken: readonly number[];
  /** Told in one line what is wrong, once for each thing. */
  onProblem: (why: string) => void;
}

const pollMs = 3;
/** A single transfer may fail; so many in a row are a sensor that is gone. */
const mostFailures = 3;
const failureMs = 5;
const silentMs = 250;
const againMs = 250;

/**
 * A range finder on I2C: asks its chip for readings at the chip's own pace; when the chip does not answer, or gives
 * nothing new, it says so and sets the chip up again for as long as it takes, for it may have been unplugged.
 */
export class ChipRangeFinder implements RangeFinder {
  readonly name: string;
  onReading: (reading: RangeReading) => void = () => {};
  readonly #address: number;
  #bus: I2cBus | null = null;
  #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #told = "";

  constructor(
    private readonly chip: RangeChip,
    private readonly options: ChipOptions,
  ) {
    this.name = options.config.name;
    this.#address = options.config.address ?? chip.address;
  }

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
    if (bus === null) return;
    // A chip that is gone need not be stopped.
    await this.chip.end(this.#registers(bus)).catch(() => {});
    await bus.close();
  }

  #registers(bus: I2cBus, address = this.#address): Registers {
    return new Registers(bus, address, this.chip.width);
  }

  /** @throws BrimError DEVICE when nothing answers there, or another chip than the configured one */
  async #begin(bus: I2cBus): Promise<void> {
    const { clock, config, shutPins } = this.options;
    const { chip } = this;
    const sleep: Sleep = (ms) => clock.sleep(ms, this.#stopping.signal);
    try {
      if (config.xshut !== undefined) {
        await shutPins.wake(config.xshut, async () => {
          await this.#check(bus, chip.address);
          if (this.#address !== chip.address)
            await chip.move?.(this.#registers(bus, chip.address), this.#address);
        });
      }
      await this.#check(bus, this.#address);
      await chip.begin(this.#registers(bus), sleep);
    } catch (error) {
      if (error instanceof BrimError || this.#stopping.signal.aborted) throw error;
      const where = `${chip.chip} at ${hex(this.#address)} of I2C bus ${config.bus}`;
      const why = isHeldByKernel(error)
        ? "a driver of the kernel holds it: use the driver iio, or take its overlay from config.txt"
        : isNoAnswer(error)
          ? "it stopped answering: check its wires"
          : messageOf(error);
      throw new BrimError("DEVICE", `${where}: ${why}`, { cause: error });
    }
  }

  async #check(bus: I2cBus, address: number): Promise<void> {
    const { config, taken } = this.options;
    const found = await identifyAt(bus, address);
    if (found === this.chip.chip) return;
    const where = `at ${hex(address)} of I2C bus ${config.bus}`;
    if (found === null) {
      const others = await otherRangeFinders(bus, [address, ...taken]);
      const hint = others.map(({ words, driver }) => `${words} (driver = "${driver}")`).join(", ");
      const cure = hint === "" ? "check its power and wires" : `there is ${hint}`;
      throw new BrimError("DEVICE", `no ${this.chip.chip} ${where}: nothing answers; ${cure}`);
    }
    const driver = found === "unknown" ? undefined : rangeDrivers[found];
    const what = found === "unknown" ? "an unknown chip" : found;
    const cure = driver === undefined ? "it has no driver here" : `set range.driver = "${driver}"`;
    throw new BrimError("DEVICE", `${what} ${where}, configured is ${config.driver}: ${cure}`);
  }

  async #run(bus: I2cBus): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.#stopping;
    const { chip } = this;
    let failures = 0;
    let readAt = clock.now();
    let wait = pollMs;
    while (!signal.aborted) {
      try {
        await clock.sleep(wait, signal);
        const measured = await chip.read(this.#registers(bus));
        const at = clock.now();
        failures = 0;
        wait = pollMs;
        if (measured !== null) {
          readAt = at;
          // Asked again just before the next one is due.
          wait = Math.max(pollMs, chip.periodMs - pollMs);
          this.#told = "";
          this.onReading({ ...measured, at });
        } else if (at - readAt >= silentMs) {
          await this.#again(bus, "sensor silent", `${chip.chip}: it measures nothing new`);
          readAt = clock.now();
        }
      } catch (error) {
        if (signal.aborted) return;
        wait = failureMs;
        if (++failures < mostFailures) continue;
        failures = 0;
        await this.#again(
          bus,
          "sensor not answering",
          `${chip.chip} at ${hex(this.#address)}: ${words(error)}`,
        );
        readAt = clock.now();
      }
    }
  }

  /** Says that the sensor is lost, and sets it up anew until that succeeds. */
  async #again(bus: I2cBus, reason: string, why: string): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.#stopping;
    this.#tell(`${why}; setting it up again`);
    while (!signal.aborted) {
      this.onReading({ kind: "fault", reason, at: clock.now() });
      try {
        await this.#begin(bus);
        return;
      } catch (error) {
        if (!signal.aborted) this.#tell(messageOf(error));
        await clock.sleep(againMs, signal).catch(() => {});
      }
    }
  }

  #tell(why: string): void {
    if (why === this.#told || this.#stopping.signal.aborted) return;
    this.#told = why;
    this.options.onProblem(why);
  }
}

function words(error: unknown): string {
  return isNoAnswer(error) ? "it does not answer" : messageOf(error);
}
