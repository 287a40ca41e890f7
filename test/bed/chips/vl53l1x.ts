import { PlayedChip, type Scene } from "./chip.ts";

const bootMs = 2;

/** ST's VL53L1X. */
export class PlayedVl53l1x extends PlayedChip {
  readonly width = 2;
  readonly memory = new Uint8Array(0x200);
  scene: Scene = { metres: 2, kcps: 0 };
  /** A status to be told in place of the right one. */
  status: number | null = null;
  /** It goes on telling the same reading as new. */
  stuck = false;
  #bootAt: number | null = null;
  #count = 0;
  #nextAt: number | null = null;
  #waiting = false;

  constructor() {
    super();
    this.powerOn();
  }

  get address(): number {
    return this.memory[0x01] || 0x29;
  }

  powerOn(): void {
    this.memory.fill(0);
    this.memory.set([0xea, 0xcc, 0x10], 0x010f);
    this.memory[0x31] = 0x02;
    this.put16(0x00de, 0x0200);
    this.#bootAt = null;
    this.#nextAt = null;
    this.#waiting = false;
    this.#count = 0;
  }

  /** Which of its two ways to measure is set. */
  get mode(): "short" | "long" {
    return this.memory[0x4b] === 0x14 ? "short" : "long";
  }

  advance(now: number): void {
    const { memory } = this;
    this.#bootAt ??= now + bootMs;
    if (now >= this.#bootAt) memory[0xe5] = 0x03;
    if (memory[0x86] === 0x01) {
      memory[0x86] = 0;
      this.#waiting = false;
    }
    if (memory[0x87] !== 0x40) {
      this.#nextAt = null;
      this.#waiting = false;
    } else {
      const period = this.u32(0x6c) / (this.u16(0x00de) * 1.075);
      this.#nextAt ??= now + period;
      if (now >= this.#nextAt && !this.#waiting) {
        this.#nextAt += period * Math.ceil((now - this.#nextAt + 1) / period);
        this.#measure();
      }
    }
    // Bit 4 of 0x30: the interrupt pin is low when a reading is ready.
    const level = this.#waiting !== ((memory[0x30] ?? 0) & 0x10) > 0;
    memory[0x31] = 0x02 | Number(level);
  }

  #measure(): void {
    const { memory, scene } = this;
    this.#waiting = true;
    if (this.stuck) return;
    this.#count = this.#count === 255 ? 128 : this.#count + 1;
    const spads = 16 * 256;
    const seen = scene.metres !== null && (this.mode === "long" || scene.metres < 1.36);
    memory[0x89] = this.status ?? (seen ? 9 : scene.metres === null ? 4 : 7);
    memory[0x8b] = this.#count;
    this.put16(0x8c, spads);
    this.put16(0x8e, seen ? 5 * 128 : 4);
    this.put16(0x90, Math.round((scene.kcps / 1000) * 128 * (spads / 256)));
    this.put16(0x96, seen ? Math.round((scene.metres ?? 0) * 1000) : 0);
  }
}
