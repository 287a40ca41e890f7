import type { Sink } from "./sink.ts";

/** Takes sound that nobody hears: where there is no sound card, and for who reads along instead. */
export class SilentSink implements Sink {
  readonly name = "silent";
  readonly ready = true;
  readonly working = true;
  onSound = () => {};
  onLate = () => {};

  open(): void {}

  write(): void {}

  async close(): Promise<void> {}

  async stop(): Promise<void> {}
}
