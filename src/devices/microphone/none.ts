import { BrimError } from "../../base/errors.ts";
import type { Microphone } from "../ports.ts";

/** No microphone: whoever is learned stays without a spoken name. */
export class NoMicrophone implements Microphone {
  readonly name = "none";
  readonly available = false;

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async record(): Promise<void> {
    throw new BrimError("DEVICE", "there is no microphone");
  }
}
