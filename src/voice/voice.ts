import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { Speaker } from "../devices/ports.ts";
import { createSpeaker } from "../devices/speaker/index.ts";
import { type EarconName, earcon } from "./earcons.ts";
import { asLoudAs, loudness, scaled, withoutSilence } from "./loudness.ts";
import { type Sentence, wordsOf } from "./sentences.ts";
import { spoken } from "./spoken/index.ts";
import { spokenMs } from "./synthesis/none.ts";
import { createSynthesiser, type Synthesiser } from "./synthesiser.ts";
import type { Clip } from "./utterance.ts";
import { readWav } from "./wav.ts";

export interface VoiceOptions {
  clock: Clock;
  log: Log;
  env: NodeJS.ProcessEnv;
  /** Names of the drivers; `auto` takes what is there. */
  synthesiser: string;
  player: string;
  /** The player's name of the device to play on, if not its default. */
  device?: string | undefined;
  /** Where the player `file` writes. */
  file?: string | undefined;
  /** 120–600 */
  wordsPerMinute: number;
  /** The .onnx file of a voice of Piper. */
  piperVoice?: string | undefined;
  /** BCP 47 tag of the language of the texts. */
  language: string;
}

/** Seconds of a recording that are played. */
const longestClip = 10;
/** How loud the voice is taken to be before it has been heard (`loudness`), and what is too quiet to be a voice. */
const usualLoudness = 0.15;
const faint = 0.01;
const softest = 0.1;
/** Who has set the volume in a quiet room must hear what is urgent in the street: never softer than −8 dB. */
const softestUrgent = 0.4;

/** A synthesiser and a speaker: turns a sentence into sound that is heard. */
export class Voice implements Part {
  readonly name = "voice";
  /** Sound was lost or is back; `why` is one line for a person. Set before `start`. */
  onSound: (working: boolean, why: string) => void = () => {};
  /** Holds from the next sentence on. */
  wordsPerMinute: number;
  #volume = 1;
  #synthesiser: Synthesiser | null = null;
  #speaker: Speaker | null = null;
  #failed = false;
  /** How loud the voice was lately. */
  #loudness: number | null = null;

  constructor(private readonly options: VoiceOptions) {
    this.wordsPerMinute = options.wordsPerMinute;
  }

  /** How loud everything is, 0.1 to 1, where 1 leaves sound as it is. Holds from the next piece of sound on. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = Number.isFinite(volume) ? Math.min(1, Math.max(softest, volume)) : 1;
  }

  /** Names of the drivers in use, such as "espeak-ng-wasm" and "aplay"; "none" and "silent" give no sound. */
  get drivers(): { synthesiser: string; player: string } {
    return { synthesiser: this.#synthesiser?.name ?? "none", player: this.#speaker?.name ?? "silent" };
  }

  /** @throws BrimError CONFIG for an unknown driver, DEVICE for one that was asked for and is not installed */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, log, env, player, device, file, synthesiser, piperVoice } = this.options;
    const speaker = await createSpeaker(player, { clock, env, device, file });
    speaker.onSound = (working, why) => this.onSound(working, why);
    this.#synthesiser = await createSynthesiser(synthesiser, { clock, log, env, piperVoice });
    await this.#synthesiser.start(signal);
    await this.#warmUp(signal);
    await speaker.start(signal);
    this.#speaker = speaker;
    if (speaker.name === "silent" && (player === "auto" || player === "stream"))
      log.info("no sound card with a player: speech takes its time but is not heard");
  }

  /** What is said first is as quick as the rest, and how loud the voice is, is known. */
  async #warmUp(signal: AbortSignal): Promise<void> {
    try {
      for await (const _chunk of this.#words("Brim", signal, true));
    } catch (error) {
      this.options.log.warn(`speech: ${messageOf(error)}`);
    }
  }

  async stop(): Promise<void> {
    await this.#speaker?.stop();
    await this.#synthesiser?.stop();
  }

  /** The sound of a sentence as it is made. */
  async *sound(sentence: Sentence, signal: AbortSignal, urgent = false): AsyncIterable<Buffer> {
    for await (const chunk of this.#pieces(sentence, signal, urgent)) {
      yield scaled(chunk, urgent ? Math.max(this.volume, softestUrgent) : this.volume);
    }
  }

  async *#pieces(sentence: Sentence, signal: AbortSignal, urgent: boolean): AsyncIterable<Buffer> {
    for (const piece of sentence) {
      const clip = typeof piece === "string" ? null : this.#clip(piece);
      if (clip !== null) yield clip;
      else yield* this.#words(typeof piece === "string" ? piece : (piece.text ?? ""), signal, urgent);
      if (signal.aborted) return;
    }
  }

  /**
   * Resolves when the sentence has been heard to its end, or soon after `signal` is aborted. Never rejects: a sentence
   * that cannot be made into sound takes as long as it would, and `onBegin` is called all the same.
   * @param urgent it must be heard at once, in whatever voice
   */
  async speak(sentence: Sentence, signal: AbortSignal, onBegin: () => void, urgent = false): Promise<void> {
    let begun = false;
    const begin = () => {
      if (!begun) onBegin();
      begun = true;
    };
    try {
      await this.#speaker?.play(this.sound(sentence, signal, urgent), signal, begin);
      if (this.#failed) this.#tell(true, "speech works again");
    } catch (error) {
      if (!this.#failed) this.#tell(false, messageOf(error));
      if (!signal.aborted) begin();
      const { clock } = this.options;
      await clock.sleep(spokenMs(wordsOf(sentence), this.wordsPerMinute), signal).catch(() => {});
    }
    if (!signal.aborted) begin();
  }

  /** Plays one of the hat's short sounds, over what is being said. Resolves when it was heard; never rejects. */
  async earcon(name: EarconName): Promise<void> {
    await this.overlay(earcon(name));
  }

  /** Plays a short sound (16-bit mono, 22,050 samples a second) over what is being said. */
  async overlay(sound: Buffer): Promise<void> {
    await this.#speaker?.overlay(scaled(sound, this.volume));
  }

  /** Lets go of the sound card for a recording, once what is being said has been heard. */
  async release(): Promise<void> {
    await this.#speaker?.release();
  }

  async *#words(text: string, signal: AbortSignal, urgent: boolean): AsyncIterable<Buffer> {
    if (this.#synthesiser === null) return;
    const manner = { wordsPerMinute: this.wordsPerMinute, language: this.options.language, urgent };
    for await (const chunk of this.#synthesiser.synthesise(spoken(text, manner.language), manner, signal)) {
      const loud = loudness(chunk);
      const before = this.#loudness ?? loud;
      if (loud > faint) this.#loudness = before + (loud - before) / 10;
      yield chunk;
    }
  }

  /** A recording, as loud as the voice and without its silence; null when it cannot be played. */
  #clip({ clip }: Clip): Buffer | null {
    try {
      return asLoudAs(this.#loudness ?? usualLoudness, withoutSilence(readWav(clip, longestClip)));
    } catch (error) {
      this.options.log.warn(`speech: a recorded name cannot be played: ${messageOf(error)}`);
      return null;
    }
  }

  #tell(working: boolean, why: string): void {
    this.#failed = !working;
    this.onSound(working, why);
  }
}
