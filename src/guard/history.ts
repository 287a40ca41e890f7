/** A straight line through the recent distances of one thing. */
export interface LineFit {
  /** Metres a second by which it comes nearer; negative when it goes away. */
  closing: number;
  /** Distance on the line at the newest point, in metres. */
  metres: number;
  /** Time of the newest point, in ms. */
  at: number;
  /** Mean distance of the points from the line, in metres. */
  deviation: number;
  /** Seconds from the oldest to the newest point that was used. */
  span: number;
}

const capacity = 1024;

/**
 * The recent distances of one thing, in two rings of fixed size, so that a reading allocates nothing.
 * Times are in ms, distances in metres.
 */
export class History {
  readonly #at = new Float64Array(capacity);
  readonly #metres = new Float64Array(capacity);
  readonly #smooth = new Float64Array(capacity);
  #end = 0;
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  /** Adds a point and the smoothed distance that the fit gave at that time; older ones than `keepMs` fall out. */
  push(at: number, metres: number, keepMs: number): void {
    this.#at[this.#end] = at;
    this.#metres[this.#end] = metres;
    this.#smooth[this.#end] = metres;
    this.#end = (this.#end + 1) % capacity;
    if (this.#length < capacity) this.#length++;
    while (this.#length > 1 && at - this.#value(this.#at, 0) > keepMs) this.#length--;
  }

  /** Replaces the smoothed distance of the newest point. */
  smooth(metres: number): void {
    if (this.#length > 0) this.#smooth[(this.#end + capacity - 1) % capacity] = metres;
  }

  /**
   * Least-squares line through the points of the last `windowMs`: closing speed = −Σ(t−t̄)(d−d̄) / Σ(t−t̄)².
   * @returns null with fewer than three points
   */
  fit(windowMs: number): LineFit | null {
    if (this.#length < 3) return null;
    const newest = this.#value(this.#at, this.#length - 1);
    let first = this.#length - 1;
    // The window is filled: a little more than it rather than a little less.
    while (first > 0 && newest - this.#value(this.#at, first) < windowMs) first--;
    const n = this.#length - first;
    if (n < 3) return null;
    let sumT = 0;
    let sumD = 0;
    for (let i = first; i < this.#length; i++) {
      sumT += this.#value(this.#at, i) - newest;
      sumD += this.#value(this.#metres, i);
    }
    const meanT = sumT / n;
    const meanD = sumD / n;
    let covariance = 0;
    let variance = 0;
    for (let i = first; i < this.#length; i++) {
      const t = this.#value(this.#at, i) - newest - meanT;
      covariance += t * (this.#value(this.#metres, i) - meanD);
      variance += t * t;
    }
    if (variance === 0) return null;
    const perMs = covariance / variance;
    let deviation = 0;
    for (let i = first; i < this.#length; i++) {
      const t = this.#value(this.#at, i) - newest - meanT;
      deviation += Math.abs(this.#value(this.#metres, i) - meanD - perMs * t) / n;
    }
    return {
      closing: -perMs * 1000,
      metres: Math.max(0, meanD - perMs * meanT),
      at: newest,
      deviation,
      span: (newest - this.#value(this.#at, first)) / 1000,
    };
  }

  /** Least and greatest smoothed distance from `newestMs` ago back; null when nothing is that old. */
  extent(newestMs: number): { least: number; greatest: number } | null {
    if (this.#length === 0) return null;
    const newest = this.#value(this.#at, this.#length - 1);
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#length && newest - this.#value(this.#at, i) >= newestMs; i++) {
      const metres = this.#value(this.#smooth, i);
      if (metres < least) least = metres;
      if (metres > greatest) greatest = metres;
    }
    return least <= greatest ? { least, greatest } : null;
  }

  /** The i-th oldest entry of a ring. */
  #value(ring: Float64Array, i: number): number {
    return ring[(this.#end - this.#length + i + capacity) % capacity] as number;
  }
}
