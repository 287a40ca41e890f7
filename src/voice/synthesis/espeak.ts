import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { BrimError, messageOf } from "../../base/errors.ts";
import { findProgram } from "../../devices/programs.ts";
import type { Manner, Synthesiser, SynthesiserDeps } from "../synthesiser.ts";
import { wavSamples } from "../wav.ts";
import { espeakVoice, plainText } from "./text.ts";

const firstSoundMs = 3_000;

/** A process that has been started and waits for its sentence. */
interface Reader {
  child: ChildProcessWithoutNullStreams;
  manner: Manner;
  lastWords: string;
  /** Resolves with why it failed, or null. */
  ended: Promise<string | null>;
}

/**
 * The program espeak-ng. It marks no end of a sentence in its output, so each has a process of its own; but one is always
 * there already, with its data loaded, and waits for the next sentence: no sentence waits for the start of a program.
 */
export class Espeak implements Synthesiser {
  readonly name = "espeak-ng";
  #program = "";
  #spare: Reader | null = null;
  readonly #readers = new Set<Reader>();

  constructor(private readonly deps: SynthesiserDeps) {}

  /** The process that waits. */
  get pid(): number | undefined {
    return this.#spare?.child.pid;
  }

  async start(): Promise<void> {
    const program = findProgram("espeak-ng", this.deps.env);
    if (program === null) {
      throw new BrimError(
        "DEVICE",
        "espeak-ng is not installed: apt install espeak-ng, or set speech.synthesiser to espeak-ng-wasm",
      );
    }
    this.#program = program;
  }

  async stop(): Promise<void> {
    this.#program = "";
    this.#spare = null;
    const readers = [...this.#readers];
    for (const { child } of readers) child.kill("SIGKILL");
    await Promise.all(readers.map(({ ended }) => ended));
  }

  async *synthesise(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer> {
    const sentence = plainText(text);
    if (sentence === "" || signal.aborted || this.#program === "") return;
    const reader = this.#take(manner);
    const { child, ended } = reader;
    const kill = () => child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    const watchdog = this.deps.clock.after(firstSoundMs, kill);
    try {
      child.stdin.end(sentence);
      for await (const sound of wavSamples(child.stdout)) {
        watchdog.cancel();
        yield sound;
      }
      const failed = await ended;
      if (!signal.aborted && failed !== null) throw new BrimError("DEVICE", `espeak-ng ended: ${failed}`);
    } finally {
      watchdog.cancel();
      signal.removeEventListener("abort", kill);
      kill();
      if (this.#program !== "" && this.#spare === null) this.#spare = this.#spawn(manner);
    }
  }

  /** The process that waits, where it would speak in this manner. */
  #take(manner: Manner): Reader {
    const spare = this.#spare;
    this.#spare = null;
    if (spare === null) return this.#spawn(manner);
    const { wordsPerMinute, language } = spare.manner;
    const fits = wordsPerMinute === manner.wordsPerMinute && language === manner.language;
    if (fits && this.#readers.has(spare)) return spare;
    spare.child.kill("SIGKILL");
    return this.#spawn(manner);
  }

  #spawn(manner: Manner): Reader {
    const args = ["--stdin", "--stdout", "-b", "1", "-s", String(manner.wordsPerMinute)];
    const child = spawn(this.#program, [...args, "-v", espeakVoice(manner.language)]);
    const ended = new Promise<string | null>((resolve) => {
      child.once("error", (error) => resolve(messageOf(error)));
      child.once("close", (code, signal) => {
        resolve(code === 0 ? null : reader.lastWords || (signal ?? `exit status ${code}`));
      });
    });
    const reader: Reader = { child, manner, lastWords: "", ended };
    this.#readers.add(reader);
    void ended.then(() => this.#readers.delete(reader));
    child.stderr.on("data", (words: Buffer) => {
      reader.lastWords = words.toString().trim().split("\n").pop()?.slice(0, 200) ?? "";
    });
    child.stdin.on("error", () => {});
    child.stdout.on("error", () => {});
    return reader;
  }
}

export function createEspeak(deps: SynthesiserDeps): Synthesiser {
  return new Espeak(deps);
}
