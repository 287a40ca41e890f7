import type { Part } from "../base/lifecycle.ts";

/**
 * The ports: what Brim asks of each kind of device. A driver is a `Part` that implements one; the simulated drivers
 * are drivers like any other. Times (`at`) are CLOCK_MONOTONIC in ms.
 */

/** One reading of a range finder; never a bare number, for "nothing came back" is not "the way is clear". */
export type RangeReading =
  | {
      kind: "range";
      metres: number;
      at: number /** The sensor's own counter or signal strength. */;
      signal?: number;
    }
  /** Unknown, not clear. `reach` is how far the sensor can still see in this light, where it knows. */
  | { kind: "noEcho"; at: number; reach?: number; signal?: number }
  | { kind: "fault"; reason: string; at: number };

export interface RangeFinder extends Part {
  /** Called for each reading, faults included. Set before `start`. */
  onReading: (reading: RangeReading) => void;
}

export interface Imu extends Part {
  /** Called with the rate of turn of the head about the vertical, in degrees a second. Set before `start`. */
  onYaw: (degreesPerSecond: number, at: number) => void;
}

export interface Buzzer extends Part {
  /** Switches the sound (or vibration) on or off, at once and without blocking. */
  set(on: boolean): void;
}

export interface Button extends Part {
  /** Called when the button goes down and up, already debounced. Set before `start`. */
  onChange: (pressed: boolean, at: number) => void;
}

export interface Speaker extends Part {
  /** The sound was lost or is back; `why` is one line for a person. Set before `start`. */
  onSound: (working: boolean, why: string) => void;
  /**
   * Plays 16-bit mono sound of 22,050 samples a second as it arrives. `onBegin` is called with the first of it.
   * Resolves when the last has been heard, or soon after `signal` is aborted; rejects only when `sound` does. Takes
   * as long as the sound even where nothing can be heard.
   */
  play(sound: AsyncIterable<Buffer>, signal: AbortSignal, onBegin: () => void): Promise<void>;
}
