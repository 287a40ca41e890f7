import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Part } from "../../base/lifecycle.ts";
import type { Log } from "../../base/log.ts";
import { createMicrophone } from "../../devices/microphone/index.ts";
import { type Microphone, microphoneRate } from "../../devices/ports.ts";
import { wavFile } from "../../devices/speaker/sound.ts";
import type { EnrolRecorder, Take } from "../../enrol/ports.ts";
import type { SpeechQueue } from "../queue.ts";
import { NameListener } from "./name-listener.ts";

export interface RecorderOptions {
  clock: Clock;
  log: Log;
  env: NodeJS.ProcessEnv;
  speech: Pick<SpeechQueue, "listen">;
  microphone: { driver: string; device?: string | undefined; file?: string | undefined };
  /** What a person should know, in one line. */
  onTrouble(why: string): void;
}

/** Records spoken names, one at a time. Sound is kept no longer than it takes to find the name in it. */
export class Recorder implements EnrolRecorder, Part {
  readonly name = "recorder";
  readonly #options: RecorderOptions;
  #microphone: Microphone | null = null;
  #take: NameTake | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** @throws BrimError CONFIG for an unknown driver */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, env, log, microphone } = this.#options;
    const { driver, device, file } = microphone;
    this.#microphone = await createMicrophone(driver, { clock, env, device, file });
    await this.#microphone.start(signal);
    if (!this.available) log.info("no microphone: whoever is learned gets a number for a name");
  }

  async stop(): Promise<void> {
    this.#take?.cancel();
    await this.#take?.closed;
    await this.#microphone?.stop();
  }

  get available(): boolean {
    return this.#microphone?.available ?? false;
  }

  open(): Take {
    const { speech, log, onTrouble } = this.#options;
    this.#take?.cancel();
    const before = this.#take?.closed ?? Promise.resolve();
    const microphone = this.#microphone;
    this.#take = new NameTake(speech, async (signal, onSound) => {
      await before;
      if (microphone !== null && !signal.aborted) await microphone.record(signal, onSound);
    });
    this.#take.onFailed = (error) => {
      log.warn(messageOf(error));
      onTrouble(messageOf(error));
    };
    return this.#take;
  }
}

type Record_ = (signal: AbortSignal, onSound: (sound: Buffer) => void) => Promise<void>;

/**
 * One recording. The microphone is opened at once, so that it runs when the tone is over; where it cannot be while the
 * tone is played, because the sound card does only one of the two, it is tried again once the player has let go.
 */
class NameTake implements Take {
  readonly heard: Promise<Buffer | null>;
  /** Resolves when the microphone is free again. */
  closed: Promise<void>;
  onFailed: (error: unknown) => void = () => {};
  readonly #speech: Pick<SpeechQueue, "listen">;
  readonly #record: Record_;
  readonly #ending = new AbortController();
  #listener: NameListener | null = null;
  #give: (name: Buffer | null) => void = () => {};
  #failed = false;
  #over = false;

  constructor(speech: Pick<SpeechQueue, "listen">, record: Record_) {
    this.#speech = speech;
    this.#record = record;
    this.heard = new Promise((resolve) => {
      this.#give = resolve;
    });
    this.closed = this.#open();
  }

  begin(): void {
    if (this.#over || this.#listener !== null) return;
    this.#listener = new NameListener();
    void this.#speech
      .listen(async (signal) => {
        const onAbort = () => this.cancel();
        signal.addEventListener("abort", onAbort);
        if (this.#failed && !this.#over) this.closed = this.#open();
        await this.closed;
        signal.removeEventListener("abort", onAbort);
      })
      // Safety came first, or somebody else records.
      .then(() => this.cancel());
  }

  end(): void {
    const sound = this.#listener?.name() ?? null;
    this.#finish(sound === null ? null : wavFile(bytesOf(sound), microphoneRate));
  }

  cancel(): void {
    this.#finish(null);
  }

  async #open(): Promise<void> {
    try {
      await this.#record(this.#ending.signal, (sound) => this.#take(sound));
    } catch (error) {
      // Before the name is awaited, there will be another try.
      this.#failed = this.#listener === null;
      if (this.#failed || this.#over) return;
      this.onFailed(error);
      this.end();
    }
  }

  #take(sound: Buffer): void {
    if (this.#over || this.#listener === null) return;
    if (this.#listener.push(samplesOf(sound))) this.end();
  }

  #finish(name: Buffer | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener = null;
    this.#ending.abort();
    this.#give(name);
  }
}

function samplesOf(sound: Buffer): Int16Array {
  const samples = new Int16Array(sound.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = sound.readInt16LE(i * 2);
  return samples;
}

function bytesOf(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(sample, i * 2);
  return bytes;
}
