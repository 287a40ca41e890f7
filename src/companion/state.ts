import type { SeenThing } from "../attention/attention.ts";
import type { Seeing } from "../base/eyes-protocol.ts";
import type { Level, SensorState } from "../base/protocol.ts";
import type { Said } from "../voice/utterance.ts";
import type { SettingKey, SettingValue } from "./api.ts";

export type ProcessState = "starting" | "on" | "off";

/**
 * What the page shows. Each key is replaced as a whole, and a slow phone gets only the latest value of each.
 */
export interface HatState {
  /** In which the hat speaks. */
  language: "en" | "es";
  /** The guard's last status, or null while it is lost ("collision warning lost"). */
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
  /** The battery, or null where nobody knows; `problems` are lines such as that the voltage is too low. */
  power: {
    percent: number | null;
    minutesLeft: number | null;
    charging: boolean | null;
    problems: string[];
  } | null;
  /** What the eyes see, or null while they are lost. Boxes are in pixels of a frame of `width` × `height`. */
  seen: { seeing: Seeing; width: number; height: number; things: SeenThing[] } | null;
  /** The three processes; `note` says more, in one line. */
  processes: Record<"guard" | "mind" | "eyes", { state: ProcessState; note?: string }>;
  /** Things that a person should know, one line each. */
  troubles: string[];
  /** The thing that is looked for by ear, or null. */
  finding: { id: string; name: string } | null;
  /** Counts the changes of what is remembered; see `GET /memory`. */
  people: number;
  /** The settings' values, as they hold now or from the next start; see `GET /settings`. */
  settings: Partial<Record<SettingKey, SettingValue>>;
}

/** A line of what was said; `time` is wall time in ms since 1970. */
export type SaidLine = Pick<Said, "text" | "priority"> & { time: number };

/** All that the page is sent: the hat's state, and what the server itself knows. */
export interface PageState extends HatState {
  simulated: boolean;
  /** The last lines, oldest first. */
  said: SaidLine[];
  /** Whether pairing is open, until when (wall time), and which phone asks with which word. */
  pairing: { open: boolean; until: number | null; asks: { name: string; role: string; word: string } | null };
  /** Counts the changes of the paired phones; see `GET /phones`. */
  phones: number;
  /** The phone whose camera is the hat's, or null. */
  camera: { phone: string; name: string } | null;
}
