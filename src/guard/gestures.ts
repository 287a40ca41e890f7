import type { Gesture } from "../base/protocol.ts";

export const holdMs = 600;

/**
 * Turns presses and releases of one button into gestures. A click is decided when no other press follows within the
 * gap, a third click at once, a hold after 0.6 s. Times in ms.
 */
export class Gestures {
  #clicks = 0;
  #pressedAt: number | null = null;
  #releasedAt = 0;
  #holding: "hold" | "clickHold" | null = null;

  onGesture: (gesture: Gesture, at: number) => void = () => {};

  /** @param gapMs longest pause between the clicks of one gesture; may change at any time */
  constructor(public gapMs: number) {}

  press(at: number): void {
    this.tick(at);
    this.#pressedAt ??= at;
  }

  release(at: number): void {
    this.tick(at);
    if (this.#pressedAt === null) return;
    this.#pressedAt = null;
    this.#releasedAt = at;
    if (this.#holding !== null) {
      const ended = this.#holding;
      this.#holding = null;
      this.onGesture(`${ended}End`, at);
      return;
    }
    this.#clicks++;
    if (this.#clicks === 3) this.#decide("triple", at);
  }

  /** Decides what time alone decides; call it again at `nextAt`. */
  tick(now: number): void {
    const due = this.nextAt;
    if (now < due) return;
    if (this.#pressedAt === null) {
      this.#decide(this.#clicks === 1 ? "click" : "double", due);
      return;
    }
    this.#holding = this.#clicks === 1 ? "clickHold" : "hold";
    this.#decide(this.#holding, due);
  }

  /** When `tick` has something to decide, or Infinity. */
  get nextAt(): number {
    if (this.#holding !== null) return Number.POSITIVE_INFINITY;
    if (this.#pressedAt !== null) return this.#pressedAt + holdMs;
    return this.#clicks > 0 ? this.#releasedAt + this.gapMs : Number.POSITIVE_INFINITY;
  }

  #decide(gesture: Gesture, at: number): void {
    this.#clicks = 0;
    this.onGesture(gesture, at);
  }
}
