import { existsSync } from "node:fs";
import type { Gpio, Options } from "onoff";
import { BrimError, messageOf, systemCode } from "../../base/errors.ts";
import {
  type InputLine,
  type InputOptions,
  isWritable,
  type LineDriver,
  type LineOptions,
  noChip,
  noPermission,
  noSuchPin,
  type OutputLine,
  pinBusy,
} from "./lines.ts";
import { findSysfsChip, listSysfsChips, sysfsRoot } from "./sysfs.ts";

type GpioClass = new (
  gpio: number,
  direction: "in" | "high" | "low",
  edge?: "none" | "both",
  options?: Options,
) => Gpio;

/**
 * The kernel's number of a line that may be opened.
 * @throws BrimError DEVICE without that chip or a permission, CONFIG when it has no such pin
 */
export function findLine(
  options: Pick<LineOptions, "chip" | "pin" | "setting">,
  root = sysfsRoot,
  writable = isWritable,
): number {
  const { chip, pin } = options;
  const found = findSysfsChip(chip, root);
  if (found === null) {
    throw noChip(
      chip,
      listSysfsChips(root).map(({ label }) => label),
    );
  }
  if (pin >= found.count) throw noSuchPin(options, found.label, found.count);
  const number = found.base + pin;
  const exported = `${root}/gpio${number}`;
  // The package would wait for permission in a loop that blocks.
  const needed = existsSync(exported) ? `${exported}/value` : `${root}/export`;
  if (!writable(needed)) throw noPermission(needed);
  return number;
}

/**
 * Lines through sysfs, with the package onoff. A line stays exported when it is closed: one that is given back floats,
 * and a floating buzzer may sound.
 * @param load loads the package's class
 */
export function makeOnoffLines(load: () => Promise<GpioClass>, root = sysfsRoot): LineDriver {
  async function open<T>(options: LineOptions, make: (gpio: GpioClass, number: number) => T): Promise<T> {
    const { pin } = options;
    const number = findLine(options, root);
    const gpio = await load();
    try {
      return make(gpio, number);
    } catch (error) {
      switch (systemCode(error)) {
        case "EBUSY":
          throw pinBusy(options, "");
        case "EACCES":
        case "EPERM":
          throw noPermission(`${root}/gpio${number}`);
        default:
          throw new BrimError("DEVICE", `GPIO ${pin} cannot be opened: ${messageOf(error)}`, {
            cause: error,
          });
      }
    }
  }

  return {
    async output(options: LineOptions): Promise<OutputLine> {
      const { activeLow, pin } = options;
      // Its first level is set with its direction, so that it never sounds on the way.
      const gpio = await open(options, (Class, number) => new Class(number, activeLow ? "high" : "low"));
      return {
        set: (on) => {
          try {
            gpio.writeSync(on !== activeLow ? 1 : 0);
          } catch (error) {
            options.onLost(`GPIO ${pin} was lost: ${messageOf(error)}`);
          }
        },
        close: async () => gpio.writeSync(activeLow ? 1 : 0),
      };
    },

    async input(options: InputOptions): Promise<InputLine> {
      const { activeLow, bounceMs, clock, onChange, onLost, pin } = options;
      const gpio = await open(
        options,
        (Class, number) =>
          new Class(number, "in", "both", bounceMs > 0 ? { debounceTimeout: bounceMs } : undefined),
      );
      let active = (gpio.readSync() === 1) !== activeLow;
      if (active) onChange(true, clock.now());
      gpio.watch((error, value) => {
        if (error) return onLost(`GPIO ${pin} was lost: ${messageOf(error)}`);
        const now = (value === 1) !== activeLow;
        if (now === active) return;
        active = now;
        // Edges are told once they have been still for the bounce time.
        onChange(active, clock.now() - bounceMs);
      });
      return { close: async () => gpio.unexport() };
    },
  };
}

export const onoffLines = makeOnoffLines(async () => {
  try {
    return (await import("onoff")).Gpio;
  } catch (error) {
    throw new BrimError("DEVICE", 'the package onoff is not installed: npm install, or the driver "gpiod"', {
      cause: error,
    });
  }
});
