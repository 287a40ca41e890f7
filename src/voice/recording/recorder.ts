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
import { QuestionListener } from "./question-listener.ts";

export interface RecorderOptions {
  clock: Clock;
  log: Log;
  env: NodeJS.ProcessEnv;
  speech: Pick<SpeechQueue, "listen">;
  microphone: { driver: string; device?: string | undefined; file?: string | undefined };
  /** What a person should know, in one line. */
  onTrouble(why: string): void;
}

/** Records spoken names and questions, one at a time. Sound is kept no longer than it is needed. */
export class Recorder implements EnrolRecorder, Part {
  readonly name = "recorder";
  readonly #options: RecorderOptions;
  #microphone: Microphone | null = null;
  #take: SoundTake | null = null;

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
    await this.#take?.over();
    await this.#microphone?.stop();
  }

  get available(): boolean {
    return this.#microphone?.available ?? false;
  }

  /** A spoken name, as a WAV file. */
  open(): Take {
    const listener = new NameListener();
    return this.#open(listener, () => {
      const name = listener.name();
      return name === null ? null : wavFile(bytesOf(name), microphoneRate);
    });
  }

  /** A spoken question until it is ended, as 16-bit mono samples, `microphoneRate` a second. */
  question(): Take {
    const listener = new QuestionListener();
    return this.#open(listener, () => listener.question());
  }

  #open(listener: Listener, result: () => Buffer | null): Take {
    const { speech, log, onTrouble } = this.#options;
    this.#take?.cancel();
    const before = this.#take?.over() ?? Promise.resolve();
    const microphone = this.#microphone;
    const record: RecordSound = async (signal, onSound) => {
      await before;
      if (microphone !== null && !signal.aborted) await microphone.record(signal, onSound);
    };
    this.#take = new SoundTake({ speech, record, listener, result, before });
    this.#take.onFailed = (error) => {
      log.warn(messageOf(error));
      onTrouble(messageOf(error));
    };
    return this.#take;
  }
}

type RecordSound = (signal: AbortSignal, onSound: (sound: Buffer) => void) => Promise<void>;

/** Takes what is heard; returns true when there is no more to wait for. */
interface Listener {
  push(samples: Int16Array): boolean;
}

interface SoundTakeOptions {
  speech: Pick<SpeechQueue, "listen">;
  record: RecordSound;
  listener: Listener;
  /** What was heard so far, or null for nothing. */
  result(): Buffer | null;
  /** When the recording before this one is over. */
  before: Promise<void>;
}

/**
 * One recording. The microphone is opened at once, so that it runs when the tone is over; where it cannot be while the
 * tone is played, because the sound card does only one of the two, it is tried again once the player has let go.
 */
class SoundTake implements Take {
  readonly heard: Promise<Buffer | null>;
  /** Resolves when the microphone is free again. */
  #closed: Promise<void>;
  /** Resolves when others may speak again. */
  #listened: Promise<void> = Promise.resolve();
  onFailed: (error: unknown) => void = () => {};
  readonly #options: SoundTakeOptions;
  readonly #ending = new AbortController();
  #begun = false;
  #give: (name: Buffer | null) => void = () => {};
  #failed = false;
  #over = false;

  constructor(options: SoundTakeOptions) {
    this.#options = options;
    this.heard = new Promise((resolve) => {
      this.#give = resolve;
    });
    this.#closed = this.#open();
  }

  /** Resolves when nothing of it goes on any more. */
  async over(): Promise<void> {
    await this.#listened;
    await this.#closed;
  }

  begin(): void {
    if (this.#over || this.#begun) return;
    this.#begun = true;
    this.#listened = this.#listen();
  }

  async #listen(): Promise<void> {
    const { speech, before } = this.#options;
    await before;
    await speech.listen(async (signal) => {
      const onAbort = () => this.cancel();
      signal.addEventListener("abort", onAbort);
      if (this.#failed && !this.#over) this.#closed = this.#open();
      await this.#closed;
      signal.removeEventListener("abort", onAbort);
    });
    // Safety came first, or somebody else records.
    this.cancel();
  }

  end(): void {
    this.#finish(this.#begun && !this.#over ? this.#options.result() : null);
  }

  cancel(): void {
    this.#finish(null);
  }

  async #open(): Promise<void> {
    try {
      await this.#options.record(this.#ending.signal, (sound) => this.#take(sound));
    } catch (error) {
      // Before the name is awaited, there will be another try.
      this.#failed = !this.#begun;
      if (this.#failed || this.#over) return;
      this.onFailed(error);
      this.end();
    }
  }

  #take(sound: Buffer): void {
    if (this.#over || !this.#begun) return;
    if (this.#options.listener.push(samplesOf(sound))) this.end();
  }

  #finish(name: Buffer | null): void {
    if (this.#over) return;
    this.#over = true;
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
