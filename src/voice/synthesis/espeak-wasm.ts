import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Timer } from "../../base/clock.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import {
  type Manner,
  type Synthesiser,
  type SynthesiserDeps,
  wasmFile,
  wasmPackage,
} from "../synthesiser.ts";
import { faster } from "./faster.ts";
import { FrameReader } from "./frames.ts";
import { SoundStream } from "./sound-stream.ts";
import { espeakVoice, plainText } from "./text.ts";

/** The child is taken to hang when nothing comes for so long. */
const hangMs = 5_000;
/** Words a minute; this build goes no faster by itself. */
const fastest = 450;
const firstBackoffMs = 500;
const longestBackoffMs = 30_000;

/** eSpeak's WebAssembly build in one child process that lives on, and is started anew when it dies or hangs. */
export class EspeakWasm implements Synthesiser {
  readonly name = "espeak-ng-wasm";
  #child: ChildProcess | null = null;
  #ready: SoundStream | null = null;
  #stopped = true;
  #lastId = 0;
  #backoff = firstBackoffMs;
  #restart: Timer | null = null;
  readonly #sentences = new Map<number, SoundStream>();

  /** @param program the child's program; tests that run from the sources give the built one */
  constructor(
    private readonly deps: SynthesiserDeps,
    private readonly program = fileURLToPath(new URL("./espeak-wasm-child.js", import.meta.url)),
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the child is ready to speak, or has failed to be and is started anew. */
  async start(signal: AbortSignal): Promise<void> {
    if (wasmFile() === null) {
      throw new BrimError(
        "DEVICE",
        `${wasmPackage} is not installed: npm install ${wasmPackage}, or set speech.synthesiser to espeak-ng`,
      );
    }
    signal.throwIfAborted();
    this.#stopped = false;
    this.#spawn();
    const watchdog = this.deps.clock.after(hangMs * 2, () => this.#child?.kill("SIGKILL"));
    try {
      for await (const _nothing of this.#ready ?? []);
    } catch {
      // Told in the log where it happened; it is being started anew.
    }
    watchdog.cancel();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#restart?.cancel();
    this.#child?.stdin?.end();
    this.#child?.kill("SIGKILL");
  }

  synthesise(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer> {
    const wordsPerMinute = Math.min(fastest, manner.wordsPerMinute);
    const sound = this.#speech(text, { ...manner, wordsPerMinute }, signal);
    return faster(sound, manner.wordsPerMinute / wordsPerMinute);
  }

  async *#speech(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer> {
    const words = plainText(text);
    if (words === "" || signal.aborted) return;
    const child = this.#child;
    if (child === null) throw new BrimError("DEVICE", "the synthesiser is being started anew");
    const id = ++this.#lastId;
    const sound = new SoundStream();
    this.#sentences.set(id, sound);
    const write = (message: object) => child.stdin?.write(`${JSON.stringify(message)}\n`);
    const cancel = () => {
      write({ cancel: id });
      sound.end();
    };
    signal.addEventListener("abort", cancel, { once: true });
    let watchdog = this.#watch(child);
    try {
      write({ id, text: words, voice: espeakVoice(manner.language), rate: manner.wordsPerMinute });
      for await (const chunk of sound) {
        watchdog.cancel();
        yield chunk;
        watchdog = this.#watch(child);
      }
    } finally {
      watchdog.cancel();
      signal.removeEventListener("abort", cancel);
      if (this.#sentences.delete(id)) write({ cancel: id });
    }
  }

  #watch(child: ChildProcess): Timer {
    return this.deps.clock.after(hangMs, () => child.kill("SIGKILL"));
  }

  #spawn(): void {
    const ready = new SoundStream();
    this.#ready = ready;
    const child = spawn(process.execPath, [this.program, wasmFile() ?? wasmPackage], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child = child;
    let lastWords = "";
    child.stderr.on("data", (text: Buffer) => {
      lastWords = text.toString().trim().split("\n").pop() ?? "";
    });
    const reader = new FrameReader((id, bytes) => {
      const sentence = id === 0 ? ready : this.#sentences.get(id);
      if (bytes.length > 0) return sentence?.push(Buffer.from(bytes));
      this.#sentences.delete(id);
      this.#backoff = firstBackoffMs;
      sentence?.end();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.deps.log.error(`the synthesiser wrote what is no sound: ${messageOf(error)}`);
        child.kill("SIGKILL");
      }
    });
    child.stdin.on("error", () => {});
    const gone = (why: string) => {
      if (this.#child !== child) return;
      this.#child = null;
      const error = new BrimError("DEVICE", `the synthesiser ended: ${lastWords || why}`);
      ready.fail(error);
      for (const sentence of this.#sentences.values()) sentence.fail(error);
      this.#sentences.clear();
      if (!this.#stopped) this.#startAnew(error);
    };
    child.on("error", (error) => gone(messageOf(error)));
    child.on("exit", (code, signal) => gone(signal ?? `exit status ${code}`));
  }

  #startAnew(error: BrimError): void {
    this.deps.log.warn(`${error.message}; it is started anew`);
    this.#restart = this.deps.clock.after(this.#backoff, () => this.#spawn());
    this.#backoff = Math.min(this.#backoff * 2, longestBackoffMs);
  }
}

export function createEspeakWasm(deps: SynthesiserDeps): Synthesiser {
  return new EspeakWasm(deps);
}
