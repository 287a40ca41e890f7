import { constants, existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { wantedDevice } from "../devices/button/evdev.ts";
import { evdevProgram } from "../devices/button/evdev-program.ts";
import { findPwm, pwmRoot } from "../devices/buzzer/pwm.ts";
import { noPermission } from "../devices/gpio/lines.ts";
import { IioRangeFinder, iioRoot } from "../devices/range/iio.ts";
import { findGuard } from "./doctor-guard.ts";
import { bad, blocked, type Check, complaint, good, isPassive } from "./doctor-world.ts";

/** Range finders that the kernel reads; a running guard tells itself how they are. */
export const iio: Check = async (world) => {
  const configs = world.config.range.filter(({ driver }) => driver === "iio");
  if (configs.length === 0 || (await findGuard(world)) !== null) return [];
  return Promise.all(
    configs.map(async (config) => {
      const options = { config, clock: systemClock, onProblem: () => {} };
      const finder = new IioRangeFinder(options, join(world.root, iioRoot));
      try {
        await finder.start();
        return good(`the range finder ${config.name} measures (IIO)`);
      } catch (error) {
        return complaint(error);
      } finally {
        await finder.stop();
      }
    }),
  );
};

/** The PWM of a passive buzzer. */
export const pwm: Check = async (world) => {
  const { root, access, config } = world;
  const { buzzer } = config;
  if (!isPassive(buzzer)) return [];
  try {
    const { chip, channel } = findPwm(buzzer, join(root, pwmRoot));
    const file = existsSync(channel) ? join(channel, "enable") : join(chip, "export");
    if (blocked(file, access, constants.W_OK) === "denied" && (await findGuard(world)) === null) {
      throw noPermission(file);
    }
    return [good(`PWM ${channel} (buzzer)`)];
  } catch (error) {
    return [complaint(error)];
  }
};

/** The input device that is the button: a headset's key, or a remote. */
export const button: Check = async (world) => {
  const { root, access, ask, config } = world;
  const { driver, device } = config.button;
  if (driver !== "evdev" && (driver !== "auto" || device === undefined)) return [];
  try {
    const wanted = wantedDevice(config.button);
    const answer = await ask("python3", "-I", "-S", "-c", evdevProgram, wanted, "look", root);
    if (answer === null)
      return [bad("python3, which reads the button, does not run", "sudo apt install python3")];
    const [, file, name] = /^found (\S+) (.*)$/m.exec(answer) ?? [];
    if (file === undefined) {
      return [
        bad(
          `no input device ${wanted} (button.device) is there`,
          "connect it, or set button.device to a part of a name in /proc/bus/input/devices",
        ),
      ];
    }
    if (blocked(join(root, file), access, constants.R_OK) === "denied" && (await findGuard(world)) === null) {
      return [bad(`no permission for ${file}`, "sudo usermod -aG input USER, then log in again")];
    }
    return [good(`${name} at ${file} (button)`)];
  } catch (error) {
    return [complaint(error)];
  }
};
