import type { Sight, Track } from "../base/eyes-protocol.ts";
import type { GuardStatus } from "../base/protocol.ts";
import type { Utterance } from "../voice/utterance.ts";
import type { Wording } from "./wording/wording.ts";

export interface AttentionOptions {
  wording: Wording;
  /** Horizontal field of view of the camera in degrees. */
  fieldOfView: number;
  verbosity?: "quiet" | "normal" | "chatty";
}

/** One thing in view, in words, for the page. */
export interface SeenThing {
  id: number;
  label: string;
  text: string;
  /** `[x, y, width, height]` in pixels of the large frame. */
  box: Track["box"];
}

/**
 * Decides what is worth saying. Holds no timer: the mind tells it what happens and calls `due` at least every
 * 250 ms, and when speech falls silent.
 */
export class Attention {
  constructor(readonly options: AttentionOptions) {}

  /** What the eyes saw. */
  sight(_sight: Sight): void {}

  /** What the guard tells, on each status. */
  guard(_status: GuardStatus): void {}

  /** A process was lost, or runs again. A guard is only said to be on again with its first fresh status. */
  process(_name: "guard" | "eyes", _running: boolean, _now: number): void {}

  /** The wearer pressed the button: what repeats (a blind sensor) is known now. */
  acknowledge(): void {}

  /** The first sentence after the start: "Brim on. Collision warning on.", or what is missing. */
  greeting(_now: number): Utterance | null {
    return null;
  }

  /** What should be said now, most urgent first; unasked things only while speech is `silent`. */
  due(_now: number, _silent: boolean): Utterance[] {
    return [];
  }

  /** The answer to "what is around me". */
  around(_now: number): Utterance | null {
    return null;
  }

  /** What is in view, people first and near before far. */
  seen(_now: number): SeenThing[] {
    return [];
  }

  /** At warning or above only safety and answers are said (`SpeechQueue.setUrgentOnly`). */
  get urgentOnly(): boolean {
    return false;
  }
}
