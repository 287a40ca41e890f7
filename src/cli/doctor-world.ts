import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { promisify } from "node:util";
import type { Config } from "../base/config.ts";
import { systemCode } from "../base/errors.ts";
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
  /** Whether this user may read and write a file. Throws a system error where not. */
  access(file: string): void;
  /** What a program prints; null where it is not installed, or fails. */
  ask(program: string, ...args: string[]): Promise<string | null>;
  /** Folder of the models, where it is not Brim's own. */
  models?: string;
}

export type Check = (world: World) => Promise<Finding[]>;

export const good = (message: string): Finding => ({ ok: true, message });
export const bad = (message: string, mend: string): Finding => ({ ok: false, message, mend });

export const realAccess = (file: string) => accessSync(file, constants.R_OK | constants.W_OK);

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
export function blocked(file: string, access: World["access"]): "missing" | "denied" | null {
  try {
    access(file);
    return null;
  } catch (error) {
    return systemCode(error) === "ENOENT" ? "missing" : "denied";
  }
}
