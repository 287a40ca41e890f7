import { PlayedChip } from "./chip.ts";

/** ST's LSM6DSO: a gyro and accelerometer. */
export class PlayedLsm6dso extends PlayedChip {
  readonly width = 1;
  readonly memory = new Uint8Array(0x80);
  /** °/s about the chip's z axis, which points up. */
  turning = 0;
  /** It measures nothing new. */
  stuck = false;
  id = 0x6c;
  #nextAt: number | null = null;

  constructor() {
    super();
    this.powerOn();
  }

  get address(): number {
    return 0x6a;
  }

  powerOn(): void {
    this.memory.fill(0);
    this.memory[0x0f] = this.id;
    this.#nextAt = null;
  }

  advance(now: number): void {
    const { memory } = this;
    // Switched off until its rate is set.
    if (((memory[0x11] ?? 0) & 0xf0) === 0) return;
    this.#nextAt ??= now;
    const isDue = now >= this.#nextAt && !this.stuck;
    memory[0x1e] = isDue ? 0b11 : 0;
    if (!isDue) return;
    this.#nextAt = now + 1000 / 104;
    const view = new DataView(memory.buffer);
    view.setInt16(0x26, Math.round(this.turning / 0.0175), true);
    view.setInt16(0x2c, Math.round(1 / 0.000061), true);
  }
}
