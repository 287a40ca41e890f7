import type { Clock } from "../../base/clock.ts";
import type { GpioConfig, RangeConfig } from "../../base/device-config.ts";
import { BrimError } from "../../base/errors.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import { hex, type OpenI2cBus, openI2cBus } from "../i2c.ts";
import type { RangeFinder } from "../ports.ts";
import type { RangeChip } from "./chip.ts";
import { ShutPins } from "./shut-pins.ts";

export interface RangeOptions {
  config: RangeConfig;
  gpio: GpioConfig;
  shutPins: ShutPins;
  clock: Clock;
  /** When the simulated walk began. */
  epoch: number;
  /** Addresses on its bus that are other sensors'. */
  taken: readonly number[];
  /** For tests: what opens an I2C bus. */
  openBus?: OpenI2cBus;
  /** Told in one line what is wrong with the sensor. */
  onProblem: (why: string) => void;
}

const drivers: Drivers<RangeOptions, RangeFinder> = {
  vl53l1x: (options) => onI2c(options, async ({ rate }) => new (await import("./vl53l1x.ts")).Vl53l1x(rate)),
  vl53l0x: (options) => onI2c(options, async ({ rate }) => new (await import("./vl53l0x.ts")).Vl53l0x(rate)),
  "tf-luna": (options) => onI2c(options, async ({ rate }) => new (await import("./tf-luna.ts")).TfLuna(rate)),
  "hc-sr04": async (options) => new (await import("./hc-sr04.ts")).HcSr04(options),
  iio: async (options) => new (await import("./iio.ts")).IioRangeFinder(options),
  simulated: async (options) => new (await import("./simulated.ts")).SimulatedRangeFinder(options),
};

async function onI2c(options: RangeOptions, make: (config: RangeConfig) => Promise<RangeChip>) {
  const { ChipRangeFinder } = await import("./chip.ts");
  return new ChipRangeFinder(await make(options.config), { openBus: openI2cBus, ...options });
}

/** Addresses that chips have when they get power. */
const usualAddress: Record<string, number> = { vl53l1x: 0x29, vl53l0x: 0x29, "tf-luna": 0x10 };

/** Where the other sensors on a sensor's bus answer, or are woken. A gyro or battery gauge is nowhere that a sensor is looked for. */
function addressesOfOthers({ name, bus }: RangeConfig, configs: readonly RangeConfig[]): number[] {
  return configs.flatMap((other) => {
    const usual = usualAddress[other.driver];
    if (usual === undefined || other.bus !== bus || other.name === name) return [];
    const at = other.address ?? usual;
    return other.xshut === undefined ? [at] : [at, usual];
  });
}

/** @throws BrimError CONFIG when two sensors would answer at once, or have one name or XSHUT pin */
export function assertDistinct(configs: readonly RangeConfig[]): void {
  const seen = new Set<string>();
  for (const { driver, name, bus, address, xshut } of configs) {
    const usual = usualAddress[driver];
    const at = usual === undefined ? undefined : (address ?? usual);
    const cures = [[`the name ${name}`, "give each [[range]] a name of its own"]];
    if (xshut !== undefined) cures.push([`the XSHUT pin ${xshut}`, "give each a pin of its own"]);
    if (at !== undefined && usual !== undefined) {
      const cure = `give each an xshut pin and an address of its own other than ${hex(usual)}, or another bus`;
      cures.push([`address ${hex(at)} of I2C bus ${bus}`, cure]);
    }
    for (const [key = "", cure] of cures) {
      if (seen.has(key)) throw new BrimError("CONFIG", `two range finders have ${key}: ${cure}`);
      seen.add(key);
    }
    // One that stays where others are woken, even if it was woken last, is in their way when they must be woken again.
    const woken = configs.find(
      (other) =>
        other.xshut !== undefined &&
        other.bus === bus &&
        other.name !== name &&
        usualAddress[other.driver] === at,
    );
    if (at !== undefined && woken !== undefined) {
      const pin = xshut === undefined ? "an xshut pin and " : "";
      throw new BrimError(
        "CONFIG",
        `range finder ${name} stays at ${hex(at)}, where ${woken.name} is woken: give it ${pin}an address other than ${hex(at)}`,
      );
    }
  }
}

/**
 * The hat's range finders.
 * @throws BrimError CONFIG for an unknown driver, listing the valid ones, or for sensors that are in each other's way
 */
export async function createRangeFinders(
  configs: readonly RangeConfig[],
  options: Omit<RangeOptions, "config" | "shutPins" | "taken" | "onProblem"> & {
    onProblem: (name: string, why: string) => void;
  },
): Promise<RangeFinder[]> {
  assertDistinct(configs);
  const { gpio, clock, onProblem } = options;
  const pins = configs.flatMap(({ xshut }) => (xshut === undefined ? [] : [xshut]));
  const shutPins = new ShutPins(pins, gpio, clock, (why) => onProblem("xshut", why));
  return Promise.all(
    configs.map((config) =>
      createDevice("range", config.driver, drivers, {
        ...options,
        config,
        shutPins,
        taken: addressesOfOthers(config, configs),
        onProblem: (why) => onProblem(config.name, why),
      }),
    ),
  );
}
