import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { powerEvents, utteranceOf } from "../attention/events.ts";
import type { Wording } from "../attention/wording/wording.ts";
import type { Clock } from "../base/clock.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Utterance } from "../voice/utterance.ts";

export interface SwitchOffOptions {
  clock: Clock;
  log: Log;
  wording: Wording;
  /** Tells the computer to switch itself off. Rejects when it will not. */
  powerOff(): Promise<void>;
  say(utterance: Utterance): void;
  /** Something that a person should know. */
  onTrouble(why: string): void;
}

/** Who still runs so long after the computer was told to switch itself off, was not switched off. */
const goneMs = 30_000;

/**
 * Switches the hat off. The mind does not end by itself: the computer ends it. One that ended before the computer is off
 * would be brought back by systemd, greet the wearer, and be ended again; and one that ended while the computer stays on
 * would leave the wearer with a dead headset and a battery that runs down.
 */
export class SwitchOff {
  readonly #options: SwitchOffOptions;
  readonly #ended = new AbortController();
  #working = false;

  constructor(options: SwitchOffOptions) {
    this.#options = options;
  }

  /** The mind ends: as it should, or for another reason. */
  stop(): void {
    this.#ended.abort();
  }

  /** Resolves when it has failed, and the wearer was told, or when the mind ends. Never rejects. */
  async off(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    const { clock, log, wording, powerOff, say, onTrouble } = this.#options;
    try {
      await powerOff();
      log.info("switching off");
      await clock.sleep(goneMs, this.#ended.signal);
      throw new BrimError("DEVICE", `the computer is still on ${goneMs / 1_000} s later`);
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      const why = `cannot switch off: ${messageOf(error)}`;
      log.error(why);
      onTrouble(why);
      const { notOff } = powerEvents;
      say(utteranceOf(notOff, notOff.say(wording)));
    } finally {
      this.#working = false;
    }
  }
}

/**
 * Runs the command that switches the computer off, without a shell.
 * @throws BrimError DEVICE with what it has said, when it fails
 */
export async function runPowerOff(command: string): Promise<void> {
  const [program = "", ...args] = command.trim().split(/\s+/);
  if (program === "") throw new BrimError("DEVICE", "power.halt is empty");
  try {
    await promisify(execFile)(program, args, { timeout: 10_000 });
  } catch (error) {
    if (systemCode(error) === "ENOENT") throw new BrimError("DEVICE", `there is no program ${program}`);
    const said = typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr) : "";
    throw new BrimError("DEVICE", said.trim() === "" ? messageOf(error) : `${program}: ${said}`);
  }
}
