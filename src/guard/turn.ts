const meanMs = 500;
const turningDegreesPerSecond = 20;
/** Gait sways the head by 20° from side to side; a turn is more than that. */
const turnDegrees = 30;

/**
 * Tells, from the rate of turn of the head, when readings sweep over the scene rather than measure an approach.
 */
export class HeadTurn {
  #rates: number[] = [];
  #times: number[] = [];
  #turning = false;
  /** Degrees turned since the gate closed, with the sign of the direction. */
  #turned = 0;

  /** Whether the head turns faster than 20°/s (mean of 0.5 s). */
  get turning(): boolean {
    return this.#turning;
  }

  /** Takes one rate; returns true when a turn has just ended and what is ahead is another scene. */
  take(degreesPerSecond: number, at: number): boolean {
    const before = this.#times[this.#times.length - 1];
    if (before !== undefined && this.#turning) this.#turned += (degreesPerSecond * (at - before)) / 1000;
    this.#rates.push(degreesPerSecond);
    this.#times.push(at);
    while ((this.#times[0] ?? at) < at - meanMs) {
      this.#rates.shift();
      this.#times.shift();
    }
    const mean = this.#rates.reduce((sum, rate) => sum + rate, 0) / this.#rates.length;
    return this.#gate(Math.abs(mean) > turningDegreesPerSecond);
  }

  /**
   * Looks at the time that went by; returns true when a turn has ended. A gyro that fell silent gates nothing: better
   * one beep too many than a warning held back.
   */
  tick(now: number): boolean {
    const last = this.#times[this.#times.length - 1];
    if (last === undefined || now - last <= meanMs) return false;
    this.#rates = [];
    this.#times = [];
    return this.#gate(false);
  }

  #gate(turning: boolean): boolean {
    const ended = this.#turning && !turning && Math.abs(this.#turned) >= turnDegrees;
    this.#turning = turning;
    if (!turning) this.#turned = 0;
    return ended;
  }
}
