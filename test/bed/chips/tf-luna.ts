import { PlayedChip, type Scene } from "./chip.ts";

/** Benewake's TF-Luna, in its mode for I2C. */
export class PlayedTfLuna extends PlayedChip {
  readonly width = 1;
  readonly memory = new Uint8Array(0x100);
  scene: Scene = { metres: 3, kcps: 0 };
  /** Strength of the echo, where it is not that of an ordinary wall. */
  amplitude: number | null = null;
  /** It measures nothing new. */
  stuck = false;
  #nextAt: number | null = null;

  constructor() {
    super();
    this.powerOn();
  }

  get address(): number {
    return 0x10;
  }

  powerOn(): void {
    this.memory.fill(0);
    this.memory.set(Buffer.from("LUNA", "latin1"), 0x3c);
    this.memory[0x26] = 100;
    this.#nextAt = null;
  }

  advance(now: number): void {
    const { memory, scene } = this;
    const period = 1000 / ((memory[0x26] ?? 0) || 100);
    this.#nextAt ??= now;
    if (now < this.#nextAt || this.stuck || memory[0x23] !== 0) return;
    this.#nextAt += period * Math.ceil((now - this.#nextAt + 1) / period);
    const amplitude = this.amplitude ?? (scene.metres === null ? 20 : 2000);
    this.#putLow(0x00, Math.round((scene.metres ?? 0) * 100));
    this.#putLow(0x02, amplitude);
    this.#putLow(0x04, 3150);
    this.#putLow(0x06, Math.floor(now) & 0xffff);
  }

  #putLow(register: number, value: number): void {
    this.memory[register] = value & 0xff;
    this.memory[register + 1] = value >> 8;
  }
}
