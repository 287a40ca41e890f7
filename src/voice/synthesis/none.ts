import { bytesPerSecond } from "../../devices/speaker/sound.ts";
import type { Manner, Synthesiser } from "../synthesiser.ts";

/** Milliseconds that a text takes to say. */
export function spokenMs(text: string, wordsPerMinute: number): number {
  const words = text.split(/\s+/).filter((word) => word.length > 0).length;
  return (words * 60_000) / wordsPerMinute;
}

/** Gives silence as long as the words would be, so that whatever waits for speech keeps its rhythm. */
class None implements Synthesiser {
  readonly name = "none";

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async *synthesise(text: string, { wordsPerMinute }: Manner): AsyncIterable<Buffer> {
    const samples = Math.round(((spokenMs(text, wordsPerMinute) / 1_000) * bytesPerSecond) / 2);
    yield Buffer.alloc(samples * 2);
  }
}

export function createNone(): Synthesiser {
  return new None();
}
