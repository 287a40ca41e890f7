import { powerEvents, utteranceOf } from "../attention/events.ts";
import type { PowerProblem, PowerState } from "../attention/power.ts";
import type { BatteryState, Wording } from "../attention/wording/wording.ts";
import { Backoff } from "../base/backoff.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { Battery } from "../devices/ports.ts";
import type { BoardState } from "../devices/power/board.ts";
import type { Utterance } from "../voice/utterance.ts";
import { Charging } from "./charging.ts";
import { Consumption } from "./consumption.ts";

export interface PowerOptions {
  clock: Clock;
  log: Log;
  wording: Wording;
  /** Null where none is asked for. */
  battery: (() => Promise<Battery>) | null;
  /** Whether somebody named the battery's chip: then its absence is told. */
  expected: boolean;
  board(): Promise<BoardState>;
  /** Battery and computer were looked at. */
  onState(state: PowerState): void;
  /** Something that a person should know; null: no more. */
  onTrouble(why: string): void;
  say(utterance: Utterance): void;
  /** Switches everything off; tells itself when that cannot be done. */
  halt(): void;
}

const everyMs = 10_000;
/** At so much left the hat switches itself off, before the battery does. */
export const leastPercent = 2;
/** So many readings in a row must agree: a voltage sags for a moment. */
const agreeing = 3;
/** What cannot be switched off is tried again after so long. */
const againMs = 60_000;
const hot = { above: 80, until: 75 };
const leastDisk = 200e6;

/** Looks after battery and computer: asks them, tells what they say, and switches the hat off before the battery does. */
export class PowerKeeper implements Part {
  readonly name = "power";
  readonly #options: PowerOptions;
  readonly #consumption = new Consumption();
  readonly #charger = new Charging();
  readonly #backoff = new Backoff(everyMs, 300_000, 600_000);
  #battery: Battery | null = null;
  #tryAt = 0;
  #timer: Timer | null = null;
  #looking = false;
  #told = "";
  #empty = 0;
  #haltAt = Number.NEGATIVE_INFINITY;
  #hot = false;
  #charging: boolean | null = null;

  constructor(options: PowerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#timer = this.#options.clock.every(everyMs, () => void this.look());
    // Not waited for: nothing may keep the hat from starting.
    void this.look();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#battery?.stop().catch(() => {});
    this.#battery = null;
  }

  /** Looks once, if it is not just looking. Never rejects. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const battery = await this.#readBattery();
      const problems = this.#problems(await this.#options.board());
      this.#options.onState({ battery, problems });
      this.#emptyYet(battery);
    } catch (error) {
      this.#options.log.error(`power: ${messageOf(error)}`);
    } finally {
      this.#looking = false;
    }
  }

  async #readBattery(): Promise<BatteryState | null> {
    const { clock, battery: create, log } = this.#options;
    if (create === null || clock.now() < this.#tryAt) return null;
    try {
      if (this.#battery === null) {
        const made = await create();
        this.#backoff.started(clock.now());
        await made.start(new AbortController().signal).catch(async (error) => {
          // It may have the bus open.
          await made.stop().catch(() => {});
          throw error;
        });
        this.#battery = made;
        log.info(`power: ${made.name}`);
      }
      const { percent, perHour, charging: said } = await this.#battery.read();
      this.#told = "";
      const charging = this.#charger.take(clock.now(), percent, said);
      if (charging !== this.#charging) this.#consumption.reset();
      this.#charging = charging;
      // A chip that is wrong about which way its current flows is wrong about this too.
      const rate = charging === said ? perHour : null;
      const minutesLeft = this.#consumption.minutesLeft(clock.now(), percent, rate, leastPercent);
      return { percent, minutesLeft: charging === true ? null : minutesLeft, charging };
    } catch (error) {
      this.#lost(messageOf(error));
      return null;
    }
  }

  /** A battery that was there, or that somebody has named, is missed; each reason is told once. */
  #lost(why: string): void {
    const { clock, log, expected, onTrouble } = this.#options;
    const missed = expected || this.#battery !== null;
    void this.#battery?.stop().catch(() => {});
    this.#battery = null;
    this.#tryAt = clock.now() + this.#backoff.failed(clock.now());
    if (why === this.#told) return;
    this.#told = why;
    if (missed) {
      log.warn(`power: ${why}`);
      onTrouble(why);
    } else log.info(`power: ${why}`);
  }

  #problems({ celsius, throttled, underVoltage, diskFree }: BoardState): PowerProblem[] {
    if (celsius !== null) this.#hot = celsius > (this.#hot ? hot.until : hot.above);
    const isSo: Record<PowerProblem, boolean> = {
      underVoltage: underVoltage === true,
      // What is slowed by heat is hot: one of the two is said.
      hot: this.#hot && throttled !== true,
      throttled: throttled === true,
      diskFull: diskFree !== null && diskFree < leastDisk,
    };
    return (Object.keys(isSo) as PowerProblem[]).filter((problem) => isSo[problem]);
  }

  #emptyYet(battery: BatteryState | null): void {
    const { clock, wording, say } = this.#options;
    const empty = battery !== null && battery.charging !== true && battery.percent <= leastPercent;
    this.#empty = empty ? this.#empty + 1 : 0;
    if (this.#empty < agreeing || clock.now() < this.#haltAt) return;
    this.#haltAt = clock.now() + againMs;
    const { empty: event } = powerEvents;
    // Heard or not: the battery does not wait.
    say(utteranceOf(event, event.say(wording), { onEnd: () => this.#halt() }));
  }

  #halt(): void {
    const { log, halt } = this.#options;
    log.warn("power: the battery is empty; switching off");
    halt();
  }
}
