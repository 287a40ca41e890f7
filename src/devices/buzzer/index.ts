import type { Clock } from "../../base/clock.ts";
import type { BuzzerConfig, GpioConfig } from "../../base/device-config.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import { chooseLineDriver, type LineDriverName, lineDriver } from "../gpio/lines.ts";
import type { Buzzer } from "../ports.ts";
import { LineBuzzer } from "./line.ts";

export interface BuzzerOptions {
  config: BuzzerConfig;
  gpio: GpioConfig;
  clock: Clock;
  /** Told which driver "auto" has chosen. */
  onChosen: (driver: string) => void;
  /** The buzzer can no longer be driven; `why` is one line. A guard that cannot be heard must end. */
  onLost: (why: string) => void;
}

const drivers: Drivers<BuzzerOptions, Buzzer> = {
  auto: async (options) => {
    const { config, gpio, onChosen } = options;
    const chosen = config.kind === "passive" ? "pwm" : await chooseLineDriver(gpio.chip);
    onChosen(chosen);
    return createBuzzer({ ...options, config: { ...config, driver: chosen } });
  },
  onoff: async (options) => line("onoff", options),
  gpiod: async (options) => line("gpiod", options),
  pwm: async (options) => new (await import("./pwm.ts")).PwmBuzzer(options),
  none: async () => new (await import("./none.ts")).NoBuzzer(),
  simulated: async () => new (await import("./simulated.ts")).SimulatedBuzzer(),
};

function line(name: LineDriverName, { config, gpio, clock, onLost }: BuzzerOptions): Buzzer {
  const { pin, active_low: activeLow, kind } = config;
  return new LineBuzzer(
    () => lineDriver(name),
    { chip: gpio.chip, pin, activeLow, setting: "buzzer.pin", clock, onLost },
    kind === "motor",
  );
}

/** @throws BrimError CONFIG for an unknown driver, listing the valid ones */
export function createBuzzer(options: BuzzerOptions): Promise<Buzzer> {
  return createDevice("buzzer", options.config.driver, drivers, options);
}
