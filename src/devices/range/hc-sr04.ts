import type { Clock, Timer } from "../../base/clock.ts";
import type { GpioConfig, RangeConfig } from "../../base/device-config.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { gpiodLines, type PulsingLine } from "../gpio/gpiod.ts";
import type { InputLine, LineDriver } from "../gpio/lines.ts";
import type { RangeFinder, RangeReading } from "../ports.ts";

/** Of sound in air of 20 °C, in metres a millisecond. */
const metresPerMs = 0.343;
/** It measures 0.02 to 4 m; a longer echo is its way to say that nothing came back. */
const mostMs = (2 * 4.1) / metresPerMs;
/** Echoes of one ping must have died away before the next. */
const leastPeriodMs = 60;
const mostSilent = 3;
/** Modules hold the echo up to 200 ms when nothing is ahead; one that is high for longer is stuck. */
const mostHighMs = 250;
const againMs = 1_000;

/** Metres from the length of the echo's pulse in ms; null where nothing came back. */
export function metresOf(echoMs: number): number | null {
  return echoMs > mostMs ? null : Math.max(0.01, (echoMs * metresPerMs) / 2);
}

/** @throws BrimError CONFIG when a pin was not set */
export function pinsOf({ name, trigger, echo }: RangeConfig): { trigger: number; echo: number } {
  if (trigger !== undefined && echo !== undefined) return { trigger, echo };
  throw new BrimError(
    "CONFIG",
    `range finder ${name}: hc-sr04 needs the GPIOs of its pins: trigger and echo`,
  );
}

export interface HcSr04Options {
  config: RangeConfig;
  gpio: GpioConfig;
  clock: Clock;
  onProblem: (why: string) => void;
}

type Lines = Pick<LineDriver, "input"> & {
  output(...args: Parameters<LineDriver["output"]>): Promise<PulsingLine>;
};

/**
 * An HC-SR04 on two GPIOs: sound, 15° wide, sees glass. Its echo is timed by the kernel, for this process would be
 * centimetres wrong. Echo gives 5 V: it needs a divider before the Pi's pin.
 */
export class HcSr04 implements RangeFinder {
  readonly name: string;
  onReading: (reading: RangeReading) => void = () => {};
  #trigger: PulsingLine | null = null;
  #echo: InputLine | null = null;
  #timer: Timer | null = null;
  /** Since when the echo is high; null while it is low. */
  #roseAt: number | null = null;
  /** When it was last told of the echo that is high that nothing came back; null if it was not. */
  #toldAt: number | null = null;
  /** Pings in a row without any pulse of the echo. */
  #silent = 0;
  #again: Timer | null = null;

  constructor(
    private readonly options: HcSr04Options,
    private readonly lines: Lines = gpiodLines,
  ) {
    this.name = options.config.name;
  }

  async start(): Promise<void> {
    const { config, gpio, clock } = this.options;
    const { trigger, echo } = pinsOf(config);
    const line = { chip: gpio.chip, activeLow: false, clock, onLost: (why: string) => this.#lost(why) };
    this.#trigger = await this.lines.output({ ...line, pin: trigger, setting: "range.trigger" });
    try {
      this.#echo = await this.lines.input({
        ...line,
        ...{ pin: echo, setting: "range.echo", bounceMs: 0 },
        onChange: (high, at) => this.#edge(high, at),
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#pingIn(this.#periodMs);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#again?.cancel();
    const lines = [this.#trigger, this.#echo];
    this.#trigger = null;
    this.#echo = null;
    this.#roseAt = null;
    this.#silent = 0;
    for (const line of lines) await line?.close();
  }

  get #periodMs(): number {
    return Math.max(leastPeriodMs, 1000 / this.options.config.rate);
  }

  #pingIn(ms: number): void {
    this.#timer = this.options.clock.after(ms, () => {
      const isPinged = this.#ping();
      // Its pins may have been lost over that.
      if (this.#trigger === null) return;
      this.#pingIn(isPinged ? this.#periodMs : leastPeriodMs);
    });
  }

  /** Pings, unless its echo is high, while which it would not listen; returns whether it has. */
  #ping(): boolean {
    const at = this.options.clock.now();
    const highMs = this.#roseAt === null ? null : at - this.#roseAt;
    if (highMs !== null && highMs <= mostHighMs) {
      if (highMs > mostMs) {
        // However long it will be: what is ahead, if anything, is out of reach.
        this.#toldAt = at;
        this.onReading({ kind: "noEcho", at });
      }
      return false;
    }
    if (highMs !== null || ++this.#silent > mostSilent)
      this.onReading({ kind: "fault", reason: "sensor not answering", at });
    this.#trigger?.pulse();
    return true;
  }

  #edge(high: boolean, at: number): void {
    if (high) {
      this.#roseAt = at;
      this.#toldAt = null;
      return;
    }
    if (this.#roseAt === null) return;
    const metres = metresOf(at - this.#roseAt);
    const told = this.#toldAt;
    this.#roseAt = null;
    this.#silent = 0;
    // Its fall may be heard late, after it was told that nothing came back.
    if (metres !== null) this.onReading({ kind: "range", metres, at: Math.max(at, told ?? at) });
    else if (told === null) this.onReading({ kind: "noEcho", at });
  }

  /** Its pins are opened again for as long as it takes; no readings meanwhile, which is told. */
  #lost(why: string): void {
    if (this.#trigger === null) return;
    this.options.onProblem(why);
    void this.stop().then(() => this.#reopen());
  }

  #reopen(): void {
    this.#again = this.options.clock.after(againMs, () => {
      this.start().catch((error) => {
        this.options.onProblem(messageOf(error));
        this.#reopen();
      });
    });
  }
}
