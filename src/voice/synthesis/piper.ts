import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Backoff } from "../../base/backoff.ts";
import type { Timer } from "../../base/clock.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { findProgram } from "../../devices/programs.ts";
import { bytesPerSample, sampleRate } from "../../devices/speaker/sound.ts";
import { resample } from "../resample.ts";
import type { Manner, Synthesiser, SynthesiserDeps } from "../synthesiser.ts";
import { bytesOf } from "../wav.ts";
import { SoundStream } from "./sound-stream.ts";
import { plainText } from "./text.ts";

/** Of the two Pipers one says on stderr when a line is done; the other's line is done when nothing comes for so long. */
const doneMark = "Real-time factor";
const quietMs = 250;
const markedMs = 20;
/** A child that gives no sound for so long hangs; loading a voice takes seconds on a small machine. */
const hangMs = 8_000;
const loadMs = 30_000;
/** What is said to learn how fast a voice speaks by itself. */
const measure = "one two three four five six seven eight nine ten eleven twelve";
/** A pace that is within this share of what is asked for is left as it is. */
const closeEnough = 0.1;

interface Line {
  sound: SoundStream;
  any: boolean;
  done: boolean;
  timer: Timer;
}

/**
 * Piper, a neural voice, as one child that keeps its voice loaded: a line in, raw samples out (`--output_raw`; both
 * rhasspy/piper and OHF-Voice/piper1-gpl have it). It cannot be stopped within a line and may be slow, so whatever is
 * urgent, or comes while it is busy, loading or dead, is said by another synthesiser at once.
 */
export class Piper implements Synthesiser {
  readonly name = "piper";
  #child: ChildProcessWithoutNullStreams | null = null;
  #line: Line | null = null;
  #ready = false;
  #stopped = true;
  /** Words a minute of the voice itself; null until it was measured. */
  #natural: number | null = null;
  /** What is asked for, and what the child was started for; null is the voice's own pace. */
  #wordsPerMinute = 0;
  #childPace: number | null = null;
  #rate = sampleRate;
  #restart: Timer | null = null;
  readonly #backoff = new Backoff(1_000, 60_000, 60_000);

  /**
   * @param voice the voice's .onnx file, beside which its .onnx.json lies
   * @param quick says what cannot wait
   */
  constructor(
    private readonly deps: SynthesiserDeps,
    private readonly voice: string,
    private readonly quick: Synthesiser,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** It has loaded its voice and can be given a sentence. */
  get ready(): boolean {
    return this.#ready && this.#line === null;
  }

  /** @throws BrimError DEVICE when Piper is not installed, CONFIG when the voice cannot be read */
  async start(signal: AbortSignal): Promise<void> {
    if (findProgram("piper", this.deps.env) === null) {
      throw new BrimError("DEVICE", "piper is not installed, or set speech.synthesiser to espeak-ng");
    }
    this.#rate = readRate(this.voice);
    await this.quick.start(signal);
    this.#stopped = false;
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#restart?.cancel();
    this.#lose(new BrimError("DEVICE", "speech has stopped"));
    await this.quick.stop();
  }

  async *synthesise(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer> {
    const words = oneSentence(text);
    if (words === "" || signal.aborted) return;
    if (manner.wordsPerMinute !== this.#wordsPerMinute) this.#pace(manner.wordsPerMinute);
    if (!this.ready || manner.urgent) {
      yield* this.quick.synthesise(text, manner, signal);
      return;
    }
    let any = false;
    try {
      for await (const chunk of this.#say(words, signal)) {
        any = true;
        yield chunk;
      }
    } catch (error) {
      // What was half said is not begun again.
      if (any || signal.aborted) throw error;
      yield* this.quick.synthesise(text, manner, signal);
    }
  }

  /** The sound of a line, at our rate. */
  async *#say(words: string, signal: AbortSignal): AsyncIterable<Buffer> {
    const sound = new SoundStream();
    this.#line = { sound, any: false, done: false, timer: this.#watch() };
    const leave = () => sound.end();
    signal.addEventListener("abort", leave, { once: true });
    try {
      this.#child?.stdin.write(`${words}\n`);
      if (this.#rate === sampleRate) yield* sound;
      else yield await this.#whole(sound);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  async #whole(sound: SoundStream): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of sound) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const samples = new Int16Array(Math.floor(bytes.length / bytesPerSample));
    for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * bytesPerSample);
    return bytesOf(resample(samples, this.#rate, sampleRate));
  }

  #spawn(): void {
    const program = findProgram("piper", this.deps.env);
    if (program === null) {
      this.#again("it is not installed any more");
      return;
    }
    const scale = this.#natural === null || this.#childPace === null ? 1 : this.#natural / this.#childPace;
    const args = ["--model", this.voice, "--output_raw", "--length_scale", scale.toFixed(3)];
    const child = spawn(program, args);
    this.#child = child;
    this.#backoff.started(this.deps.clock.now());
    let lastWords = "";
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => {
      if (this.#child === child) this.#heard(chunk);
    });
    child.stderr.on("data", (text: Buffer) => {
      lastWords = text.toString().trim().split("\n").pop()?.slice(0, 200) ?? "";
      if (this.#child !== child || this.#line === null || !text.includes(doneMark)) return;
      this.#line.done = true;
      this.#awaitEnd(this.#line);
    });
    const gone = (why: string) => {
      if (this.#child !== child) return;
      this.#lose(new BrimError("DEVICE", `piper ended: ${why}`));
      if (!this.#stopped) this.#again(why);
    };
    child.on("error", (error) => gone(messageOf(error)));
    child.on("exit", (code, signal) => gone(signal ?? (lastWords || `exit status ${code}`)));
    void this.#measure();
  }

  /** Waits until the voice is loaded, and learns how fast it speaks. */
  async #measure(): Promise<void> {
    const asked = this.#natural === null ? measure : "ready";
    const sound = new SoundStream();
    const timer = this.deps.clock.after(loadMs, () => this.#child?.kill("SIGKILL"));
    this.#line = { sound, any: false, done: false, timer };
    this.#child?.stdin.write(`${asked}\n`);
    let bytes = 0;
    try {
      for await (const chunk of sound) bytes += chunk.length;
    } catch {
      // It is being started anew.
      return;
    }
    if (this.#natural === null && bytes > 0) {
      const minutes = bytes / bytesPerSample / this.#rate / 60;
      this.#natural = measure.split(" ").length / minutes;
    }
    this.#ready = bytes > 0;
    if (this.#ready && this.#wordsPerMinute > 0) this.#pace(this.#wordsPerMinute);
  }

  /** The pace is given at the start of the child, so another pace needs another child. */
  #pace(wordsPerMinute: number): void {
    this.#wordsPerMinute = wordsPerMinute;
    const pace = this.#childPace ?? this.#natural;
    if (pace === null || Math.abs(pace / wordsPerMinute - 1) <= closeEnough) return;
    this.#childPace = wordsPerMinute;
    this.#lose(new BrimError("DEVICE", "piper is started at another pace"));
    this.#spawn();
  }

  #heard(chunk: Buffer): void {
    const line = this.#line;
    if (line === null) return;
    line.any = true;
    line.sound.push(chunk);
    this.#awaitEnd(line);
  }

  /** The line ends when nothing more comes of it. */
  #awaitEnd(line: Line): void {
    if (!line.any) return;
    line.timer.cancel();
    line.timer = this.deps.clock.after(line.done ? markedMs : quietMs, () => this.#finish(line));
  }

  #finish(line: Line): void {
    if (this.#line === line) this.#line = null;
    line.sound.end();
  }

  #watch(): Timer {
    return this.deps.clock.after(hangMs, () => this.#child?.kill("SIGKILL"));
  }

  #lose(error: BrimError): void {
    const child = this.#child;
    this.#child = null;
    this.#ready = false;
    this.#line?.timer.cancel();
    this.#line?.sound.fail(error);
    this.#line = null;
    child?.kill("SIGKILL");
  }

  #again(why: string): void {
    this.deps.log.warn(`piper: ${why}; it is started anew, and ${this.quick.name} speaks meanwhile`);
    this.#restart = this.deps.clock.after(this.#backoff.failed(this.deps.clock.now()), () => this.#spawn());
  }
}

/** Samples a second of a voice. */
function readRate(voice: string): number {
  try {
    const rate: unknown = JSON.parse(readFileSync(`${voice}.json`, "utf8")).audio?.sample_rate;
    if (typeof rate === "number" && rate >= 8_000 && rate <= 48_000) return rate;
    throw new Error("it names no sample rate");
  } catch (error) {
    throw new BrimError("CONFIG", `speech.piper_voice: cannot read ${voice}.json: ${messageOf(error)}`);
  }
}

/** One line that Piper takes for one sentence, so that its sound comes in one piece. */
function oneSentence(text: string): string {
  return plainText(text).replace(/[.!?;:]+(?=\s)/g, ",");
}
