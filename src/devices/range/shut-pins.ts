import type { Clock } from "../../base/clock.ts";
import type { GpioConfig } from "../../base/device-config.ts";
import { chooseLineDriver, type LineDriver, lineDriver, type OutputLine } from "../gpio/lines.ts";

const offMs = 5;
/** ST's range finders boot within 1.2 ms. */
const bootMs = 5;

/**
 * The XSHUT pins of several range finders that all get power with the same address: all are off until each has been woken
 * alone and given an address of its own.
 */
export class ShutPins {
  #lines: Promise<Map<number, OutputLine>> | null = null;
  /** One is woken at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly pins: number[],
    private readonly gpio: GpioConfig,
    private readonly clock: Clock,
    private readonly onLost: (why: string) => void,
    private readonly driver: () => Promise<LineDriver> = async () =>
      lineDriver(await chooseLineDriver(gpio.chip)),
  ) {}

  /** Switches the chip on that pin off and on, and lets `then` talk to it while no other is woken. */
  async wake(pin: number, then: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(async () => {
      this.#lines ??= this.#open();
      let lines: Map<number, OutputLine>;
      try {
        lines = await this.#lines;
      } catch (error) {
        this.#lines = null;
        throw error;
      }
      const line = lines.get(pin);
      line?.set(false);
      await this.clock.sleep(offMs);
      line?.set(true);
      await this.clock.sleep(bootMs);
      try {
        await then();
      } catch (error) {
        // It would answer where the next one is to be given its address.
        line?.set(false);
        throw error;
      }
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #open(): Promise<Map<number, OutputLine>> {
    const driver = await this.driver();
    const lines = new Map<number, OutputLine>();
    for (const pin of this.pins) {
      const options = {
        chip: this.gpio.chip,
        pin,
        activeLow: false,
        setting: "range.xshut",
        clock: this.clock,
      };
      lines.set(pin, await driver.output({ ...options, onLost: this.onLost }));
    }
    return lines;
  }
}
