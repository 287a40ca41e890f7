import type { SeenThing } from "../attention/attention.ts";
import type { Seeing } from "../base/eyes-protocol.ts";
import type { Level, SensorState } from "../base/protocol.ts";
import type { Said } from "../voice/utterance.ts";

export type ProcessState = "starting" | "on" | "off";

/**
 * What the page shows. Each key is replaced as a whole, and a slow phone gets only the latest value of each.
 */
export interface HatState {
  /** The guard's last status, or null while it is lost. */
  guard: {
    level: Level;
    beepsPerSecond: number;
    metres: number | null;
    reach: number | null;
    pausedFor: number | null;
    sensors: SensorState[];
  } | null;
  /** The buzzer sounds at this moment (known in simulation only). */
  buzzer: boolean;
  /** What the eyes see, or null while they are lost. Boxes are in pixels of a frame of `width` × `height`. */
  seen: { seeing: Seeing; width: number; height: number; things: SeenThing[] } | null;
  /** The three processes; `note` says more, in one line. */
  processes: Record<"guard" | "mind" | "eyes", { state: ProcessState; note?: string }>;
  /** Things that a person should know, one line each. */
  troubles: string[];
}

/** A line of what was said; `time` is wall time in ms since 1970. */
export type SaidLine = Pick<Said, "text" | "priority"> & { time: number };

/** All that the page is sent: the hat's state, and what the server itself knows. */
export interface PageState extends HatState {
  simulated: boolean;
  /** The last lines, oldest first. */
  said: SaidLine[];
}
