import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Said, Utterance } from "./utterance.ts";
import type { Voice } from "./voice.ts";

/** Says one utterance at a time, the most urgent first; bounded. */
export class SpeechQueue {
  /** Called when an utterance is begun. */
  onSaid: (said: Said) => void = () => {};
  /** Called when nothing is being said and nothing waits. */
  onSilent: () => void = () => {};

  constructor(
    readonly clock: Clock,
    readonly voice: Voice,
    readonly log: Log,
  ) {}

  /** Nothing is being said and nothing waits. */
  get silent(): boolean {
    return true;
  }

  /** Takes an utterance; never blocks and never throws. */
  say(_utterance: Utterance): void {}

  /** Stops speaking and forgets what waits. Returns whether anything was being said. */
  hush(): boolean {
    return false;
  }

  /** Says the last utterance again, as an answer. Returns false when nothing was said yet. */
  repeat(): boolean {
    return false;
  }

  /** Whether something is being said or ended within the last `ms`. */
  spokeWithin(_ms: number): boolean {
    return false;
  }

  /** While on (the guard's level is warning or above), only safety and answers are said; anything else stops. */
  setUrgentOnly(_on: boolean): void {}
}
