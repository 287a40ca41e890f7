import type { Buzzer } from "../ports.ts";

/** A buzzer without hardware: the guard tells the page when it would sound. */
export class SimulatedBuzzer implements Buzzer {
  readonly name = "buzzer";
  on = false;

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.on = false;
  }

  set(on: boolean): void {
    this.on = on;
  }
}
