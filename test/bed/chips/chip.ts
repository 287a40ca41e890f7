/**
 * A played chip: its registers, and what it does with them by itself as time goes by. It knows no bus: whoever plays it
 * lets others read and write `memory`, and calls `advance` before a read and after a write, or every few milliseconds.
 */
export abstract class PlayedChip {
  /** Bytes of a register's number. */
  abstract readonly width: 1 | 2;
  abstract readonly memory: Uint8Array;
  powered = true;

  /** The address at which it answers just now. */
  abstract get address(): number;

  /** What is in its registers when it gets power. */
  abstract powerOn(): void;

  /** Does what is due at `now`, in ms. */
  abstract advance(now: number): void;

  /** Takes its power away, or gives it back. */
  power(on: boolean): void {
    if (on && !this.powered) this.powerOn();
    this.powered = on;
  }

  protected u16(register: number): number {
    return ((this.memory[register] ?? 0) << 8) | (this.memory[register + 1] ?? 0);
  }

  protected u32(register: number): number {
    return this.u16(register) * 0x10000 + this.u16(register + 2);
  }

  protected put16(register: number, value: number): void {
    this.memory[register] = value >> 8;
    this.memory[register + 1] = value & 0xff;
  }
}

/** What is ahead of a played range finder. */
export interface Scene {
  /** Distance in metres, or null for nothing. */
  metres: number | null;
  /** Ambient light in thousands of counts a second for each SPAD. */
  kcps: number;
}
