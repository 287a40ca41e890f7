import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { wantedChips } from "./lines.ts";

export const sysfsRoot = "/sys/class/gpio";

/** A GPIO chip as sysfs numbers it: GPIO n of the chip is `base + n` there, and the base differs between kernels. */
export interface SysfsChip {
  label: string;
  base: number;
  count: number;
}

/** The chips that sysfs has; none where the kernel is built without GPIO in sysfs. */
export function listSysfsChips(root = sysfsRoot): SysfsChip[] {
  let names: string[];
  try {
    names = readdirSync(root).filter((name) => /^gpiochip\d+$/.test(name));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const read = (file: string) => readFileSync(join(root, name, file), "utf8").trim();
      return [{ label: read("label"), base: Number(read("base")), count: Number(read("ngpio")) }];
    } catch {
      // It went away between listing and reading.
      return [];
    }
  });
}

/** The chip by its label ("auto": that of a Pi), or null. */
export function findSysfsChip(chip: string, root = sysfsRoot): SysfsChip | null {
  const chips = listSysfsChips(root);
  for (const label of wantedChips(chip)) {
    const found = chips.find((other) => other.label === label);
    if (found !== undefined) return found;
  }
  return null;
}
