/** Waits that grow while something keeps failing, and start over once it has held for a while. Times in ms. */
export class Backoff {
  #next: number;
  #startedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param least the first wait
   * @param most the longest wait
   * @param healthy how long it must run for the waits to start over
   */
  constructor(
    private readonly least: number,
    private readonly most: number,
    private readonly healthy: number,
  ) {
    this.#next = least;
  }

  started(now: number): void {
    this.#startedAt = now;
  }

  /** How long to wait before the next try. */
  failed(now: number): number {
    if (now - this.#startedAt >= this.healthy) this.#next = this.least;
    const wait = this.#next;
    this.#next = Math.min(this.most, this.#next * 2);
    return wait;
  }
}
