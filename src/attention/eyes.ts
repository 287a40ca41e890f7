import type { Seeing, Sight } from "../base/eyes-protocol.ts";
import type { Utterance } from "../voice/utterance.ts";
import { eyesEvents, utteranceOf } from "./events.ts";
import type { Telling } from "./unasked.ts";
import { withNames } from "./wording/names.ts";
import type { CollisionState, Wording } from "./wording/wording.ts";

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

  /** That the eyes ended, once for each loss, however soon they are back; else null. */
  takeLoss(): Utterance | null {
    if (!this.#lost) return null;
    this.#lost = false;
    this.#told = "off";
    return utteranceOf(eyesEvents.lost, eyesEvents.lost.say(this.wording));
  }

  /** What should be said of the eyes, or null. */
  due(now: number, collision: CollisionState): Telling | null {
    this.#look(now);
    const view = this.#view;
    const before = this.#told;
    if (view === before) return null;
    const { seeingAgain, onAgain, silent, notSeeing } = eyesEvents;
    const good = before === "off" ? onAgain : seeingAgain;
    const event = view === "good" ? good : view === "off" ? silent : notSeeing;
    // Eyes that came back, and those that ended, are told at once, however well they see.
    const settle = before === "off" || this.#running === false ? 0 : event.settle;
    if (now - this.#since < settle) return null;
    const words = this.wording;
    const bad =
      view === "off" ? silent.say(words) : view === "good" ? "" : notSeeing.say(words, view, collision);
    const text = view === "good" ? good.say(words) : bad;
    return {
      event,
      words: withNames([], () => text),
      stillTrue: () => this.#view === view,
      tell: (heard) => {
        this.#told = heard ? view : before;
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
