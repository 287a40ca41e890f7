import type { Box } from "../base/eyes-protocol.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Simulate } from "../base/protocol.ts";

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
  /** A motor, which needs 180 ms for its full strength: what is told must be slower. */
  readonly slow?: boolean;
  /** Switches the sound (or vibration) on or off, at once and without blocking. */
  set(on: boolean): void;
}

/** What a simulated driver implements besides, so that the page can move it. */
export interface Simulated {
  simulate(message: Simulate): void;
}

export interface Button extends Part {
  /** Called when the button goes down and up, already debounced. Set before `start`. */
  onChange: (pressed: boolean, at: number) => void;
}

export interface Speaker extends Part {
  /** The sound was lost or is back; `why` is one line for a person. Set before `start`. */
  onSound: (working: boolean, why: string) => void;
  /**
   * Plays 16-bit mono sound of 22,050 samples a second as it arrives; one at a time. `onBegin` is called with the first
   * of it. Resolves when the last has been heard, or soon after `signal` is aborted; rejects only when `sound` does.
   * Takes as long as the sound even where nothing can be heard.
   */
  play(sound: AsyncIterable<Buffer>, signal: AbortSignal, onBegin: () => void): Promise<void>;
  /** Plays a short sound at once, over what is being played where the device can. Resolves when it was heard. */
  overlay(sound: Buffer): Promise<void>;
  /**
   * Lets go of the device once what is being played has been heard, so that a recording can have it. Resolves when it
   * is free. The next sound takes it again.
   */
  release(): Promise<void>;
}

export interface Microphone extends Part {
  /** There is something to record with, as far as can be told without opening it. */
  readonly available: boolean;
  /**
   * Opens the microphone and calls `onSound` with 16-bit mono sound of `microphoneRate` samples a second as it is heard,
   * until `signal` is aborted. Nothing is kept. Resolves when the device is free again; one at a time.
   * @throws BrimError DEVICE when it cannot be opened, gives no sound, or is lost, in one line
   */
  record(signal: AbortSignal, onSound: (sound: Buffer) => void): Promise<void>;
}

/** What a battery tells. */
export interface BatteryReading {
  /** What is left, in percent of what it holds when it is full. */
  percent: number;
  /** Of one cell. */
  volts: number;
  /** How fast `percent` changes, an hour; negative while it falls. Null where the chip cannot tell. */
  perHour: number | null;
  /** Null where the chip cannot tell. */
  charging: boolean | null;
}

export interface Battery extends Part {
  /** @throws BrimError DEVICE, in one line */
  read(): Promise<BatteryReading>;
}

/** Samples a second of what a microphone gives: all of a voice that matters, and what every headset can do. */
export const microphoneRate = 16_000;

/** Side in pixels of the small square picture in which objects are looked for: NanoDet's input. */
export const smallSide = 416;

/** Longest side in pixels of a still: that of a Pi's third camera. */
export const largestStill = 4608;

/** A picture shrunk to fit `smallSide`, in the middle of a black square (a letterbox). */
export interface SmallPicture {
  /** RGB, `[smallSide, smallSide, 3]`, ready to be a tensor as it is. */
  data: Uint8Array;
  /** Place and size of what is not border. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A picture that can be looked at in parts, so that nobody needs all its pixels. */
export interface Picture {
  /** Size in pixels; boxes refer to it. */
  readonly width: number;
  readonly height: number;
  small(): Promise<SmallPicture>;
  /**
   * What is in `box` (whole pixels, inside the picture), stretched to `width` × `height`: RGB, `[height, width, 3]`.
   */
  crop(box: Box, width: number, height: number): Promise<Uint8Array>;
}

/**
 * One moment as the camera saw it. It can be used until two newer ones were given, for cameras use their memory again;
 * what is `keep`t can be used for as long as somebody holds it.
 */
export interface Frame extends Picture {
  /** When it was taken. */
  readonly at: number;
  /** The whole picture as a JPEG, upright, its longest side at most `side` pixels; never enlarged. */
  still(side: number): Promise<Buffer>;
  /** The same moment, for good; keep one, not many. */
  keep(): Frame;
}

export interface Camera extends Part {
  /**
   * The newest frame. Waits for one that was not given before; frames that nobody asked for in time are lost, so a
   * slow reader always sees the present. One call at a time.
   * @throws BrimError DEVICE when the camera is gone; the signal's reason when it is aborted
   */
  next(signal: AbortSignal): Promise<Frame>;
  /**
   * What is ahead now as a JPEG, upright, as large as the camera can give it (`largestStill` at most): for small print,
   * of which frames hold too little. Frames may pause meanwhile.
   * @throws BrimError DEVICE when the camera is gone, or has seen nothing yet
   */
  still(): Promise<Buffer>;
  /** In simulation only: the distance to what is ahead, set by hand, or null for the walk's own. */
  setDistance?(metres: number | null): void;
}
