import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "../programs.ts";

/** How the computer itself is; null where it does not tell. */
export interface BoardState {
  /** Temperature of the processor. */
  celsius: number | null;
  /** It runs more slowly than it could, for it is hot. */
  throttled: boolean | null;
  /** Its supply is too weak at this moment. */
  underVoltage: boolean | null;
  /** What is free on the disk that holds the state folder, in bytes. */
  diskFree: number | null;
}

/**
 * Bits of the firmware's answer, by Raspberry Pi's documentation of `vcgencmd get_throttled`. These are of this moment; from
 * 16 on, of any time since the start.
 */
const bits = { underVoltage: 1 << 0, capped: 1 << 1, throttled: 1 << 2, softLimit: 1 << 3 };
/** Below this the firmware slows nothing for heat but by its soft limit, which has its own bit. */
const hotCelsius = 80;

/**
 * Reads how the computer is. Never rejects, and takes no device from anybody.
 * @param root where /sys lies, for tests
 */
export async function readBoard(folder: string, env: NodeJS.ProcessEnv, root = "/"): Promise<BoardState> {
  const flags = firmwareFlags(root) ?? (await askFirmware(env));
  const celsius = temperature(root);
  return {
    celsius,
    throttled: flags === null ? null : slowedByHeat(flags, celsius),
    underVoltage: flags === null ? voltageAlarm(root) : (flags & bits.underVoltage) !== 0,
    diskFree: await freeBytes(folder),
  };
}

/**
 * A weak supply slows the computer as heat does, and sets the same bits; its usual answer is 0x50005
 * (https://github.com/raspberrypi/firmware/issues/615). So they tell of heat only where it is hot and the supply is not weak.
 */
function slowedByHeat(flags: number, celsius: number | null): boolean {
  if ((flags & bits.softLimit) !== 0) return true;
  const slowed = (flags & (bits.throttled | bits.capped)) !== 0;
  return slowed && (flags & bits.underVoltage) === 0 && celsius !== null && celsius >= hotCelsius;
}

/** The hottest of those zones that are the processor's. */
function temperature(root: string): number | null {
  const folder = join(root, "sys/class/thermal");
  const zones = list(folder).filter((name) => name.startsWith("thermal_zone"));
  const all = zones.map((zone) => ({
    type: read(join(folder, zone, "type")) ?? "",
    celsius: Number(read(join(folder, zone, "temp")) ?? "none") / 1_000,
  }));
  const known = all.filter(({ celsius }) => Number.isFinite(celsius));
  const cpu = known.filter(({ type }) => /cpu|x86_pkg/.test(type));
  const [first] = (cpu.length > 0 ? cpu : known).toSorted((a, b) => b.celsius - a.celsius);
  return first?.celsius ?? null;
}

/** What the firmware says, from where the kernel shows it. */
function firmwareFlags(root: string): number | null {
  const platform = join(root, "sys/devices/platform");
  for (const soc of list(platform).filter((name) => name.startsWith("soc"))) {
    const folders = [
      join(platform, soc),
      ...list(join(platform, soc)).map((name) => join(platform, soc, name)),
    ];
    for (const folder of folders) {
      const firmware = list(folder).find((name) => name.endsWith("firmware"));
      for (const file of [join(folder, "get_throttled"), join(folder, firmware ?? "", "get_throttled")]) {
        const flags = hexadecimal(read(file));
        if (flags !== null) return flags;
      }
    }
  }
  return null;
}

function askFirmware(env: NodeJS.ProcessEnv): Promise<number | null> {
  const program = findProgram("vcgencmd", env);
  if (program === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    execFile(program, ["get_throttled"], { timeout: 2_000 }, (error, out) =>
      resolve(error === null ? hexadecimal(/throttled=(\S+)/.exec(out)?.[1] ?? null) : null),
    );
  });
}

function voltageAlarm(root: string): boolean | null {
  const folder = join(root, "sys/class/hwmon");
  const chip = list(folder).find((name) => read(join(folder, name, "name")) === "rpi_volt");
  const alarm = chip === undefined ? null : read(join(folder, chip, "in0_lcrit_alarm"));
  return alarm === null ? null : alarm !== "0";
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function hexadecimal(text: string | null): number | null {
  const digits = /^(?:0x)?([0-9a-f]+)$/i.exec(text ?? "")?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
