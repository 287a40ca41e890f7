import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Gesture } from "../base/protocol.ts";
import type { ButtonMode, Hushed, ModeSpeech } from "./ports.ts";

export interface ConsentOptions {
  clock: Clock;
  wording: Wording;
  speech: ModeSpeech;
}

export type Consent = "allowed" | "refused" | "time";

/** The wearer has so long, from when the question was asked; no answer is a no. */
const answerMs = 20_000;
const ttl = 10_000;

/** Asks the wearer whether a picture may go to a phone: a click allows, a hold refuses, silence refuses. */
export class PictureConsent implements ButtonMode {
  readonly #options: ConsentOptions;
  #done: ((answer: Consent) => void) | null = null;
  #timer: Timer | null = null;
  #asked = false;
  #hushing = false;

  constructor(options: ConsentOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#done !== null;
  }

  /** @param phone its name. Not to be called while busy. */
  ask(phone: string): Promise<Consent> {
    const { clock, wording } = this.#options;
    this.#asked = false;
    this.#timer = clock.after(answerMs, () => this.#end("time"));
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#say(wording.phone.asksForPicture(phone), () => {
        this.#asked = true;
      });
    });
  }

  press(hushed: Hushed): void {
    this.#hushing = hushed !== "nothing";
  }

  shortPress(): void {}

  gesture(gesture: Gesture): boolean {
    if (!this.busy) return true;
    if (gesture === "hold" || gesture === "clickHold") this.#end("refused");
    // A click that only hushes, or that came before the question was heard, allows nothing.
    else if (gesture === "click" && this.#asked && !this.#hushing) this.#end("allowed");
    return true;
  }

  stop(): void {
    this.#end("refused", false);
  }

  #end(answer: Consent, told = true): void {
    const done = this.#done;
    if (done === null) return;
    this.#done = null;
    this.#timer?.cancel();
    if (told && answer !== "allowed") this.#say(this.#options.wording.phone.noPicture[answer]);
    done(answer);
  }

  #say(text: string, onBegin: () => void = () => {}): void {
    this.#options.speech.say({ text, priority: "answer", action: "interrupt", ttl, key: "consent", onBegin });
  }
}
