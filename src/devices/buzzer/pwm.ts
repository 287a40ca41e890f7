import { closeSync, existsSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { BuzzerConfig } from "../../base/device-config.ts";
import { BrimError, messageOf, systemCode } from "../../base/errors.ts";
import { isWritable, noPermission } from "../gpio/lines.ts";
import type { Buzzer } from "../ports.ts";
import type { BuzzerOptions } from "./index.ts";

const permissionMs = 1_000;
export const pwmRoot = "/sys/class/pwm";

/**
 * The folders of the buzzer's PWM; that of its channel is there once it was exported.
 * @throws BrimError DEVICE when there is no such PWM
 */
export function findPwm(config: BuzzerConfig, root = pwmRoot): { chip: string; channel: string } {
  const chip = join(root, `pwmchip${config.pwm_chip}`);
  if (!existsSync(chip)) {
    throw new BrimError(
      "DEVICE",
      `there is no ${chip}: add dtoverlay=pwm,pin=18,func=2 to /boot/firmware/config.txt and restart, or set buzzer.pwm_chip`,
    );
  }
  return { chip, channel: join(chip, `pwm${config.pwm_channel}`) };
}

/** A passive buzzer: the kernel's PWM makes its tone (sysfs: /sys/class/pwm), a square wave of the set frequency. */
export class PwmBuzzer implements Buzzer {
  readonly name = "buzzer";
  #enable: number | null = null;

  constructor(
    private readonly options: Pick<BuzzerOptions, "config" | "clock" | "onLost">,
    private readonly root = pwmRoot,
  ) {}

  async start(signal: AbortSignal): Promise<void> {
    const { config, clock } = this.options;
    const { chip, channel } = findPwm(config, this.root);
    if (!existsSync(channel)) write(join(chip, "export"), String(config.pwm_channel));
    // udev gives the group its rights a moment after the export.
    const limit = clock.now() + permissionMs;
    while (!isWritable(join(channel, "enable")) && clock.now() < limit) await clock.sleep(20, signal);
    const period = Math.round(1e9 / config.frequency);
    // The kernel refuses a period that is shorter than the duty it has: that goes first.
    write(join(channel, "enable"), "0", ["EINVAL"]);
    write(join(channel, "duty_cycle"), "0", ["EINVAL"]);
    write(join(channel, "period"), String(period));
    write(join(channel, "duty_cycle"), String(Math.round(period / 2)));
    this.#enable = openSync(join(channel, "enable"), "w");
    this.set(false);
    process.on("exit", this.#off);
  }

  async stop(): Promise<void> {
    process.off("exit", this.#off);
    this.set(false);
    if (this.#enable !== null) closeSync(this.#enable);
    this.#enable = null;
  }

  set(on: boolean): void {
    if (this.#enable === null) return;
    try {
      writeSync(this.#enable, on ? "1" : "0", 0);
    } catch (error) {
      this.options.onLost(`the PWM of the buzzer was lost: ${messageOf(error)}`);
    }
  }

  readonly #off = () => this.set(false);
}

function write(file: string, text: string, ignored: string[] = []): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const code = systemCode(error);
    if (code !== undefined && ignored.includes(code)) return;
    if (code === "EACCES" || code === "EPERM") throw noPermission(file);
    const why = code === "EBUSY" ? "something else holds that PWM" : messageOf(error);
    throw new BrimError("DEVICE", `${file} cannot be set to ${text}: ${why}`, { cause: error });
  }
}
