import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { EnrolRecorder, EnrolSpeech, Take } from "./ports.ts";

export interface NamingOptions {
  clock: Clock;
  wording: Wording;
  recorder: EnrolRecorder;
  speech: EnrolSpeech;
  /** Sound that asks for the name, as a WAV file. */
  tone: Buffer;
}

/** A recording ends by itself; this only bounds a microphone that hangs. */
const takeLimitMs = 8_000;
/** A name that was spoilt is asked for so often in all. */
const mostTakes = 2;
/** Behind safety sentences an answer may have to wait. */
const ttl = 15_000;

/**
 * Asks for a spoken name: a sentence, a tone, a recording. Only a tone that was heard opens the microphone. Ends by
 * calling `onName` once, with null where no name was heard, unless it is cancelled.
 */
export class Naming {
  readonly #options: NamingOptions;
  readonly #onName: (clip: Buffer | null) => void;
  #take: Take | null = null;
  #recording = false;
  #takes = 0;
  #over = false;
  #timer: Timer | null = null;

  constructor(options: NamingOptions, onName: (clip: Buffer | null) => void) {
    this.#options = options;
    this.#onName = onName;
  }

  /** What beeps or speaks now is in the recording. */
  get recording(): boolean {
    return this.#recording;
  }

  /** @param text what is said before the tone */
  ask(text: string): void {
    this.#takes++;
    this.#options.speech.say({
      text,
      priority: "answer",
      action: "enqueue",
      ttl,
      // Whoever hushes it knows it, and goes on to the tone.
      onEnd: () => this.#sound(),
    });
  }

  /** The wearer has pressed: the name is over. Returns false where none was being recorded. */
  end(): boolean {
    if (!this.#recording) return false;
    this.#take?.end();
    return true;
  }

  /** A beep or a sentence is in the recording, and would be played for ever: it is thrown away, and asked for again. */
  disturbed(): void {
    if (!this.#recording) return;
    this.#drop();
    if (this.#takes < mostTakes) this.ask(this.#options.wording.enrol.nameAgain);
    else this.#end(null);
  }

  cancel(): void {
    this.#over = true;
    this.#drop();
  }

  #sound(): void {
    if (this.#over) return;
    const { speech, recorder, tone, wording } = this.#options;
    speech.say({
      text: wording.enrol.nameNow,
      parts: [{ clip: tone }],
      priority: "answer",
      action: "enqueue",
      ttl,
      // A recorder takes a moment to start; what it hears of the tone is thrown away.
      onBegin: () => {
        if (!this.#over) this.#take ??= recorder.open();
      },
      onEnd: () => {
        if (this.#over) return;
        if (this.#take === null) this.#end(null);
        else this.#record(this.#take);
      },
    });
  }

  #record(take: Take): void {
    this.#recording = true;
    this.#timer = this.#options.clock.after(takeLimitMs, () => this.#end(null));
    take.begin();
    void take.heard.then((clip) => {
      if (this.#take === take) this.#end(clip);
    });
  }

  #end(clip: Buffer | null): void {
    if (this.#over) return;
    this.cancel();
    this.#onName(clip);
  }

  #drop(): void {
    this.#timer?.cancel();
    this.#recording = false;
    const take = this.#take;
    this.#take = null;
    take?.cancel();
  }
}
