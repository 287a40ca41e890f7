import type { Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { InputLine, LineDriver, LineOptions } from "../gpio/lines.ts";
import type { Button } from "../ports.ts";

/** Contacts bounce for a few milliseconds; nobody presses twice within so little. */
const bounceMs = 10;
const retryMs = 1_000;

/** A button between a pin and ground (or supply). One that is lost is opened again for as long as it takes. */
export class LineButton implements Button {
  readonly name = "button";
  onChange: (pressed: boolean, at: number) => void = () => {};
  #line: InputLine | null = null;
  #timer: Timer | null = null;
  #pressed = false;

  constructor(
    private readonly driver: () => Promise<LineDriver>,
    private readonly options: Omit<LineOptions, "onLost">,
    private readonly onProblem: (why: string) => void,
  ) {}

  async start(): Promise<void> {
    const driver = await this.driver();
    this.#line = await driver.input({
      ...this.options,
      bounceMs,
      onChange: (active, at) => this.#change(active, at),
      onLost: (why) => this.#lost(why),
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    const line = this.#line;
    this.#line = null;
    await line?.close();
  }

  #change(active: boolean, at: number): void {
    if (active === this.#pressed) return;
    this.#pressed = active;
    this.onChange(active, at);
  }

  #lost(why: string): void {
    this.onProblem(why);
    this.#line = null;
    // A button that is gone is not held.
    this.#change(false, this.options.clock.now());
    this.#again();
  }

  #again(): void {
    this.#timer = this.options.clock.after(retryMs, () => {
      this.start().catch((error) => {
        this.onProblem(messageOf(error));
        this.#again();
      });
    });
  }
}
