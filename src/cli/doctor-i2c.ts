import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { hex, isNoAnswer } from "../devices/i2c.ts";
import type { ImuChip } from "../devices/imu/chip.ts";
import { createBattery } from "../devices/power/index.ts";
import { identifyAt, rangeDrivers, scanBus } from "../devices/range/identify.ts";
import { findGuard } from "./doctor-guard.ts";
import { bad, blocked, type Check, type Finding, good, type World } from "./doctor-world.ts";

/** Usual addresses of the chips that the drivers are for. */
const addresses: Record<string, number> = { vl53l0x: 0x29, vl53l1x: 0x29, "tf-luna": 0x10 };
const gyros: Record<string, () => Promise<ImuChip>> = {
  lsm6dso: async () => new (await import("../devices/imu/lsm6dso.ts")).Lsm6dso(),
  bno085: async () => new (await import("../devices/imu/bno085.ts")).Bno085(),
};

/** Range finders, gyro and battery gauge, on their buses. What a running guard has is left to it. */
export const i2c: Check = async (world) => {
  const { imu, power, range } = world.config;
  const ranges = range.filter(({ driver }) => driver in addresses);
  const gyro = gyros[imu.driver];
  // Nobody has asked for the gauge that "auto" looks for.
  const gauge = !["auto", "none", "simulated"].includes(power.driver);
  const guarded = (await findGuard(world)) !== null;
  const guards = [...ranges, ...(gyro ? [imu] : [])].map(({ bus }) => bus);
  const own = [...(guarded ? [] : guards), ...(gauge ? [power.bus] : [])];
  const troubles = new Map(
    [...new Set([...guards, ...own])].flatMap((bus) => {
      const trouble = busTrouble(world, bus, own.includes(bus));
      return trouble === null ? [] : [[bus, trouble] as const];
    }),
  );
  const found: Finding[] = [...troubles.values()];
  if (!guarded) {
    for (const { driver, bus, address = addresses[driver] ?? 0, name } of ranges) {
      if (!troubles.has(bus)) found.push(await sensor(world, { driver, bus, address, name }));
    }
    if (gyro !== undefined && !troubles.has(imu.bus)) found.push(await gyroOn(world, await gyro()));
  }
  if (power.driver !== "none" && power.driver !== "simulated" && !troubles.has(power.bus)) {
    found.push(...(await battery(world, gauge)));
  }
  return found;
};

/** @param used whether this user needs a permission, rather than the guard's */
function busTrouble({ root, access }: World, bus: number, used: boolean): Finding | null {
  const why = blocked(join(root, `dev/i2c-${bus}`), access);
  if (why === "missing") {
    return bad(`there is no /dev/i2c-${bus}: I2C is off`, "sudo raspi-config nonint do_i2c 0, then restart");
  }
  if (why === "denied" && used) {
    return bad(`no permission for /dev/i2c-${bus}`, "sudo usermod -aG i2c USER, then log in again");
  }
  return null;
}

async function sensor(
  { openBus }: World,
  { driver, bus, address, name }: { driver: string; bus: number; address: number; name: string },
): Promise<Finding> {
  const opened = await openBus(bus);
  try {
    const chip = await identifyAt(opened, address);
    if (chip !== null && rangeDrivers[chip as keyof typeof rangeDrivers] === driver) {
      return good(`${chip} at ${hex(address)} (range finder ${name})`);
    }
    const others = (await scanBus(opened)).map((other) => `${other.chip} at ${hex(other.address)}`);
    const answers =
      others.length === 0
        ? "nothing answers on that bus: check its wires"
        : `these answer: ${others.join(", ")}`;
    return bad(
      `the range finder ${name} (${driver}) is not at ${hex(address)} on I2C bus ${bus}; ${answers}`,
      "set range.driver, range.address and range.bus to what is there",
    );
  } finally {
    await opened.close();
  }
}

async function gyroOn({ openBus, config }: World, gyro: ImuChip): Promise<Finding> {
  const { driver, bus, address = gyro.addresses[0] ?? 0 } = config.imu;
  const opened = await openBus(bus);
  try {
    await gyro.begin(opened, address, (ms) => systemClock.sleep(ms));
    return good(`${gyro.chip} at ${hex(address)} (gyro)`);
  } catch (error) {
    if (error instanceof BrimError) return bad(`the gyro: ${error.message}`, "see the message");
    if (!isNoAnswer(error)) throw error;
    return bad(
      `the gyro (${driver}) does not answer at ${hex(address)} on I2C bus ${bus}`,
      `check its wires, or set imu.address (it may also be ${gyro.addresses.filter((other) => other !== address).map(hex)})`,
    );
  } finally {
    await opened.close();
  }
}

/** `named`: somebody has said that there is one. */
async function battery(
  { config: { power }, openBus, root, access }: World,
  named: boolean,
): Promise<Finding[]> {
  // Where nothing else is on that bus, it may be off.
  if (!named && blocked(join(root, `dev/i2c-${power.bus}`), access) !== null) return [];
  const gauge = await createBattery(power.driver, {
    ...{ clock: systemClock, openBus, bus: power.bus, address: power.address, cells: power.cells },
    ...{ capacityMah: power.capacity_mah, shuntOhms: power.shunt_ohms, cellOhms: power.cell_ohms },
    positiveCurrent: power.positive_current,
  });
  try {
    await gauge.start(new AbortController().signal);
    const { percent, volts } = await gauge.read();
    return [good(`${gauge.name}: battery ${Math.round(percent)} %, ${volts.toFixed(2)} V a cell`)];
  } catch (error) {
    if (!named) return [];
    return [
      bad(`the battery gauge: ${messageOf(error)}`, "check its wires, or set power.driver and power.address"),
    ];
  } finally {
    await gauge.stop();
  }
}
