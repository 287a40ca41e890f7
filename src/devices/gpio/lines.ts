import { accessSync, constants } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { BrimError } from "../../base/errors.ts";

/** A GPIO that is driven. */
export interface OutputLine {
  /** Drives it, at once and without blocking. */
  set(on: boolean): void;
  /** Leaves it off. */
  close(): Promise<void>;
}

/** A GPIO that is listened to. */
export interface InputLine {
  close(): Promise<void>;
}

export interface LineOptions {
  /** Label of the GPIO chip, or "auto". */
  chip: string;
  /** Line number on that chip; on a Pi, the number in "GPIO17". */
  pin: number;
  activeLow: boolean;
  /** The setting that chose the pin, such as "buzzer.pin", for messages. */
  setting: string;
  clock: Clock;
  /** The line was lost after it was opened; `why` is one line. */
  onLost: (why: string) => void;
}

export interface InputOptions extends LineOptions {
  /** Called when the line becomes active or inactive, debounced where `bounceMs` is not 0. */
  onChange: (active: boolean, at: number) => void;
  bounceMs: number;
}

/** What opens lines: through sysfs with the package onoff, or through the GPIO character device. */
export interface LineDriver {
  output(options: LineOptions): Promise<OutputLine>;
  input(options: InputOptions): Promise<InputLine>;
}

export type LineDriverName = "onoff" | "gpiod";

/** Labels of the chips with a Pi's own pins: Pi 4, Pi 0 to 3, Pi 5. */
export const piChips = ["pinctrl-bcm2711", "pinctrl-bcm2835", "pinctrl-rp1"];

export function wantedChips(chip: string): string[] {
  return chip === "auto" ? piChips : [chip];
}

export async function lineDriver(name: LineDriverName): Promise<LineDriver> {
  return name === "onoff" ? (await import("./onoff.ts")).onoffLines : (await import("./gpiod.ts")).gpiodLines;
}

/** The driver that this kernel has for the pins of that chip: sysfs where it is there, else the character device. */
export async function chooseLineDriver(chip: string): Promise<LineDriverName> {
  const { findSysfsChip } = await import("./sysfs.ts");
  return findSysfsChip(chip) === null ? "gpiod" : "onoff";
}

export function noChip(chip: string, found: string[]): BrimError {
  const there = found.length === 0 ? "there is none" : `there is ${found.join(", ")}`;
  return new BrimError(
    "DEVICE",
    `no GPIO chip ${wantedChips(chip).join(" or ")}: ${there}; set gpio.chip to the label of the chip with the hat's pins`,
  );
}

export function pinBusy({ pin, setting }: LineOptions, holder: string): BrimError {
  const who = holder === "" ? "something else" : holder;
  return new BrimError(
    "BUSY",
    `GPIO ${pin} (${setting}) is in use by ${who}: end that, or choose another pin`,
  );
}

export function noPermission(file: string): BrimError {
  return new BrimError(
    "DEVICE",
    `no permission for ${file}: add the user to the group gpio (sudo usermod -aG gpio USER), or run as root`,
  );
}

/** Whether this user may write to a file that is there. */
export function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export function noSuchPin(
  { pin, setting }: Pick<LineOptions, "pin" | "setting">,
  chip: string,
  count: number,
): BrimError {
  return new BrimError("CONFIG", `${setting} = ${pin}: the GPIO chip ${chip} has pins 0 to ${count - 1}`);
}
