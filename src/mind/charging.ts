import { batterySteps } from "../base/battery-steps.ts";

/** Weight of what was: charge that is reckoned from a voltage jumps with the load. */
const smoothMs = 60_000;
/** In percent: what charges falls by no more, and what was found to fall has risen by more when it charges after all. */
const turn = 2;
/** At so little left there is no time to watch it fall: it must have risen by so much in so long. */
const low = Math.min(...batterySteps);
const leastRise = 0.5;
const riseMs = 3 * 60_000;

/**
 * Whether a battery charges. What its chip says is not enough, for some boards have their current the other way round, and a battery
 * that is thought to charge would run out without a word: what loses charge does not charge.
 */
export class Charging {
  /** Since the chip first said so; null while it does not. */
  #since: { at: number; percent: number } | null = null;
  #at = 0;
  #level = 0;
  #falls = false;
  /** The highest level until it falls, and then the lowest until it rises. */
  #extreme = 0;

  /** @param said what the chip says; null where it cannot tell */
  take(now: number, percent: number, said: boolean | null): boolean | null {
    if (said !== true) {
      this.#since = null;
      return said;
    }
    if (this.#since === null) {
      this.#since = { at: now, percent };
      this.#falls = false;
      this.#level = percent;
      this.#extreme = percent;
    }
    this.#level += (1 - Math.exp(-(now - this.#at) / smoothMs)) * (percent - this.#level);
    this.#at = now;
    this.#follow();
    const { at, percent: first } = this.#since;
    const isLate = this.#level <= low && now - at >= riseMs && this.#level < first + leastRise;
    return !this.#falls && !isLate;
  }

  #follow(): void {
    const further = this.#falls ? this.#level < this.#extreme : this.#level > this.#extreme;
    if (further) this.#extreme = this.#level;
    if (Math.abs(this.#level - this.#extreme) <= turn) return;
    this.#falls = !this.#falls;
    this.#extreme = this.#level;
  }
}
