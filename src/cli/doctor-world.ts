import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { promisify } from "node:util";
import type { Config } from "../base/config.ts";
import type { BuzzerConfig } from "../base/device-config.ts";
import { BrimError, systemCode } from "../base/errors.ts";
import type { OpenI2cBus } from "../devices/i2c.ts";
import { findProgram } from "../devices/programs.ts";

/** What a check has found; `mend` says what to do about it. */
export interface Finding {
  ok: boolean;
  message: string;
  mend?: string;
}

/** What the checks look at, so that tests can make a world up. */
export interface World {
  config: Config;
  env: NodeJS.ProcessEnv;
  /** Where /sys, /dev, /proc, /run and /etc lie. */
  root: string;
  openBus: OpenI2cBus;
  /** Whether this user may use a file, by default for reading and writing. Throws a system error where not. */
  access(file: string, mode?: number): void;
  /** What a program prints; null where it is not installed, or fails. */
  ask(program: string, ...args: string[]): Promise<string | null>;
  /** Folder of the models, where it is not Brim's own. */
  models?: string;
}

export type Check = (world: World) => Promise<Finding[]>;

export const good = (message: string): Finding => ({ ok: true, message });
export const bad = (message: string, mend: string): Finding => ({ ok: false, message, mend });

export const realAccess = (file: string, mode = constants.R_OK | constants.W_OK) => accessSync(file, mode);

export function asker(env: NodeJS.ProcessEnv): World["ask"] {
  return async (name, ...args) => {
    const program = findProgram(name, env);
    if (program === null) return null;
    try {
      return (await promisify(execFile)(program, args, { timeout: 3_000, env })).stdout;
    } catch {
      return null;
    }
  };
}

/** Why a file cannot be used, or null. */
export function blocked(file: string, access: World["access"], mode?: number): "missing" | "denied" | null {
  try {
    access(file, mode);
    return null;
  } catch (error) {
    return systemCode(error) === "ENOENT" ? "missing" : "denied";
  }
}

/** What a driver would say: "what is wrong: what to do about it". Throws what is no word of a driver. */
export function complaint(error: unknown): Finding {
  if (!(error instanceof BrimError)) throw error;
  const [what = "", ...mend] = error.message.split(": ");
  return bad(what, mend.join(": ") || "see the message");
}

/** Whether the buzzer's tone is made by the kernel's PWM. */
export function isPassive({ driver, kind }: BuzzerConfig): boolean {
  return driver === "pwm" || (driver === "auto" && kind === "passive");
}
