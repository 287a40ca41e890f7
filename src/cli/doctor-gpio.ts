import { constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../base/config.ts";
import { noChip, noPermission, noSuchPin, wantedChips } from "../devices/gpio/lines.ts";
import { findLine } from "../devices/gpio/onoff.ts";
import { findSysfsChip, listSysfsChips, sysfsRoot } from "../devices/gpio/sysfs.ts";
import { pinsOf } from "../devices/range/hc-sr04.ts";
import { findGuard } from "./doctor-guard.ts";
import {
  bad,
  blocked,
  type Check,
  complaint,
  type Finding,
  good,
  isPassive,
  type World,
} from "./doctor-world.ts";

const drivers = ["auto", "onoff", "gpiod"];

interface Pin {
  setting: string;
  pin: number;
  driver: string;
}

/** The pins of buzzer, button and range finders: whether they are there, who may use them, and who has them. */
export const gpio: Check = async (world) => {
  const { config, root, access } = world;
  const { pins, troubles } = wantedPins(config);
  if (pins.length === 0) return troubles;
  const { chip } = config.gpio;
  const folder = join(root, sysfsRoot);
  const sysfs = findSysfsChip(chip, folder);
  const devices = chipDevices(join(root, "dev"));
  const kernel = sysfs === null ? null : kernelHolders(join(root, "sys/kernel/debug/gpio"), sysfs.base);
  // What the kernel tells root alone, libgpiod's tools tell whoever may use the pins.
  const tools = kernel === null ? await askTools(world) : null;
  const holders = kernel ?? tools?.holders ?? null;
  const found = sysfs ?? tools?.chip ?? null;
  const labels = tools?.labels ?? listSysfsChips(folder).map(({ label }) => label);
  if (found === null && labels.length > 0) return [...troubles, complaint(noChip(chip, labels))];
  if (sysfs === null && devices.length === 0) {
    const mend = "run on a Raspberry Pi, or set gpio.chip to the label of the chip with the hat's pins";
    return [...troubles, bad("there is no GPIO chip", mend)];
  }
  // A running guard has its pins already; this user needs none.
  const guarded = (await findGuard(world)) !== null;
  const usable = (file: string, mode?: number) => guarded || blocked(file, access, mode) !== "denied";

  const look = ({ setting, pin, driver }: Pin): Finding => {
    const line = { chip, pin, setting };
    try {
      if (driver === "onoff" || (driver === "auto" && sysfs !== null)) {
        findLine(line, folder, (file) => usable(file, constants.W_OK));
      } else {
        const closed = devices.find((file) => !usable(file));
        if (closed !== undefined) throw noPermission(closed);
        if (found !== null && pin >= found.count) throw noSuchPin(line, found.label, found.count);
      }
    } catch (error) {
      return complaint(error);
    }
    const name = `GPIO ${pin} (${setting})`;
    if (holders === null) return good(`${name}; apt install gpiod shows whether it is in use`);
    const holder = holders.get(pin);
    // Lines of sysfs and of Brim's own program are the guard's.
    return holder === undefined || /^(sysfs|brim)/.test(holder)
      ? good(name)
      : bad(`${name} is in use by ${holder}`, "end that, or choose another pin");
  };
  // One permission is missing for all pins.
  const told = new Map(pins.map(look).map((finding) => [finding.message, finding]));
  return [...troubles, ...told.values()];
};

/** The pins that the configuration's devices have, and what is wrong with its words about them. */
function wantedPins({ buzzer, button, range }: Config): { pins: Pin[]; troubles: Finding[] } {
  const pins: Pin[] = [];
  const troubles: Finding[] = [];
  if (drivers.includes(buzzer.driver) && !isPassive(buzzer)) {
    pins.push({ setting: "buzzer.pin", pin: buzzer.pin, driver: buzzer.driver });
  }
  if (drivers.includes(button.driver) && !(button.driver === "auto" && button.device !== undefined)) {
    pins.push({ setting: "button.pin", pin: button.pin, driver: button.driver });
  }
  for (const config of range) {
    const { driver, xshut } = config;
    if (xshut !== undefined && driver.startsWith("vl53l")) {
      pins.push({ setting: "range.xshut", pin: xshut, driver: "auto" });
    }
    if (driver !== "hc-sr04") continue;
    try {
      const { trigger, echo } = pinsOf(config);
      // The echo is timed by the character device alone.
      pins.push({ setting: "range.trigger", pin: trigger, driver: "gpiod" });
      pins.push({ setting: "range.echo", pin: echo, driver: "gpiod" });
    } catch (error) {
      troubles.push(complaint(error));
    }
  }
  return { pins, troubles };
}

/** /dev/gpiochip0 and those beside it. */
function chipDevices(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^gpiochip\d+$/.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

type Holders = Map<number, string>;

/** Who holds which line, by the kernel's numbers less `base`: " gpio-529 (GPIO17 |w1 ) in hi". Null where only root may read it. */
function kernelHolders(file: string, base: number): Holders | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  const found = text.matchAll(/gpio-(\d+)\s+\([^|)]*\|([^)]*)\)/g);
  return new Map([...found].map(([, number, holder]) => [Number(number) - base, (holder ?? "").trim()]));
}

interface Tools {
  labels: string[];
  /** The chip with the hat's pins, where it is among them. */
  chip: { label: string; count: number } | null;
  holders: Holders;
}

/** The same, and the chips, by gpiodetect and gpioinfo, of libgpiod 1 or 2. Null where they are not installed. */
async function askTools({ ask, config }: World): Promise<Tools | null> {
  const told = await ask("gpiodetect");
  const lines = await ask("gpioinfo");
  if (told === null || lines === null) return null;
  const chips = [...told.matchAll(/^(gpiochip\d+) \[([^\]]*)\] \((\d+) /gm)].map(
    ([, name, label = "", count]) => ({ name, label, count: Number(count) }),
  );
  const wanted = wantedChips(config.gpio.chip);
  const chip = chips.find(({ label }) => wanted.includes(label)) ?? null;
  const holders: Holders = new Map();
  let ours = false;
  for (const text of lines.split("\n")) {
    const header = /^(gpiochip\d+) - /.exec(text);
    if (header !== null) ours = header[1] === chip?.name;
    // Version 1: line 17: "GPIO17" "w1" input active-high [used]; version 2: line 17: "GPIO17" input consumer="w1".
    const line = /^\s+line\s+(\d+):\s+(?:"[^"]*"|unnamed)\s+(?:"([^"]*)"|.*consumer="?([^"\n]*))/.exec(text);
    if (ours && line !== null) holders.set(Number(line[1]), line[2] ?? line[3] ?? "");
  }
  return { labels: chips.map(({ label }) => label), chip, holders };
}
