import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { wantedChips } from "../devices/gpio/lines.ts";
import { findSysfsChip, sysfsRoot } from "../devices/gpio/sysfs.ts";
import { bad, type Check, good, type World } from "./doctor-world.ts";

const drivers = ["auto", "onoff", "gpiod"];

/** The pins of buzzer and button, and who has them. */
export const gpio: Check = async (world) => {
  const { config, root } = world;
  const wanted = [
    ...(drivers.includes(config.buzzer.driver) ? [{ setting: "buzzer.pin", pin: config.buzzer.pin }] : []),
    ...(drivers.includes(config.button.driver) && config.button.device === undefined
      ? [{ setting: "button.pin", pin: config.button.pin }]
      : []),
  ];
  if (wanted.length === 0) return [];
  const chip = findSysfsChip(config.gpio.chip, join(root, sysfsRoot));
  if (chip === null && !existsSync(join(root, "dev/gpiochip0"))) {
    return [
      bad(
        "there is no GPIO chip",
        "run on a Raspberry Pi, or set gpio.chip to the label of the chip with the hat's pins",
      ),
    ];
  }
  const kernel = chip === null ? null : kernelHolders(join(root, "sys/kernel/debug/gpio"), chip.base);
  // What the kernel tells root alone, libgpiod's tools tell whoever may use the pins.
  const holders = kernel ?? (await toolHolders(world));
  return wanted.map(({ setting, pin }) => {
    const holder = holders?.get(pin);
    if (holders === null)
      return good(`GPIO ${pin} (${setting}); apt install gpiod shows whether it is in use`);
    // Lines of sysfs and of Brim's own program are the guard's.
    return holder === undefined || /^(sysfs|brim)/.test(holder)
      ? good(`GPIO ${pin} (${setting})`)
      : bad(`GPIO ${pin} (${setting}) is in use by ${holder}`, "end that, or choose another pin");
  });
};

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

/** The same by gpiodetect and gpioinfo, of libgpiod 1 or 2. Null where they are not installed. */
async function toolHolders({ ask, config }: World): Promise<Holders | null> {
  const chips = await ask("gpiodetect");
  const lines = await ask("gpioinfo");
  if (chips === null || lines === null) return null;
  const labels = wantedChips(config.gpio.chip);
  const [, name] = [...chips.matchAll(/^(gpiochip\d+) \[([^\]]*)\]/gm)].find(([, , label]) =>
    labels.includes(label ?? ""),
  ) ?? [null, null];
  const holders: Holders = new Map();
  let ours = false;
  for (const text of lines.split("\n")) {
    const header = /^(gpiochip\d+) - /.exec(text);
    if (header !== null) ours = header[1] === name;
    // Version 1: line 17: "GPIO17" "w1" input active-high [used]; version 2: line 17: "GPIO17" input consumer="w1".
    const line = /^\s+line\s+(\d+):\s+(?:"[^"]*"|unnamed)\s+(?:"([^"]*)"|.*consumer="?([^"\n]*))/.exec(text);
    if (ours && line !== null) holders.set(Number(line[1]), line[2] ?? line[3] ?? "");
  }
  return holders;
}
