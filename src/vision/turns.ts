import type { Clock } from "../base/clock.ts";

/**
 * Who may use the processor in the eyes: frames go first, and between two of them at most one step of a job that can
 * wait (a look of SqueezeSAM). So a job never delays a frame by more than one of its steps, and frames that follow each
 * other without a pause cannot starve it.
 */
export class Turns {
  readonly #clock: Pick<Clock, "sleep">;
  #frame = false;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Pick<Clock, "sleep">) {
    this.#clock = clock;
  }

  /** Works on a frame; when that is done, one waiting step gets its turn. */
  async frame<T>(work: () => Promise<T>): Promise<T> {
    this.#frame = true;
    try {
      return await work();
    } finally {
      this.#frame = false;
      this.#waiting.shift()?.();
    }
  }

  /** Resolves when a step of a job may begin. It has to begin at once, without waiting for anything else. */
  async step(): Promise<void> {
    // A frame that has come meanwhile is begun first.
    await this.#clock.sleep(0);
    if (this.#frame) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
