import type { Buzzer } from "../ports.ts";

/** No buzzer: for a hat that is being built. It warns nobody. */
export class NoBuzzer implements Buzzer {
  readonly name = "buzzer";

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  set(): void {}
}
