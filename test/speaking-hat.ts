import { SimulatedClock } from "../src/base/clock.ts";
import { noLog } from "../src/base/log.ts";
import { Gestures } from "../src/guard/gestures.ts";
import { SpeechQueue } from "../src/voice/queue.ts";
import type { Said } from "../src/voice/utterance.ts";

/** Speech takes so long to begin, and so long a sentence. */
const latencyMs = 20;
export const sentenceMs = 1_000;

/** The button and the voice of a hat in virtual time; what lies between them is the matter of each test. */
export abstract class SpeakingHat {
  readonly clock = new SimulatedClock();
  readonly said: Said[] = [];
  readonly gestures = new Gestures(350);
  readonly speech: SpeechQueue;

  constructor() {
    const { clock } = this;
    const voice = {
      speak: async (_sentence: unknown, signal: AbortSignal, onBegin: () => void) => {
        try {
          await clock.sleep(latencyMs, signal);
          onBegin();
          await clock.sleep(sentenceMs, signal);
        } catch {
          // Aborted.
        }
      },
      release: async () => {},
    };
    this.speech = new SpeechQueue(clock, voice, noLog);
    this.speech.onSaid = (said) => this.said.push(said);
  }

  abstract press(): void;
  abstract release(): void;

  get texts(): string[] {
    return this.said.map(({ text }) => text);
  }

  /** Lets time go by. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    while (this.clock.now() < end) {
      this.clock.advanceTo(Math.min(end, this.clock.now() + 10));
      this.gestures.tick(this.clock.now());
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}
