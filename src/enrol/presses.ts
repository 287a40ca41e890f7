import type { Gesture } from "../base/protocol.ts";

/**
 * What the presses of the gesture that is under way are for. One that only hushes, or that something has used, is no
 * click.
 */
export class Presses {
  #count = 0;
  #hushes = false;
  #used = false;
  #use: (() => void) | null = null;

  press(hushes: boolean): void {
    this.#count++;
    this.#hushes = hushes;
  }

  /** The press that is down has done its work, or does it once it is decided to be a click. */
  use(onClick: (() => void) | null = null): void {
    this.#used = true;
    this.#use = onClick;
  }

  /** Returns whether this release may be that of a click. */
  release(): boolean {
    return this.#count === 1 && !this.#hushes && !this.#used;
  }

  /** Returns whether it was a click for learning, or else what a click is used for. */
  decide(gesture: Gesture): { click: boolean; use: (() => void) | null } {
    const isClick = gesture === "click";
    const click = isClick && !this.#hushes && !this.#used;
    const use = isClick ? this.#use : null;
    this.reset();
    return { click, use };
  }

  reset(): void {
    this.#count = 0;
    this.#hushes = false;
    this.#used = false;
    this.#use = null;
  }
}
