import recorder from "node-record-lpcm16";
import type { Clock } from "../../base/clock.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { type Microphone, microphoneRate } from "../ports.ts";
import { findProgram } from "../programs.ts";
import { asoundFolder, chooseCard, defaultDevice, soundCards } from "../sound-card.ts";
import { soundServers } from "../sound-server.ts";
import type { MicrophoneOptions } from "./index.ts";

/** Programs that the package records with, the first that is there. */
const programs = ["arecord", "sox"];
/** A recorder that gives nothing for so long hangs: silence is sound, too. */
const hungMs = 2_000;
/** One that does not end when it is asked to is ended. */
const endMs = 300;
const bytesPerSample = 2;

/**
 * A microphone through arecord or sox, by the package node-record-lpcm16. Each recording is a process of its own, which has
 * ended when the recording is over.
 */
export class RecorderMicrophone implements Microphone {
  readonly name = "node-record-lpcm16";
  readonly #clock: Clock;
  readonly #env: NodeJS.ProcessEnv;
  readonly #device: string | undefined;
  readonly #asound: string;
  #last: Promise<unknown> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor({ clock, env, device, asound = asoundFolder }: MicrophoneOptions) {
    this.#clock = clock;
    this.#env = env;
    this.#device = device;
    this.#asound = asound;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#last.catch(() => {});
  }

  get available(): boolean {
    if (this.#program() === undefined) return false;
    return (
      this.#device !== undefined ||
      soundServers(this.#env).length > 0 ||
      chooseCard("capture", soundCards(this.#asound)) !== null
    );
  }

  record(signal: AbortSignal, onSound: (sound: Buffer) => void): Promise<void> {
    const recording = this.#record(AbortSignal.any([signal, this.#stopping.signal]), onSound);
    this.#last = recording;
    return recording;
  }

  async #record(signal: AbortSignal, onSound: (sound: Buffer) => void): Promise<void> {
    const program = this.#program();
    if (program === undefined) {
      throw new BrimError(
        "DEVICE",
        `no program to record with: apt install alsa-utils (${programs.join(", ")})`,
      );
    }
    if (signal.aborted) return;
    const { process: child, stream } = begin(
      program,
      this.#device ?? defaultDevice("capture", this.#env, this.#asound),
    );
    let lastWords = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      lastWords = chunk.toString().trim().split("\n").at(-1)?.slice(0, 200) || lastWords;
    });
    let hung = false;
    let heardAt = this.#clock.now();
    let odd = Buffer.alloc(0);
    stream.on("data", (chunk: Buffer) => {
      heardAt = this.#clock.now();
      const sound = odd.length === 0 ? chunk : Buffer.concat([odd, chunk]);
      const whole = sound.length - (sound.length % bytesPerSample);
      odd = Buffer.from(sound.subarray(whole));
      if (whole > 0 && !signal.aborted) onSound(sound.subarray(0, whole));
    });
    // The package tells an exit as an error of the stream, besides the process's own events.
    stream.on("error", () => {});
    const force = () => this.#clock.after(endMs, () => child.kill("SIGKILL"));
    const timers = [
      this.#clock.every(hungMs / 4, () => {
        if (hung || this.#clock.now() - heardAt < hungMs) return;
        hung = true;
        child.kill("SIGKILL");
      }),
    ];
    const onAbort = () => {
      child.kill("SIGTERM");
      timers.push(force());
    };
    signal.addEventListener("abort", onAbort);
    try {
      const why = await new Promise<string>((resolve) => {
        child.once("error", (error) => resolve(messageOf(error)));
        child.once("close", (status, name) => resolve(lastWords || (name ?? `exit status ${status}`)));
      });
      if (signal.aborted) return;
      const reason = hung ? "it gives no sound" : why;
      throw new BrimError("DEVICE", `the microphone cannot be recorded with ${program}: ${reason}`);
    } finally {
      signal.removeEventListener("abort", onAbort);
      for (const timer of timers) timer.cancel();
    }
  }

  #program(): string | undefined {
    return programs.find((name) => findProgram(name, this.#env) !== null);
  }
}

function begin(program: string, device: string | undefined) {
  const recording = recorder.record({
    recorder: program,
    sampleRate: microphoneRate,
    channels: 1,
    audioType: "raw",
    ...(device === undefined ? {} : { device }),
  });
  return { process: recording.process, stream: recording.stream() };
}
