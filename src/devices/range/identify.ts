import { hex, type I2cBus, isHeldByKernel, isNoAnswer, Registers } from "../i2c.ts";

/** Chips that tell what they are, by the name on them. */
export type ChipName =
  | "VL53L0X"
  | "VL53L1X"
  | "VL53L3CX"
  | "VL53L4CD"
  | "TF-Luna"
  | "LSM6DSO"
  | "LSM6DS3"
  | "MPU-6050";

/** Drivers of range finders on I2C, by the chip that they are for. */
export const rangeDrivers: Partial<Record<ChipName, string>> = {
  VL53L0X: "vl53l0x",
  VL53L1X: "vl53l1x",
  "TF-Luna": "tf-luna",
};

/** Usual addresses of chips that do not tell what they are. */
const likely: Record<number, string> = {
  54: "perhaps MAX17048",
  64: "perhaps INA219",
  74: "perhaps BNO085",
  75: "perhaps BNO085",
};

/** Where ST's range finders are, or are moved to. Elsewhere a register of two bytes would write to a register of one. */
const wideFrom = 0x29;
const wideTo = 0x3f;

/**
 * What answers at an address: its name, "unknown" where it does not tell, null where nothing answers. Nothing is written
 * but the numbers of registers. Not for a chip that somebody else is reading just now.
 * @throws what the bus throws, where that is not a missing answer
 */
export async function identifyAt(bus: I2cBus, address: number): Promise<ChipName | "unknown" | null> {
  const narrow = new Registers(bus, address, 1);
  const answer = async <T>(read: () => Promise<T>) => {
    try {
      return await read();
    } catch (error) {
      if (isNoAnswer(error)) return null;
      throw error;
    }
  };
  // Registers of one byte come first: two bytes would be a register and what to write to it.
  const vl53l0x = await answer(() => narrow.read(0xc0, 2));
  if (vl53l0x === null) return null;
  if (vl53l0x.equals(Buffer.from([0xee, 0xaa]))) return "VL53L0X";
  if (address >= wideFrom && address <= wideTo) {
    switch (await answer(() => new Registers(bus, address, 2).u16(0x010f))) {
      case 0xeacc:
        return "VL53L1X";
      case 0xeaaa:
        return "VL53L3CX";
      case 0xebaa:
        return "VL53L4CD";
    }
  }
  if ((await answer(() => narrow.read(0x3c, 4)))?.toString("latin1") === "LUNA") return "TF-Luna";
  if (address === 0x6a || address === 0x6b) {
    switch (await answer(() => narrow.u8(0x0f))) {
      case 0x6c:
        return "LSM6DSO";
      case 0x69:
      case 0x6a:
        return "LSM6DS3";
    }
  }
  if ((address === 0x68 || address === 0x69) && (await answer(() => narrow.u8(0x75))) === 0x68)
    return "MPU-6050";
  return "unknown";
}

export interface FoundChip {
  address: number;
  /** Its name, "perhaps …", "unknown", or "held by a driver of the kernel". */
  chip: string;
}

/** Everything that answers on a bus, for `brim doctor`. Not while the guard runs, which reads the same chips. */
export async function scanBus(bus: I2cBus): Promise<FoundChip[]> {
  const found: FoundChip[] = [];
  for (let address = 0x08; address <= 0x77; address++) {
    try {
      const chip = await identifyAt(bus, address);
      if (chip !== null) found.push({ address, chip: chip === "unknown" ? (likely[address] ?? chip) : chip });
    } catch (error) {
      if (!isHeldByKernel(error)) throw error;
      found.push({ address, chip: "held by a driver of the kernel" });
    }
  }
  return found;
}

/**
 * The range finders on a bus, in words: "TF-Luna at 0x10".
 * @param except addresses at which nobody is asked, for somebody reads what is there
 */
export async function otherRangeFinders(
  bus: I2cBus,
  except: readonly number[],
): Promise<{ words: string; driver: string }[]> {
  const others: { words: string; driver: string }[] = [];
  for (const address of [0x10, 0x29]) {
    if (except.includes(address)) continue;
    const chip = await identifyAt(bus, address).catch((error) => {
      // The kernel's is not ours to name, nor is it what is wrong.
      if (isHeldByKernel(error)) return null;
      throw error;
    });
    const driver = chip === null || chip === "unknown" ? undefined : rangeDrivers[chip];
    if (driver !== undefined) others.push({ words: `${chip} at ${hex(address)}`, driver });
  }
  return others;
}
