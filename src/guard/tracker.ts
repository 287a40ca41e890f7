import { History, type LineFit } from "./history.ts";

/** What one range finder makes of the thing ahead of it. */
export interface Target {
  /** Distance now, in metres. */
  metres: number;
  /** Closing speed in m/s; negative when it goes away. */
  closing: number;
  /** Whether the distances lie along a line that is long enough to believe in. */
  straight: boolean;
  /** Whether it is nearer than it has been, which sway is not. */
  progress: boolean;
}

const jumpMetres = 0.5;
/** After a longer gap than this a thing may have moved farther: metres a second of a brisk walk. */
const steadyMs = 100;
const walkSpeed = 2;
/** How far readings of one new thing may differ and still agree: noise, and what a brisk walk makes in between. */
const agreeMetres = 0.2;
const agreeMetresPerSecond = 1.5;
const agreeMost = 0.6;
/** So many in a row make another thing, or so many of the last eight, for a pole in the beam flickers. */
const agreeing = 3;
const agreeingOfRecent = 4;
const recent = 8;
const recentMs = 400;
const windowMs = 750;
const nearWindowMs = 500;
export const nearMetres = 1.2;
const keepMs = 2_000;
/** A thing of which nothing came back for so long is gone, whatever else came. */
const goneMs = 500;
/** So long nothing but "no echo" may come before a thing is gone: sensors lose an echo now and then. */
const missMs = 200;
/** What has come back so far from where it was nearest may be sway. */
const recededMetres = 0.15;
/** An approach that was hidden is known again within this time, by where it should be then. */
const hiddenMs = 1_500;
const hiddenMetres = 0.3;
const hiddenSpeed = 0.25;
/** Least time of observation before closing is believed; a fast and straight approach is believed sooner. */
const trustSpan = 0.48;
const fastSpan = 0.38;
const fastSpeed = 1.2;

/**
 * Follows the thing ahead through the readings of one range finder.
 *
 * A reading that is over 0.5 m from where the thing should be is held back until three of the last five agree on
 * another thing; then the filter starts afresh. Accepted readings pass a median of three and a least-squares slope
 * over 0.75 s (0.5 s nearer than 1.2 m).
 *
 * Gait turns the head by ±10° about once a second, which makes a wall beside the wearer come and go. So closing is
 * trusted only when the thing is nearer than it has been in the last 2 s but for the newest 0.5 s: sway comes back
 * to where it was, an approach does not.
 */
export class Tracker {
  readonly #history = new History();
  /** The last readings, newest last; Infinity is no echo. */
  #raw: number[] = [];
  #rawAt: number[] = [];
  /** The last accepted readings, for the median. */
  #accepted: number[] = [];
  #acceptedAt: number[] = [];
  #following = false;
  #misses = 0;
  /** Readings since the last one that fitted the thing. */
  #misfits = 0;
  #closing = 0;
  #metres = 0;
  #echoAt = 0;
  /** Where a thing that receded out of reach had been; it counts as the past of what comes back until then. */
  #past = { least: Number.POSITIVE_INFINITY, greatest: Number.NEGATIVE_INFINITY, until: 0 };

  /** The last approach, which a lost echo or somebody who crosses may have hidden. */
  #hidden: { metres: number; closing: number; at: number } | null = null;
  /** Whether the thing that is followed is that approach again. */
  #resumed = false;

  /** Called with the distance when a new thing is followed. */
  onAppeared: (metres: number, at: number) => void = () => {};

  /** When the last reading of the thing came, in ms. */
  get echoAt(): number {
    return this.#echoAt;
  }

  /** Forgets the thing, for what is ahead is another now. */
  restart(): void {
    this.#follow(false);
    this.#past.until = 0;
    this.#hidden = null;
    this.#raw = [];
    this.#rawAt = [];
  }

  /** @param metres the distance, or Infinity for no echo */
  push(metres: number, at: number): void {
    this.#raw.push(metres);
    this.#rawAt.push(at);
    while (this.#raw.length > recent || at - (this.#rawAt[0] as number) > recentMs) {
      this.#raw.shift();
      this.#rawAt.shift();
    }
    if (this.#following && at - this.#echoAt > goneMs) this.#lose(at);
    if (metres === Number.POSITIVE_INFINITY) this.#miss(at);
    else if (this.#following && this.#fits(metres, at)) this.#accept(metres, at);
    else this.#consider(metres, at);
  }

  /** What is ahead, or null when nothing is followed. */
  target(): Target | null {
    if (!this.#following) return null;
    const metres = this.#accepted[this.#accepted.length - 1] ?? this.#metres;
    const fit = this.#history.fit(metres < nearMetres ? nearWindowMs : windowMs);
    if (fit === null) return { metres, closing: 0, straight: false, progress: false };
    this.#history.smooth(fit.metres);
    this.#closing = fit.closing;
    // The median lags by one reading.
    this.#metres = Math.max(0, fit.metres - (Math.max(0, fit.closing) * (this.#echoAt - fit.at)) / 1000);
    const progress = this.#progress(fit.metres);
    const straight = isStraight(fit);
    if (straight && progress) {
      this.#hidden = { metres: this.#metres, closing: fit.closing, at: this.#echoAt };
    } else if (this.#resumed && fit.span < trustSpan && this.#hidden !== null) {
      // Until there is enough of it again, it is taken to come on as it did before it was hidden.
      return { metres: this.#metres, closing: this.#hidden.closing, straight: true, progress: true };
    }
    return { metres: this.#metres, closing: fit.closing, straight, progress };
  }

  /** Whether the thing is nearer than it was, by more than sway would have it. */
  #progress(metres: number): boolean {
    let { least, greatest } = this.#history.extent(nearWindowMs) ?? nowhere;
    if (this.#echoAt < this.#past.until) {
      least = Math.min(least, this.#past.least);
      greatest = Math.max(greatest, this.#past.greatest);
    }
    return least > greatest || metres < least - Math.max(0.05, 0.15 * (greatest - least));
  }

  #fits(metres: number, at: number): boolean {
    const last = this.#accepted[this.#accepted.length - 1] ?? metres;
    const gap = at - this.#echoAt;
    const predicted = this.#metres - (this.#closing * gap) / 1000;
    const jump = jumpMetres + (Math.max(0, gap - steadyMs) / 1000) * walkSpeed;
    return Math.abs(metres - last) <= jump || Math.abs(metres - predicted) <= jump;
  }

  #accept(metres: number, at: number): void {
    this.#misses = 0;
    this.#misfits = 0;
    this.#echoAt = at;
    this.#accepted.push(metres);
    this.#acceptedAt.push(at);
    if (this.#accepted.length > 3) {
      this.#accepted.shift();
      this.#acceptedAt.shift();
    }
    if (this.#accepted.length === 1) this.#history.push(at, metres, keepMs);
    else if (this.#accepted.length === 3) {
      const [a, b, c] = this.#accepted as [number, number, number];
      const median = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
      // On a steady approach the median of three is the middle one, so it belongs to the middle time.
      this.#history.push(this.#acceptedAt[1] ?? at, median, keepMs);
    }
  }

  #miss(at: number): void {
    this.#misses++;
    if (this.#following && this.#misses >= agreeing && at - this.#echoAt >= missMs) this.#lose(at);
  }

  #lose(at: number): void {
    this.#remember(Number.POSITIVE_INFINITY, at);
    this.#follow(false);
  }

  /**
   * Gait sways a wall out of reach and back, and past the step of 0.5 m in between. So where a thing had been counts
   * as the past of what follows it, if it was receding.
   */
  #remember(next: number, at: number): void {
    const been = this.#history.extent(0);
    const last = this.#accepted[this.#accepted.length - 1] ?? this.#metres;
    if (been === null || last < been.least + recededMetres) {
      if (next < Number.POSITIVE_INFINITY) this.#past.until = 0;
      return;
    }
    const kept = at < this.#past.until ? this.#past : nowhere;
    this.#past = {
      least: Math.min(been.least, kept.least),
      greatest: Math.max(been.greatest, kept.greatest),
      until: at + keepMs,
    };
  }

  /** Whether the i-th of the last readings may be of the same thing as one of `metres` at `at`. */
  #agrees(i: number, metres: number, at: number): boolean {
    const moved = ((at - (this.#rawAt[i] as number)) / 1000) * agreeMetresPerSecond;
    return Math.abs((this.#raw[i] as number) - metres) <= Math.min(agreeMost, agreeMetres + moved);
  }

  #consider(metres: number, at: number): void {
    this.#misses = 0;
    this.#misfits++;
    let count = 0;
    let inARow = 0;
    for (let i = this.#raw.length - 1; i >= 0; i--) {
      if (this.#agrees(i, metres, at)) count++;
      if (count + i === this.#raw.length) inARow = count;
    }
    if (inARow < agreeing && count < agreeingOfRecent) return;
    // What is nearer wins at once; something farther is believed when the nearer is gone.
    const nearer = !this.#following || metres < this.#metres;
    if (!nearer && this.#misfits < agreeing) return;
    if (this.#following) this.#remember(metres, at);
    this.#follow(true);
    this.#resumed = this.#isHidden(metres, at);
    this.#metres = metres;
    let sum = 0;
    let agreed = 0;
    const from = inARow >= agreeing ? this.#raw.length - inARow : 0;
    for (let i = from; i < this.#raw.length; i++) {
      if (!this.#agrees(i, metres, at)) continue;
      sum += this.#raw[i] as number;
      agreed++;
      this.#accept(this.#raw[i] as number, this.#rawAt[i] as number);
    }
    this.onAppeared(sum / agreed, at);
  }

  /** Whether a thing is where the last approach would be by now. */
  #isHidden(metres: number, at: number): boolean {
    const hidden = this.#hidden;
    if (hidden === null || hidden.closing < hiddenSpeed || at - hidden.at > hiddenMs) return false;
    const expected = hidden.metres - (hidden.closing * (at - hidden.at)) / 1000;
    return Math.abs(expected - metres) <= hiddenMetres;
  }

  #follow(following: boolean): void {
    this.#resumed = false;
    this.#following = following;
    this.#accepted = [];
    this.#acceptedAt = [];
    this.#closing = 0;
    this.#misses = 0;
    this.#history.clear();
  }
}

const nowhere = { least: Number.POSITIVE_INFINITY, greatest: Number.NEGATIVE_INFINITY };

/** Whether a line rests on enough, and the points lie along it: a bend is a turn of the head, not an approach. */
function isStraight(fit: LineFit): boolean {
  if (fit.deviation > 0.06 + 0.08 * Math.max(0, fit.closing) * fit.span) return false;
  return fit.span >= (fit.closing >= fastSpeed ? fastSpan : trustSpan);
}
