import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Gesture } from "../base/protocol.ts";
import type { ButtonMode, Hushed, ModeSpeech } from "./ports.ts";

export interface PracticeOptions {
  clock: Clock;
  wording: Wording;
  speech: ModeSpeech;
}

/** Without a gesture for so long, practice ends. */
const idleMs = 60_000;
const ttl = 15_000;

/**
 * Practice: each gesture is named, and does nothing, until a click-then-hold or a minute without any. The guard knows
 * nothing of it: collision beeps go on.
 */
export class Practice implements ButtonMode {
  readonly #options: PracticeOptions;
  #timer: Timer | null = null;
  /** The press that was last only hushed. */
  #hushing = false;

  constructor(options: PracticeOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#timer !== null;
  }

  start(): void {
    this.#await();
    this.#say(this.#options.wording.practice.begin);
  }

  press(hushed: Hushed): void {
    this.#hushing = hushed !== "nothing";
  }

  shortPress(): void {}

  gesture(gesture: Gesture): boolean {
    if (!this.busy || gesture === "holdEnd" || gesture === "clickHoldEnd") return true;
    const { wording } = this.#options;
    // As outside practice: a single press while it speaks only hushes, the others hush and do their work.
    const name = wording.gesture[gesture === "click" && this.#hushing ? "hush" : gesture];
    const leaves = gesture === "clickHold";
    if (leaves) this.stop();
    else this.#await();
    this.#say(leaves ? `${name} ${wording.practice.over}` : name);
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #await(): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(idleMs, () => {
      this.stop();
      this.#say(this.#options.wording.practice.over);
    });
  }

  #say(text: string): void {
    this.#options.speech.say({ text, priority: "answer", action: "interrupt", ttl, key: "practice" });
  }
}
