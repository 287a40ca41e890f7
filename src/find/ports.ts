import type { Seeing } from "../base/eyes-protocol.ts";
import type { Utterance } from "../voice/utterance.ts";

/** `seen`: the thing is in view, the faster the nearer to the centre. `looking`: not in view, but looked for. */
export type FindTick = "seen" | "looking";

/** What finding needs of the rest of the hat; none of it may throw. */
export interface FindPorts {
  say(utterance: Utterance): void;
  /** A short sound over speech: `findTick(kind)` of `src/voice/ticks.ts`. */
  tick(kind: FindTick): void;
  /** How the eyes see now; `off` where they do not run. */
  readonly seeing: Seeing | "off";
  /** Collision warning is at `warning` or above: no tick may be taken for one of its beeps, or hide one. */
  readonly urgent: boolean;
  /** The eyes embed what is central or held all the time (`attend` of the eyes' protocol). */
  attend(things: boolean): void;
}

/** Where the thing is seen. */
export interface Sighting {
  /** Degrees from straight ahead, right positive. */
  angle: number;
  /** Hour of the clock face. */
  hour: number;
  /** How far it is, or null where that is not known. */
  metres: number | null;
  /** CLOCK_MONOTONIC in ms. */
  at: number;
}
