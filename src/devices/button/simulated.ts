import type { Clock } from "../../base/clock.ts";
import type { Simulate } from "../../base/protocol.ts";
import type { Button, Simulated } from "../ports.ts";

/** A button without hardware, pressed and released from the page. */
export class SimulatedButton implements Button, Simulated {
  readonly name = "button";
  onChange: (pressed: boolean, at: number) => void = () => {};
  #pressed = false;

  constructor(private readonly clock: Clock) {}

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  simulate(message: Simulate): void {
    if (message.button === undefined) return;
    const pressed = message.button === "press";
    if (pressed === this.#pressed) return;
    this.#pressed = pressed;
    this.onChange(pressed, this.clock.now());
  }
}
