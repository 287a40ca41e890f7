import type { Level } from "../base/protocol.ts";
import { nearMetres, type Target } from "./tracker.ts";

/** What is heard of a risk, and the figures that it rests on. */
export interface Risk {
  beepsPerSecond: number;
  /** Distance in metres, or null when nothing is followed. */
  metres: number | null;
  /** Seconds to collision, or null when it does not come nearer. */
  ttc: number | null;
}

/** Relative hysteresis of every threshold: what began to sound does not flicker. */
const hysteresis = 0.15;
const closingSpeed = 0.25;
/** An approach is over when it has been too slow for so long: noise on a slow approach must not break the sound. */
const slowMs = 250;
const doubtMs = 110;
/** An approach that has sounded for so long is one, and it is worth telling that it has stopped. */
const establishedMs = 1_000;
const soundTtc = 2.5;
/** Distance bands: nearer than `metres`, so many beeps a second. */
const bands = [
  { metres: 0.5, beepsPerSecond: 8 },
  { metres: 1, beepsPerSecond: 5 },
  { metres: 2, beepsPerSecond: 2.5 },
  { metres: Number.POSITIVE_INFINITY, beepsPerSecond: 1 },
];
const urgentTtc = [
  { seconds: 0.6, beepsPerSecond: 8 },
  { seconds: 1, beepsPerSecond: 5 },
];
const predictMetres = 1.5;
const predictMs = 500;
/** Beeps for something near that does not come nearer, and what counts as coming nearer. */
const stillBeeps = 3;
const advanceMetres = 0.05;
const nearerMetres = 0.25;
const doubtMetres = 0.17;
const awayMs = 2_000;
const anotherMetres = 0.4;

export function levelOf(beepsPerSecond: number): Level {
  if (beepsPerSecond >= 8) return "danger";
  if (beepsPerSecond >= 5) return "warning";
  return beepsPerSecond > 0 ? "caution" : "quiet";
}

/**
 * Turns what one sensor follows into a rate of beeps. It warns of collision, not of nearness: only what comes nearer
 * sounds, when contact is under 2.5 s away or it is nearer than 1.2 m.
 */
export class RiskJudge {
  #rate = 0;
  /** The last target that was seen, for the prediction when its echo is lost. */
  #last: Target | null = null;
  #lastAt = 0;
  #judgedAt: number | null = null;
  /** Nearest distance of this approach, and how many beeps sounded since it was reached. */
  #nearest = Number.POSITIVE_INFINITY;
  #beeps = 0;
  /** Something near fell silent, and sounds again when it is nearer than this; else null. */
  #soundsAgainAt: number | null = null;
  /** Where it fell silent. */
  #silentMetres = 0;
  #awaySince: number | null = null;
  #slowSince: number | null = null;
  #soundingSince = 0;

  /** Called when something near has stopped coming nearer, with the beeps that are left to say so. */
  onStill: (pips: number) => void = () => {};

  get rate(): number {
    return this.#rate;
  }

  /**
   * @param target what is followed, or null
   * @param echoAt when its last reading came, in ms
   */
  judge(target: Target | null, echoAt: number, now: number): Risk {
    const seen = target ?? this.#predicted(now);
    if (target !== null) {
      this.#last = target;
      this.#lastAt = echoAt;
    }
    this.#countBeeps(target, now);
    this.#forgetSilence(target, now);
    const rate = this.#rateOf(seen, now);
    if (this.#rate > 0 && rate === 0 && target !== null && target.metres < nearMetres * (1 + hysteresis)) {
      const established = this.#established(now);
      const left = stillBeeps - Math.floor(this.#beeps);
      this.#silentMetres = target.metres;
      this.#soundsAgainAt = target.metres - (established ? nearerMetres : doubtMetres);
      if (established && left > 0) this.onStill(left);
    }
    if (rate === 0) this.#nearest = Number.POSITIVE_INFINITY;
    else if (this.#rate === 0) this.#soundingSince = now;
    this.#rate = rate;
    return {
      beepsPerSecond: rate,
      metres: seen?.metres ?? null,
      ttc:
        seen !== null && seen.closing >= closingSpeed * (1 - hysteresis) ? seen.metres / seen.closing : null,
    };
  }

  /** Forgets everything but what is silent: the scene is another one. */
  restart(): void {
    this.#last = null;
    this.#rate = 0;
    this.#nearest = Number.POSITIVE_INFINITY;
  }

  /** While an echo nearer than 1.5 m is lost in an approach, the approach is taken to go on for 0.5 s. */
  #predicted(now: number): Target | null {
    const last = this.#last;
    const gone = now - this.#lastAt;
    if (last === null || this.#rate === 0 || last.metres >= predictMetres || gone > predictMs) return null;
    return { ...last, metres: Math.max(0, last.metres - (last.closing * gone) / 1000) };
  }

  #rateOf(seen: Target | null, now: number): number {
    if (seen === null) return 0;
    const sounding = this.#rate > 0;
    const slack = sounding ? 1 + hysteresis : 1;
    const { metres } = seen;
    // What has only begun to sound must go on looking like an approach.
    const slow =
      seen.closing < closingSpeed / slack || (sounding && !this.#established(now) && !seen.straight);
    this.#slowSince = slow ? (this.#slowSince ?? now) : null;
    if (!sounding) {
      if (slow || !seen.straight || !seen.progress) return 0;
    } else if (
      this.#slowSince !== null &&
      now - this.#slowSince >= (this.#established(now) ? slowMs : doubtMs)
    ) {
      return 0;
    }
    const closing = Math.max(seen.closing, closingSpeed / slack);
    if (this.#soundsAgainAt !== null && metres > this.#soundsAgainAt) return 0;
    const ttc = metres / closing;
    if (ttc >= soundTtc * slack && metres >= nearMetres * slack) return 0;
    this.#soundsAgainAt = null;
    let rate = 0;
    for (const band of bands)
      if (metres < band.metres * this.#slack(band)) rate = Math.max(rate, band.beepsPerSecond);
    for (const urgent of urgentTtc)
      if (ttc < urgent.seconds * this.#slack(urgent)) rate = Math.max(rate, urgent.beepsPerSecond);
    return rate;
  }

  #established(now: number): boolean {
    return now - this.#soundingSince >= establishedMs;
  }

  /** A rate that sounds already is left 15 % later than it was entered. */
  #slack(step: { beepsPerSecond: number }): number {
    return this.#rate >= step.beepsPerSecond ? 1 + hysteresis : 1;
  }

  #countBeeps(target: Target | null, now: number): void {
    const elapsed = this.#judgedAt === null ? 0 : now - this.#judgedAt;
    this.#judgedAt = now;
    this.#beeps += (this.#rate * elapsed) / 1000;
    if (target !== null && target.metres < this.#nearest - advanceMetres) {
      this.#nearest = target.metres;
      this.#beeps = 0;
    }
  }

  #forgetSilence(target: Target | null, now: number): void {
    const away = target === null || target.metres > nearMetres * (1 + hysteresis);
    this.#awaySince = away ? (this.#awaySince ?? now) : null;
    const awayLong = this.#awaySince !== null && now - this.#awaySince >= awayMs;
    // What is so much farther is another thing, or the same one left behind; its approach is one to warn of.
    const another = target !== null && target.metres > this.#silentMetres + anotherMetres;
    if (awayLong || another) this.#soundsAgainAt = null;
  }
}
