import { BrimError } from "../../base/errors.ts";
import type { Registers } from "../i2c.ts";
import type { Measured, RangeChip, Sleep } from "./chip.ts";
import { ambientKcps, type Reach, reachIn } from "./sunlight.ts";
import { askSpads, closeInner, openInner, spadReference, timing, tuning } from "./vl53l0x-table.ts";

const answerMs = 200;
const leastBudgetMs = 20;
const mostBudgetMs = 200;
/** Beside the timing budget, each reading takes the chip so long. */
const overheadMs = 4;
/** From here on it means "nothing". */
const nothingMm = 2000;

/** White target (88 %): 1.2 m indoors; 0.8 m outdoors at 10 kcps a SPAD (DS11555, "Maximum ranging capabilities with 33 ms"). */
const reach: Reach = { darkMetres: 1.2, lightMetres: 0.8, lightKcps: 10 };

export interface Vl53l0xResult {
  status: number;
  metres: number;
  ambientKcps: number;
  /** Strength of echo and ambient light together, which no two readings have alike. */
  signal: number;
}

/** Reads the 12 bytes from 0x14 on: status, SPADs (8.8 bits), echo and ambient light (9.7 bits), millimetres. */
export function parseResult(bytes: Buffer): Vl53l0xResult {
  const ambient = bytes.readUInt16BE(8);
  return {
    status: (bytes.readUInt8(0) & 0x78) >> 3,
    metres: bytes.readUInt16BE(10) / 1000,
    ambientKcps: ambientKcps(ambient, bytes.readUInt16BE(2)),
    signal: bytes.readUInt16BE(6) * 0x10000 + ambient,
  };
}

export function meaningOf(status: number): "range" | "noEcho" | "fault" {
  switch (status) {
    case 11: // complete
    case 8: // nearer than it can measure
    case 10: // the same
      return "range";
    case 1: // laser
    case 2: // laser
    case 3: // high voltage
      return "fault";
    default: // 4 no target, 5 signal, 6 and 9 phase, 7 sigma, and others: nothing that can be relied on
      return "noEcho";
  }
}

/** Nanoseconds of a macro period of the laser at so many clocks. */
function macroNs(clocks: number): number {
  return Math.floor((2304 * clocks * 1655 + 500) / 1000);
}

/**
 * The range's time-out register (16 bits: a byte, shifted by a byte, plus 1) for a timing budget, with the steps of the
 * sequence that are on: DSS, pre-range, range. Overheads of each step in µs are ST's.
 */
export function rangeTimeout(budgetUs: number): number {
  const pre = macroNs(timing.preClocks);
  const toUs = (macros: number) => (macros * pre) / 1000;
  const used = 1320 + 960 + 2 * (toUs(timing.msrcMacros) + 690) + (toUs(timing.preMacros) + 660) + 550;
  const macros = Math.round(((budgetUs - used) * 1000) / macroNs(timing.rangeClocks)) + timing.preMacros;
  let low = Math.max(0, macros - 1);
  let shift = 0;
  for (; low > 0xff; low >>= 1) shift++;
  return (shift << 8) | low;
}

/** ST's VL53L0X: time of flight, 25° wide, 1.2 m; near useless in the sun. */
export class Vl53l0x implements RangeChip {
  readonly chip = "VL53L0X";
  readonly address = 0x29;
  readonly width = 1;
  readonly periodMs: number;
  readonly #budgetMs: number;
  /** What 0x91 held; it must be written back before each start. */
  #stop = 0;

  /** @param rate readings a second, 41 at most */
  constructor(rate: number) {
    this.#budgetMs = Math.min(mostBudgetMs, Math.max(leastBudgetMs, 1000 / rate - overheadMs));
    this.periodMs = this.#budgetMs + overheadMs;
  }

  async begin(registers: Registers, sleep: Sleep): Promise<void> {
    await this.#set(registers, 0x89, 0x01); // pads are pulled up to 2.8 V, as on every board
    await registers.writeAll(openInner);
    this.#stop = await registers.u8(0x91);
    await registers.writeAll(closeInner);
    await this.#set(registers, 0x60, 0x12); // no checks of rate before the range itself
    await registers.write16(0x44, 0x0020); // least rate of the echo: 0.25 Mcps
    await registers.write(0x01, 0xff); // all steps
    await this.#chooseSpads(registers, sleep);
    await registers.writeAll(tuning);
    await registers.write(0x0a, 0x04); // interrupt at each new reading
    await registers.write(0x84, (await registers.u8(0x84)) & ~0x10); // active low
    await registers.write(0x0b, 0x01); // none yet
    await registers.write(0x01, 0xe8); // steps: DSS, pre-range, range
    await registers.write16(0x71, rangeTimeout(this.#budgetMs * 1000));
    await this.#calibrate(registers, sleep, 0x01, 0x41); // the SPADs' voltage (VHV)
    await this.#calibrate(registers, sleep, 0x02, 0x01); // phase
    await registers.write(0x01, 0xe8);
    await registers.writeAll([
      [0x80, 0x01],
      [0xff, 0x01],
      [0x00, 0x00],
      [0x91, this.#stop],
      ...closeInner,
      [0x00, 0x02], // measure, one after the other
    ]);
  }

  async read(registers: Registers): Promise<Measured | null> {
    if (((await registers.u8(0x13)) & 0x07) === 0) return null;
    const result = parseResult(await registers.read(0x14, 12));
    await registers.write(0x0b, 0x01);
    const meaning = meaningOf(result.status);
    if (meaning === "fault") return { kind: "fault", reason: "sensor hardware fault" };
    if (meaning === "noEcho" || result.metres * 1000 >= nothingMm) {
      // In the dark there may be no light at all to tell one reading from the next; that there is one is its answer.
      return { kind: "noEcho", reach: reachIn(reach, result.ambientKcps) };
    }
    return { kind: "range", metres: Math.max(0.01, result.metres), signal: result.signal };
  }

  async end(registers: Registers): Promise<void> {
    await registers.write(0x00, 0x01);
  }

  async move(registers: Registers, address: number): Promise<void> {
    await registers.write(0x8a, address);
  }

  /** Reads which SPADs the factory has found good for the reference, and switches on as many as it says. */
  async #chooseSpads(registers: Registers, sleep: Sleep): Promise<void> {
    await registers.writeAll([
      [0x80, 0x01],
      [0xff, 0x01],
      [0x00, 0x00],
      [0xff, 0x06],
    ]);
    await this.#set(registers, 0x83, 0x04);
    await registers.writeAll(askSpads);
    await this.#until(sleep, async () => (await registers.u8(0x83)) !== 0);
    await registers.write(0x83, 0x01);
    const told = await registers.u8(0x92);
    await registers.write(0x81, 0x00);
    await registers.write(0xff, 0x06);
    await registers.write(0x83, (await registers.u8(0x83)) & ~0x04);
    await registers.write(0xff, 0x01);
    await registers.writeAll(closeInner);
    const map = await registers.read(0xb0, 6);
    await registers.writeAll(spadReference);
    await registers.write(0xb0, ...chosenSpads(map, told & 0x7f, (told & 0x80) !== 0));
  }

  async #calibrate(registers: Registers, sleep: Sleep, step: number, start: number): Promise<void> {
    await registers.write(0x01, step);
    await registers.write(0x00, start);
    await this.#until(sleep, async () => ((await registers.u8(0x13)) & 0x07) !== 0);
    await registers.write(0x0b, 0x01);
    await registers.write(0x00, 0x00);
  }

  async #until(sleep: Sleep, done: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; !(await done()); waited += 2) {
      if (waited > answerMs) {
        throw new BrimError("DEVICE", "VL53L0X: it does not get ready: take its power away for a moment");
      }
      await sleep(2);
    }
  }

  async #set(registers: Registers, register: number, bits: number): Promise<void> {
    await registers.write(register, (await registers.u8(register)) | bits);
  }
}

/** Of the 48 SPADs that `map` allows, the first `count`; those with an aperture begin at 12. */
export function chosenSpads(map: Uint8Array, count: number, aperture: boolean): number[] {
  const chosen = Array.from(map, () => 0);
  let left = count;
  for (let spad = aperture ? 12 : 0; spad < 48 && left > 0; spad++) {
    const bit = 1 << (spad % 8);
    const byte = spad >> 3;
    if (((map[byte] ?? 0) & bit) === 0) continue;
    chosen[byte] = (chosen[byte] ?? 0) | bit;
    left--;
  }
  return chosen;
}
