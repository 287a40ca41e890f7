import { PlayedChip, type Scene } from "./chip.ts";

const calibrationMs = 5;
const periodMs = 36;

/** ST's VL53L0X, all its pages in one. */
export class PlayedVl53l0x extends PlayedChip {
  readonly width = 1;
  readonly memory = new Uint8Array(0x100);
  scene: Scene = { metres: 1, kcps: 0 };
  /** A status to be told in place of the right one. */
  status: number | null = null;
  /** It goes on telling the same reading as new. */
  stuck = false;
  /** Steps of calibration that were run, in their order. */
  calibrated: number[] = [];
  #dueAt: number | null = null;
  #readings = 0;

  constructor() {
    super();
    this.powerOn();
  }

  get address(): number {
    return this.memory[0x8a] || 0x29;
  }

  powerOn(): void {
    this.memory.fill(0);
    this.memory.set([0xee, 0xaa, 0x10], 0xc0);
    this.memory[0x91] = 0x3c;
    this.memory[0x92] = 0x80 | 5; // five SPADs with apertures
    this.memory.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 0xb0);
    this.calibrated = [];
    this.#dueAt = null;
  }

  advance(now: number): void {
    const { memory } = this;
    if (memory[0x94] === 0x6b && memory[0x83] === 0) memory[0x83] = 0x01;
    if (memory[0x0b] === 0x01) {
      memory[0x0b] = 0;
      memory[0x13] = 0;
    }
    if (memory[0xff] !== 0) return;
    const start = memory[0x00] ?? 0;
    const step = memory[0x01] ?? 0;
    if ((start & 0x01) !== 0 && (step === 0x01 || step === 0x02)) {
      this.#dueAt ??= now + calibrationMs;
      if (now < this.#dueAt) return;
      this.#dueAt = null;
      this.calibrated.push(step);
      memory[0x00] = 0;
      memory[0x13] = 0x04;
    } else if (start === 0x02) {
      this.#dueAt ??= now + periodMs;
      if (now < this.#dueAt || memory[0x13] !== 0) return;
      this.#dueAt += periodMs * Math.ceil((now - this.#dueAt + 1) / periodMs);
      this.#measure();
    } else this.#dueAt = null;
  }

  #measure(): void {
    const { memory, scene } = this;
    // Whoever plays it by looking every few milliseconds may miss one of the two steps.
    const seen = scene.metres !== null && this.calibrated.length > 0;
    const spads = 12 * 256;
    memory[0x13] = 0x04;
    if (this.stuck) return;
    this.#readings++;
    memory[0x14] = (this.status ?? (seen ? 11 : 4)) << 3;
    this.put16(0x16, spads);
    this.put16(0x1a, seen ? 640 + (this.#readings % 5) : 2);
    this.put16(0x1c, Math.round((scene.kcps / 1000) * 128 * (spads / 256)));
    this.put16(0x1e, seen ? Math.round((scene.metres ?? 0) * 1000) : 8190);
  }
}
