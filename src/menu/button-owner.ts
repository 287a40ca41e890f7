import type { Gesture } from "../base/protocol.ts";
import type { ButtonMode, Hushed } from "./ports.ts";

/**
 * Gives each gesture whole to one mode: to the one that was busy at its first press. So neither the gesture that opens a
 * mode nor the one that ends it is taken for something else.
 */
export class ButtonOwner {
  /** Presses of a gesture that is not decided yet. */
  #undecided = false;
  #down = false;
  /** The press that is down, or was last, is long enough for a hold. */
  #long = false;
  #owner: ButtonMode | null = null;

  constructor(private readonly modes: readonly ButtonMode[]) {}

  /** A mode has the button; nobody who was not asked should speak meanwhile. */
  get busy(): boolean {
    return this.#busyMode !== null;
  }

  /** The button went down. Returns whether a mode has it. */
  press(hushed: Hushed): boolean {
    if (!this.#undecided) this.#owner = this.#busyMode;
    this.#undecided = true;
    this.#down = true;
    this.#long = false;
    this.#owner?.press(hushed);
    return this.#owner !== null;
  }

  /** The button went up. Returns whether a mode has it. */
  release(): boolean {
    // A third click is decided before its release is told.
    const short = this.#down && !this.#long;
    this.#down = false;
    if (short) this.#owner?.shortPress();
    return this.#owner !== null;
  }

  /** The guard has decided what the fingers did. Returns whether a mode has used it. */
  gesture(gesture: Gesture): boolean {
    this.#undecided = false;
    if (gesture === "hold" || gesture === "clickHold") this.#long = true;
    return this.#owner?.gesture(gesture) ?? false;
  }

  /** The guard was lost, and with it what the fingers do. */
  guardLost(): void {
    this.#undecided = false;
    this.#down = false;
    this.#owner = null;
  }

  /** Ends whatever has the button. */
  stop(): void {
    for (const mode of this.modes) mode.stop();
    this.guardLost();
  }

  get #busyMode(): ButtonMode | null {
    return this.modes.find(({ busy }) => busy) ?? null;
  }
}
