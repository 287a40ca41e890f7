/**
 * A second-order Butterworth high-pass filter (R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter
 * coefficients", Q = 1/√2). It remembers where it is, so that a stream can be given piece by piece.
 */
export class HighPass {
  readonly #b0: number;
  readonly #a1: number;
  readonly #a2: number;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  /**
   * @param hz what is lower is weakened, by 12 dB an octave
   * @param rate samples a second
   */
  constructor(hz: number, rate: number) {
    const w = (2 * Math.PI * hz) / rate;
    const alpha = Math.sin(w) / Math.SQRT2;
    const cos = Math.cos(w);
    this.#b0 = (1 + cos) / 2 / (1 + alpha);
    this.#a1 = (-2 * cos) / (1 + alpha);
    this.#a2 = (1 - alpha) / (1 + alpha);
  }

  next(x: number): number {
    const y = this.#b0 * (x - 2 * this.#x1 + this.#x2) - this.#a1 * this.#y1 - this.#a2 * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}
