import { BrimError } from "../../base/errors.ts";
import type { Registers } from "../i2c.ts";
import type { Measured, RangeChip, Sleep } from "./chip.ts";
import { ambientKcps, reachIn } from "./sunlight.ts";
import {
  type DistanceMode,
  longMode,
  reachBudgetMs,
  shortMode,
  strongLightKcps,
  vl53l1xTable,
} from "./vl53l1x-table.ts";

const bootMs = 100;
const firstReadingMs = 200;
/** Beside the timing budget, each reading takes the chip so long. */
const overheadMs = 4;
/** In strong light the short mode reaches farther; there and back, so that it does not swing. Readings and metres. */
const settledReadings = 25;
const shortBelow = 1.2;
const longAbove = 1.6;

/** Results from 0x89 on, as far as they are used. */
export interface Vl53l1xResult {
  status: number;
  /** The chip's own count of its readings, 0 to 255, then again from 128. */
  count: number;
  metres: number;
  ambientKcps: number;
}

/** Reads the 17 bytes from 0x89 to 0x99. */
export function parseResult(bytes: Buffer): Vl53l1xResult {
  return {
    status: bytes.readUInt8(0) & 0x1f,
    count: bytes.readUInt8(2),
    ambientKcps: ambientKcps(bytes.readUInt16BE(7), bytes.readUInt16BE(3)),
    metres: bytes.readUInt16BE(13) / 1000,
  };
}

/** What the chip's status means: a distance, nothing seen, or a fault; null for one that is to be left out. */
export function meaningOf(status: number): "range" | "noEcho" | "fault" | null {
  switch (status) {
    case 9: // complete
    case 19: // complete, not checked for wrapping: the first one
    case 8: // nearer than it can measure, clipped
    case 13: // the same
      return "range";
    case 4: // too weak a signal
    case 5: // outside of the valid phases
    case 6: // too uncertain
    case 7: // beyond what is unambiguous
    case 12: // only crosstalk
    case 22: // thresholds
    case 23:
      return "noEcho";
    case 18: // start of back-to-back ranging
      return null;
    default: // 1 to 3: VCSEL or VHV hardware; the rest is not documented
      return "fault";
  }
}

/**
 * ST's VL53L1X: time of flight, 27° wide, about 4 m in the dark. In strong light it is set to its short distance mode, which
 * then reaches farther.
 */
export class Vl53l1x implements RangeChip {
  readonly chip = "VL53L1X";
  readonly address = 0x29;
  readonly width = 2;
  readonly periodMs: number;
  readonly #budgetMs: number;
  #mode: DistanceMode = longMode;
  /** Kept when it is set up again, so that a chip that is stuck is not believed once each time. */
  #count = -1;
  /** Readings in a row that would be better in the other mode. */
  #better = 0;

  /** @param rate readings a second, 41 at most */
  constructor(rate: number) {
    const budgets = longMode.budgets.map(([ms]) => ms);
    this.#budgetMs = budgets.findLast((ms) => ms + overheadMs <= 1000 / rate) ?? 20;
    this.periodMs = Math.max(1000 / rate, this.#budgetMs + overheadMs);
  }

  async begin(registers: Registers, sleep: Sleep): Promise<void> {
    this.#mode = longMode;
    this.#better = 0;
    for (let waited = 0; ((await registers.u8(0x00e5)) & 1) === 0; waited += 2) {
      if (waited > bootMs)
        throw new BrimError("DEVICE", "VL53L1X: it does not boot: take its power away for a moment");
      await sleep(2);
    }
    await registers.writeAll(vl53l1xTable);
    await this.#setMode(registers);
    // Its first reading calibrates it; from there on the temperature of the one before is good enough.
    await registers.write(0x87, 0x40);
    for (let waited = 0; !(await this.#ready(registers)); waited += 2) {
      if (waited > firstReadingMs) throw new BrimError("DEVICE", "VL53L1X: it does not measure");
      await sleep(2);
    }
    await registers.write(0x86, 0x01);
    await registers.write(0x87, 0x00);
    await registers.write(0x08, 0x09);
    await registers.write(0x0b, 0x00);
    await registers.write(0x87, 0x40);
  }

  async read(registers: Registers): Promise<Measured | null> {
    if (!(await this.#ready(registers))) return null;
    const result = parseResult(await registers.read(0x89, 17));
    await registers.write(0x86, 0x01);
    if (result.count === this.#count) return null;
    this.#count = result.count;
    const meaning = meaningOf(result.status);
    await this.#chooseMode(registers, result.ambientKcps);
    const signal = result.count;
    switch (meaning) {
      case null:
        return null;
      case "fault":
        return { kind: "fault", reason: "sensor hardware fault" };
      case "noEcho":
        return { kind: "noEcho", reach: this.#reach(this.#mode, result.ambientKcps), signal };
      case "range":
        // Nearer than it can measure is near.
        return { kind: "range", metres: Math.max(0.01, result.metres), signal };
    }
  }

  async end(registers: Registers): Promise<void> {
    await registers.write(0x87, 0x00);
  }

  async move(registers: Registers, address: number): Promise<void> {
    await registers.write(0x0001, address);
  }

  async #ready(registers: Registers): Promise<boolean> {
    return ((await registers.u8(0x31)) & 1) === 1;
  }

  /** Sets mode, timing budget and period of a chip that does not measure just now. */
  async #setMode(registers: Registers): Promise<void> {
    await registers.writeAll(this.#mode.table);
    const [, a = 0, b = 0] = this.#mode.budgets.find(([ms]) => ms === this.#budgetMs) ?? [];
    await registers.write16(0x5e, a);
    await registers.write16(0x61, b);
    // The chip's clock runs a little slow against the period that is written: ST's driver adds 7.5 %.
    const clock = (await registers.u16(0x00de)) & 0x3ff;
    await registers.write32(0x6c, Math.round(clock * this.periodMs * 1.075));
  }

  /** Metres; with a shorter timing budget than the data sheet's, fewer photons are counted. */
  #reach({ darkMetres, lightMetres }: DistanceMode, kcps: number): number {
    const shorter = Math.min(1, this.#budgetMs / reachBudgetMs) ** 0.25;
    return reachIn(
      {
        darkMetres,
        lightMetres: lightMetres === shortMode.lightMetres ? lightMetres : lightMetres * shorter,
        lightKcps: strongLightKcps,
      },
      kcps,
    );
  }

  async #chooseMode(registers: Registers, kcps: number): Promise<void> {
    const long = this.#reach(longMode, kcps);
    const isBetter = this.#mode === longMode ? long < shortBelow : long > longAbove;
    this.#better = isBetter ? this.#better + 1 : 0;
    if (this.#better < settledReadings) return;
    this.#better = 0;
    this.#mode = this.#mode === longMode ? shortMode : longMode;
    await registers.write(0x87, 0x00);
    await this.#setMode(registers);
    await registers.write(0x87, 0x40);
  }
}
