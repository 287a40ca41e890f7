import type { Seeing, Sight } from "../base/eyes-protocol.ts";
import type { CollisionState, Wording } from "./wording/wording.ts";

/** A change in how well the eyes see is told once it has lasted this long. */
const settleMs = 3_000;
/** What was seen longer ago is not told unasked; an answer may be of a somewhat older frame. */
const unaskedAge = 1_000;
export const answerAge = 2_500;
/** Without a frame for this long the eyes are taken to be blind, whatever they said last. */
const silentMs = 5_000;

type View = Seeing | "off";

/** Watches over the eyes: whether they run and see, and what of it the wearer should hear. */
export class EyesWatch {
  #running: boolean | null = null;
  #sight: Sight | null = null;
  #view: View = "good";
  #since = 0;
  #told: View = "good";
  #lost = false;

  constructor(private readonly wording: Wording) {}

  process(running: boolean, now: number): void {
    this.#running = running;
    if (!running) {
      this.#lost ||= this.#sight !== null && this.#told !== "off";
      this.#sight = null;
    }
    this.#look(now);
  }

  take(sight: Sight): void {
    this.#running = true;
    this.#sight = sight;
    this.#look(sight.at);
  }

  /** The eyes run and have sent a frame. */
  get on(): boolean {
    return this.#sight !== null;
  }

  /** How well is seen now; `off` without a frame that is fresh. */
  view(now: number, age = unaskedAge): View {
    return this.#sight !== null && now - this.#sight.at <= age ? this.#sight.seeing : "off";
  }

  greeted(): void {
    this.#told = this.#running === false ? "off" : "good";
  }

  /** The sentence for eyes that ended, once for each loss, however soon they are back; else null. */
  takeLoss(): string | null {
    if (!this.#lost) return null;
    this.#lost = false;
    this.#told = "off";
    return this.wording.eyes.off;
  }

  /** What should be said of the eyes, or null. `told` marks it as said. */
  due(
    now: number,
    collision: CollisionState,
  ): { text: string; stillTrue(): boolean; told(told: boolean): void } | null {
    this.#look(now);
    const view = this.#view;
    const before = this.#told;
    // A process that ended is told at once; a dark corner only when one stays in it.
    const settled = this.#running === false || before === "off" || now - this.#since >= settleMs;
    if (view === before || !settled) return null;
    const words = this.wording.eyes;
    const good = before === "off" ? words.onAgain : words.seeingAgain;
    const bad = view === "off" ? words.off : view === "good" ? "" : this.wording.notSeeing(view, collision);
    return {
      text: view === "good" ? good : bad,
      stillTrue: () => this.#view === view,
      told: (told) => {
        this.#told = told ? view : before;
      },
    };
  }

  #look(now: number): void {
    const quiet = this.#sight !== null && now - this.#sight.at > silentMs;
    const view: View = this.#running === false || quiet ? "off" : (this.#sight?.seeing ?? this.#view);
    if (view === this.#view) return;
    this.#view = view;
    this.#since = now;
  }
}
