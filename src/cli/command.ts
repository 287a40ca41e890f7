import { type ParseArgsConfig, parseArgs } from "node:util";
import { BrimError, messageOf, nearest } from "../base/errors.ts";

/** What a command is given by the shell, so that tests can be the shell. */
export interface Context {
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C or SIGTERM. */
  signal: AbortSignal;
  /** Writes one line to stdout; with `--json` only results go there. */
  out(line: string): void;
  /** Writes one line to stderr. */
  err(line: string): void;
}

/** One command of `brim`; each file in this folder exports one as `command`. */
export interface Command {
  /** Shown by `brim NAME --help`. */
  usage: string;
  /** Goes on though nobody reads its output any more, as a hat must; other commands end then. */
  goesOn?: boolean;
  /** Returns the exit status. A BrimError that it throws becomes one line on stderr and exit status 1. */
  run(args: string[], context: Context): Promise<number>;
}

/**
 * Parses a command's arguments.
 * @throws BrimError INPUT for an unknown option (with the nearest known one) or a missing value
 */
export function parseOptions<const T extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: T,
) {
  const config = { args, options, allowPositionals: true, strict: true } satisfies ParseArgsConfig;
  try {
    return parseArgs(config);
  } catch (error) {
    const unknown = /^Unknown option '-{0,2}([^']+)'/.exec(messageOf(error))?.[1];
    if (unknown === undefined) {
      throw new BrimError("INPUT", messageOf(error).replace(/\. To specify.*$/, ""), { cause: error });
    }
    const near = nearest(unknown, Object.keys(options));
    throw new BrimError("INPUT", `unknown option --${unknown}${near ? `; did you mean --${near}?` : ""}`, {
      cause: error,
    });
  }
}

/**
 * A number given as an option.
 * @throws BrimError INPUT when it is not a number from `min` to `max`
 */
export function numberOption(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < min || value > max) {
    throw new BrimError("INPUT", `--${name} ${text}: expected a number from ${min} to ${max}`);
  }
  return value;
}
