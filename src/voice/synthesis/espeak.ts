import { spawn } from "node:child_process";
import { once } from "node:events";
import { BrimError } from "../../base/errors.ts";
import { findProgram } from "../../devices/speaker/programs.ts";
import type { Manner, Synthesiser, SynthesiserDeps } from "../synthesiser.ts";
import { wavSamples } from "../wav.ts";
import { espeakVoice, plainText } from "./text.ts";

const firstSoundMs = 3_000;

/** The program espeak-ng, a process a sentence; its sound is read while it is made. */
class Espeak implements Synthesiser {
  readonly name = "espeak-ng";
  #program = "";

  constructor(private readonly deps: SynthesiserDeps) {}

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

  async stop(): Promise<void> {}

  async *synthesise(text: string, manner: Manner, signal: AbortSignal): AsyncIterable<Buffer> {
    const sentence = plainText(text);
    if (sentence === "" || signal.aborted) return;
    const args = ["--stdin", "--stdout", "-b", "1", "-s", String(manner.wordsPerMinute)];
    const child = spawn(this.#program, [...args, "-v", espeakVoice(manner.language)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let lastWords = "";
    child.stderr.on("data", (words: Buffer) => {
      lastWords = words.toString().trim().split("\n").pop() ?? "";
    });
    const closed = once(child, "close");
    closed.catch(() => {});
    const kill = () => child.kill("SIGKILL");
    signal.addEventListener("abort", kill, { once: true });
    const watchdog = this.deps.clock.after(firstSoundMs, kill);
    try {
      child.stdin.on("error", () => {});
      child.stdin.end(sentence);
      for await (const sound of wavSamples(child.stdout)) {
        watchdog.cancel();
        yield sound;
      }
      const [code] = await closed;
      if (!signal.aborted && code !== 0) {
        throw new BrimError("DEVICE", `espeak-ng ended: ${lastWords || (code ?? "by a signal")}`);
      }
    } finally {
      watchdog.cancel();
      signal.removeEventListener("abort", kill);
      kill();
    }
  }
}

export function createEspeak(deps: SynthesiserDeps): Synthesiser {
  return new Espeak(deps);
}
