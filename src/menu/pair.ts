import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Gesture } from "../base/protocol.ts";
import type { ButtonMode, Hushed, ModeSpeech } from "./ports.ts";

/** Pairing as the companion page does it. */
export interface PairPorts {
  /** Opens it, or keeps it open for five more minutes; returns the code of six digits. */
  begin(): string;
  close(): void;
  /** Lets in the phone that asks with this word; false when none does any more. */
  allow(word: string): boolean;
}

export interface PairModeOptions {
  clock: Clock;
  wording: Wording;
  speech: ModeSpeech;
  ports: PairPorts;
}

const ttl = 15_000;
/** Pairing ends by itself before; this is for the day it does not. */
const lostMs = 6 * 60_000;

/** Lets a phone in: a click says the code again, a double click allows the phone that asks, a hold leaves. */
export class PairMode implements ButtonMode {
  readonly #options: PairModeOptions;
  #timer: Timer | null = null;
  /** The word of the phone that asks, once the wearer could hear it. */
  #word: string | null = null;
  #hushing = false;

  constructor(options: PairModeOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#timer !== null;
  }

  /** Opens pairing and says the code; returns it. */
  start(): string {
    const { clock, ports, wording } = this.#options;
    const code = ports.begin();
    this.#timer?.cancel();
    this.#timer = clock.after(lostMs, () => this.stop());
    this.#say(wording.pairing.code(code));
    return code;
  }

  /** A phone asks; it shows the same word. */
  asked(word: string, role: "wearer" | "helper"): void {
    this.#word = null;
    this.#say(this.#options.wording.pairing.asked(word, role), () => {
      this.#word = word;
    });
  }

  paired(role: "wearer" | "helper"): void {
    this.#end(this.#options.wording.pairing.paired(role));
  }

  over(why: "time" | "tries"): void {
    this.#end(this.#options.wording.pairing.over[why]);
  }

  press(hushed: Hushed): void {
    this.#hushing = hushed !== "nothing";
  }

  shortPress(): void {}

  gesture(gesture: Gesture): boolean {
    if (!this.busy) return true;
    const { ports, wording } = this.#options;
    if (gesture === "hold" || gesture === "clickHold") {
      this.stop();
      this.#say(wording.pairing.left);
    } else if (gesture === "double" && this.#word !== null) {
      if (!ports.allow(this.#word)) this.#say(wording.pairing.gone);
      this.#word = null;
    } else if (gesture === "click" && !this.#hushing) this.start();
    return true;
  }

  stop(): void {
    if (!this.busy) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#word = null;
    this.#options.ports.close();
  }

  #end(text: string): void {
    if (!this.busy) return;
    this.stop();
    this.#say(text);
  }

  #say(text: string, onBegin: () => void = () => {}): void {
    this.#options.speech.say({ text, priority: "answer", action: "interrupt", ttl, key: "pair", onBegin });
  }
}
