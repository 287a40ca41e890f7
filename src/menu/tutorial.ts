import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Gesture } from "../base/protocol.ts";
import type { Ending } from "../voice/utterance.ts";
import { gestureNames } from "./gesture-text.ts";
import type { ButtonMode, Hushed, ModeSpeech } from "./ports.ts";

export interface TutorialOptions {
  clock: Clock;
  wording: Wording;
  speech: ModeSpeech;
  /** It was heard to its end, with all that Brim cannot do: it need not be offered again. */
  onHeard(): void;
  /** The wearer does not want it: it need not be offered again either. */
  onDeclined(): void;
}

/** An offer that nobody answers within this time is one that nobody has heard. */
const offerMs = 15_000;
/** Between two steps: time to think, and to press. */
const pauseMs = 1_200;
/** A step that has not come to its end by then is lost, and the tutorial with it. */
const lostMs = 60_000;
/** Behind safety sentences, which come first, a step may have to wait. */
const ttl = 30_000;
/** The step that asks whether the others are wanted. */
const offer = -1;

/**
 * The spoken introduction. It goes on by itself; a click leads to the next step, a hold leaves. Its steps are answers, so
 * that safety breaks in at once and the step is taken up again afterwards.
 */
export class Tutorial implements ButtonMode {
  readonly #options: TutorialOptions;
  readonly #steps: readonly string[];
  /** Of the steps, those that tell what Brim cannot do: without these it was not heard. */
  readonly #limits: readonly number[];
  /** Steps that were heard to their last word. */
  readonly #heard = new Set<number>();
  /** Null while it is not on. */
  #at: number | null = null;
  #timer: Timer | null = null;
  #sentence = 0;
  /** The press that is down only hushed a sentence of safety. */
  #hushing = false;

  constructor(options: TutorialOptions) {
    this.#options = options;
    const { wording } = options;
    const { first, limits, button, last } = wording.tutorial;
    const gestures = gestureNames.map((name) => wording.gesture[name]);
    this.#steps = [...first, ...limits, button, ...gestures, last];
    this.#limits = limits.map((_, n) => first.length + n);
  }

  get busy(): boolean {
    return this.#at !== null;
  }

  /** Asks whether it is wanted: at the first start, after the greeting. */
  offer(): void {
    this.#go(offer);
  }

  start(): void {
    this.#heard.clear();
    this.#go(0);
  }

  press(hushed: Hushed): void {
    this.#hushing = hushed === "safety";
  }

  shortPress(): void {
    if (this.#at === null) return;
    if (!this.#hushing) this.#next(this.#at);
    // Safety had broken into the step, and was hushed: the step is still to be heard.
    else if (!this.#heard.has(this.#at)) this.#go(this.#at);
    this.#hushing = false;
  }

  gesture(gesture: Gesture): boolean {
    if (this.#at === null || (gesture !== "hold" && gesture !== "clickHold")) return true;
    const declined = this.#at === offer;
    this.stop();
    this.#say(this.#options.wording.tutorial.left);
    if (declined) this.#options.onDeclined();
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#at = null;
    this.#sentence++;
  }

  #go(at: number): void {
    this.#at = at;
    const sentence = ++this.#sentence;
    this.#after(lostMs, () => this.stop());
    this.#say(at === offer ? this.#options.wording.tutorial.offer : (this.#steps[at] ?? ""), (how) => {
      if (sentence !== this.#sentence) return;
      if (how === "finished") this.#heard.add(at);
      if (at === offer) this.#after(offerMs, () => this.stop());
      else this.#after(pauseMs, () => this.#next(at));
    });
  }

  #next(at: number): void {
    if (at === offer) this.start();
    else if (at + 1 < this.#steps.length) this.#go(at + 1);
    else {
      this.stop();
      if (this.#limits.every((limit) => this.#heard.has(limit))) this.#options.onHeard();
    }
  }

  #after(ms: number, act: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(ms, act);
  }

  #say(text: string, onEnd: (how: Ending) => void = () => {}): void {
    // The offer lets the greeting be heard to its end.
    const action = this.#at === offer ? "enqueue" : "interrupt";
    this.#options.speech.say({ text, priority: "answer", action, ttl, key: "tutorial", onEnd });
  }
}
