import type { Clock } from "../base/clock.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";

export interface VoiceOptions {
  clock: Clock;
  log: Log;
  /** Names of the drivers; `auto` takes what is there. */
  synthesiser: string;
  player: string;
  wordsPerMinute: number;
  /** BCP 47 tag of the language of the texts. */
  language: string;
}

/** A synthesiser and a speaker: turns a sentence into sound that is heard. */
export class Voice implements Part {
  readonly name = "voice";
  /** Sound was lost or is back, in one line for a person. */
  onSound: (working: boolean, why: string) => void = () => {};

  constructor(readonly options: VoiceOptions) {}

  /** 120–600; holds from the next sentence on. */
  wordsPerMinute = 220;

  async start(_signal: AbortSignal): Promise<void> {}

  async stop(): Promise<void> {}

  /** Resolves when the sentence has been heard to its end, or at once when `signal` is aborted. Never rejects. */
  async speak(_sentence: string, _signal: AbortSignal, _onBegin: () => void): Promise<void> {}
}
