/** Weight of what was: a change of the load counts fully after some minutes. */
const smoothMs = 120_000;
/** Where the chip does not tell how fast the charge falls, it is watched for so long at least, and at most. */
const leastWatchMs = 3 * 60_000;
const mostWatchMs = 15 * 60_000;

/** How long a battery lasts, by how fast its charge has fallen in the last minutes. */
export class Consumption {
  #perHour: number | null = null;
  #at = 0;
  #history: { at: number; percent: number }[] = [];

  /**
   * @param perHour how fast the charge changes, negative while it falls; null where nobody tells
   * @param least percent at which it is as good as empty
   * @returns minutes until then, or null while nothing can be said
   */
  minutesLeft(now: number, percent: number, perHour: number | null, least: number): number | null {
    const rate = perHour ?? this.#watched(now, percent);
    if (rate === null) return null;
    const share = this.#perHour === null ? 1 : 1 - Math.exp(-(now - this.#at) / smoothMs);
    this.#perHour = (this.#perHour ?? 0) + share * (rate - (this.#perHour ?? 0));
    this.#at = now;
    if (this.#perHour >= 0) return null;
    return (Math.max(0, percent - least) / -this.#perHour) * 60;
  }

  /** Another battery, or a charger: what was does not count any more. */
  reset(): void {
    this.#perHour = null;
    this.#history = [];
  }

  #watched(now: number, percent: number): number | null {
    this.#history.push({ at: now, percent });
    this.#history = this.#history.filter(({ at }) => now - at <= mostWatchMs);
    const first = this.#history[0] ?? { at: now, percent };
    if (now - first.at < leastWatchMs) return null;
    return ((percent - first.percent) / (now - first.at)) * 3_600_000;
  }
}
