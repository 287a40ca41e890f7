import type { Clock } from "../../base/clock.ts";
import type { ButtonConfig, GpioConfig } from "../../base/device-config.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import { chooseLineDriver, type LineDriverName, lineDriver } from "../gpio/lines.ts";
import type { Button } from "../ports.ts";
import { LineButton } from "./line.ts";

export interface ButtonOptions {
  config: ButtonConfig;
  gpio: GpioConfig;
  clock: Clock;
  /** Told which driver "auto" has chosen. */
  onChosen: (driver: string) => void;
  /** Told, in one line, when the button was lost or cannot be opened again. */
  onProblem: (why: string) => void;
}

const drivers: Drivers<ButtonOptions, Button> = {
  auto: async (options) => {
    const { config, gpio, onChosen } = options;
    const chosen = config.device === undefined ? await chooseLineDriver(gpio.chip) : "evdev";
    onChosen(chosen);
    return createButton({ ...options, config: { ...config, driver: chosen } });
  },
  onoff: async (options) => line("onoff", options),
  gpiod: async (options) => line("gpiod", options),
  evdev: async (options) => new (await import("./evdev.ts")).EvdevButton(options),
  simulated: async ({ clock }) => new (await import("./simulated.ts")).SimulatedButton(clock),
};

function line(name: LineDriverName, { config, gpio, clock, onProblem }: ButtonOptions): Button {
  const { pin, active_low: activeLow } = config;
  return new LineButton(
    () => lineDriver(name),
    { chip: gpio.chip, pin, activeLow, setting: "button.pin", clock },
    onProblem,
  );
}

/** @throws BrimError CONFIG for an unknown driver, listing the valid ones */
export function createButton(options: ButtonOptions): Promise<Button> {
  return createDevice("button", options.config.driver, drivers, options);
}
