import type { Clock } from "../../base/clock.ts";
import type { GpioConfig } from "../../base/device-config.ts";
import { BrimError } from "../../base/errors.ts";
import { chooseLineDriver, type LineDriver, lineDriver, type OutputLine } from "../gpio/lines.ts";

const offMs = 5;
/** ST's range finders boot within 1.2 ms. */
const bootMs = 5;

/**
 * The XSHUT pins of several range finders that all get power with the same address: all are off until each has been woken
 * alone and given an address of its own. A line that was lost, or could not be opened, is opened for the next that is woken.
 */
export class ShutPins {
  readonly #lines = new Map<number, OutputLine>();
  /** Those whose chip has its own address, so that it is in nobody's way. */
  readonly #awake = new Set<number>();
  /** Those of which was told that their line was lost. */
  readonly #told = new Set<number>();
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
    // Off until its turn comes: it may have lost its address, and answer where another is woken just now.
    this.#awake.delete(pin);
    this.#lines.get(pin)?.set(false);
    const mine = this.#turn.then(() => this.#wake(pin, then));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  async #wake(pin: number, then: () => Promise<void>): Promise<void> {
    await this.#open();
    await this.clock.sleep(offMs);
    this.#lines.get(pin)?.set(true);
    await this.clock.sleep(bootMs);
    if (!this.#lines.has(pin)) throw new BrimError("DEVICE", `GPIO ${pin} (range.xshut) was lost`);
    try {
      await then();
    } catch (error) {
      // It would answer where the next one is to be given its address.
      this.#lines.get(pin)?.set(false);
      throw error;
    }
    this.#awake.add(pin);
    this.#told.delete(pin);
  }

  /** Opens what is not open, which switches it off; but a chip that works without its line goes on working. */
  async #open(): Promise<void> {
    const missing = this.pins.filter((pin) => !this.#lines.has(pin) && !this.#awake.has(pin));
    if (missing.length === 0) return;
    const driver = await this.driver();
    for (const pin of missing) {
      const line = await driver.output({
        ...{ chip: this.gpio.chip, pin, activeLow: false, setting: "range.xshut", clock: this.clock },
        onLost: (why) => this.#lost(pin, why),
      });
      this.#lines.set(pin, line);
    }
  }

  #lost(pin: number, why: string): void {
    this.#lines.delete(pin);
    if (this.#told.has(pin)) return;
    this.#told.add(pin);
    this.onLost(why);
  }
}
