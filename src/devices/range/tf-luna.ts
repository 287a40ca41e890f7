import type { Registers } from "../i2c.ts";
import type { Measured, RangeChip } from "./chip.ts";

/** Its readings are fresh at any moment that they are asked for. */
const framesPerSecond = 100;
/** Manual, "Description of output data": weaker, or at this value overexposed, a distance is not reliable. */
const weakest = 100;
const overexposed = 0xffff;
const farthestCm = 800;

export interface LunaFrame {
  cm: number;
  /** Strength of the echo. */
  amplitude: number;
  /** Its own clock, in ms, 16 bits. */
  tick: number;
}

/** Reads the bytes from 0x00 on: distance, amplitude, temperature, time; low bytes first. */
export function parseFrame(bytes: Buffer): LunaFrame {
  return { cm: bytes.readUInt16LE(0), amplitude: bytes.readUInt16LE(2), tick: bytes.readUInt16LE(6) };
}

/**
 * Benewake's TF-Luna: 8 m, also in sunlight, 2° narrow; nothing is right nearer than 0.2 m. It must be wired for I2C (pin 5
 * to ground before it gets power). It does not tell its ambient light.
 */
export class TfLuna implements RangeChip {
  readonly chip = "TF-Luna";
  readonly address = 0x10;
  readonly width = 1;
  readonly periodMs: number;
  /** Kept when it is set up again, so that a chip that is stuck is not believed once each time. */
  #tick = -1;

  constructor(rate: number) {
    this.periodMs = 1000 / rate;
  }

  async begin(registers: Registers): Promise<void> {
    await registers.writeAll([
      [0x23, 0x00], // measures by itself, not on demand
      [0x28, 0x00], // not to save power
      [0x26, framesPerSecond, 0x00], // low byte first
    ]);
  }

  async read(registers: Registers): Promise<Measured | null> {
    const { cm, amplitude, tick } = parseFrame(await registers.read(0x00, 8));
    if (tick === this.#tick) return null;
    this.#tick = tick;
    const heard = amplitude >= weakest && amplitude !== overexposed && cm > 0 && cm <= farthestCm;
    return heard ? { kind: "range", metres: cm / 100, signal: tick } : { kind: "noEcho", signal: tick };
  }

  async end(): Promise<void> {}
}
