import type { Clock } from "../base/clock.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { Simulate } from "../base/protocol.ts";
import type { Said } from "../voice/utterance.ts";
import type { HatState } from "./state.ts";

/** What the page asks of the mind. */
export interface CompanionHandlers {
  /** The virtual hat was moved; comes in simulation only. */
  simulate(message: Simulate): void;
  /** The newest frame as a JPEG, or null when there is none. */
  picture(): Promise<Buffer | null>;
  /** "What is around me", as a double click on the hat. */
  around(): void;
  hush(): void;
  repeat(): void;
  /** Silences the beeps for some minutes (0–10); 0 ends it. */
  pause(minutes: number): void;
}

export interface CompanionOptions {
  clock: Clock;
  log: Log;
  host: string;
  port: number;
  simulated: boolean;
  handlers: CompanionHandlers;
  /** Called each time the page can be reached, with its address and a link that lets in. */
  onListening(url: string): void;
}

/** The companion page: HTTP, WebSocket, and what may be seen by whom. */
export class Companion implements Part {
  readonly name = "companion";
  /** Link with a token, or null while the port cannot be had. */
  url: string | null = null;

  constructor(readonly options: CompanionOptions) {}

  async start(_signal: AbortSignal): Promise<void> {}

  async stop(): Promise<void> {}

  /** Shows the latest values of some keys. */
  publish(_patch: Partial<HatState>): void {}

  /** Adds a line to what was said. */
  said(_said: Said): void {}
}
