import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { Backoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import {
  type CutOut,
  eyesExitNoModel,
  eyesMessageLimit,
  type FromEyes,
  fromEyesSchema,
  type ReadText,
  type ToEyes,
} from "../base/eyes-protocol.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";

/** Eyes that have sent nothing for so long hang. Loading the models on a slow machine takes a while. */
const silentMs = 10_000;
const startMs = 60_000;
/** Eyes that hang are ended, and started again after the longest wait: more is a link that does not work. */
const idleMs = 15_000;
const pictureMs = 3_000;
const readMs = 30_000;
const tapMs = 15_000;
const stopLimitMs = 2_000;

/** The answer to each question. */
interface Answers {
  picture: Extract<FromEyes, { type: "picture" }>;
  segment: Extract<FromEyes, { type: "segment" }>;
  look: Extract<FromEyes, { type: "look" }>;
  frame: Extract<FromEyes, { type: "frame" }>;
  read: Extract<FromEyes, { type: "text" }>;
}
type Answer = Answers[keyof Answers];

/** What is meant in a picture; see `segment` of the protocol. */
export type Prompt = Omit<Extract<ToEyes, { type: "segment" }>, "type" | "id">;

export interface EyesLinkOptions {
  /** Command that starts the eyes. */
  command(): string[];
  clock: Clock;
  log: Log;
}

/** The mind's side of the eyes: a child that is started, watched and started again. */
export class EyesLink implements Part {
  readonly name = "eyes";
  onMessage: (message: FromEyes) => void = () => {};
  /** The eyes were started, or ended. */
  onRunning: (running: boolean, pid: number | null) => void = () => {};

  readonly #backoff = new Backoff(250, 10_000, 15_000);
  readonly #stopping = new AbortController();
  readonly #waiting = new Map<number, (answer: Answer | null) => void>();
  #questionId = 0;
  /** When something was last heard of them; in the future while they may still load. */
  #heardAt = 0;
  #pipe: Socket | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: EyesLinkOptions) {}

  /** Whether the eyes are heard, or else are being brought back. */
  get works(): boolean {
    return this.options.clock.now() - this.#heardAt < silentMs + idleMs;
  }

  async start(): Promise<void> {
    this.#loop = this.#keep();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // The eyes end when their pipe closes.
    this.#pipe?.destroy();
    await this.#loop;
  }

  send(message: ToEyes): void {
    if (this.#pipe !== null) send(this.#pipe, message);
  }

  /** The newest frame as a JPEG, or null when there is none within 3 s. */
  async picture(side: number): Promise<Buffer | null> {
    const answer = await this.#ask("picture", { side }, pictureMs);
    return answer?.jpeg == null ? null : Buffer.from(answer.jpeg, "base64");
  }

  /**
   * The newest frame, which is kept for `cutOut` and `look` for a minute; `at` is that of its sight, which has been told
   * before. Null when there is none within 3 s.
   */
  async pictureToTap(side: number): Promise<{ jpeg: Buffer; at: number } | null> {
    const answer = await this.#ask("picture", { side, keep: true }, pictureMs);
    if (answer?.jpeg == null || answer.at === null) return null;
    return { jpeg: Buffer.from(answer.jpeg, "base64"), at: answer.at };
  }

  /** What is meant in the picture that is kept, or null when there is nothing, or no answer within 15 s. */
  async cutOut(prompt: Prompt): Promise<CutOut | null> {
    return (await this.#ask("segment", prompt, tapMs))?.found ?? null;
  }

  /** A view of what is meant in the picture that is kept, or why there is none; null when no answer comes within 15 s. */
  look(kind: "thing" | "face", prompt: Prompt): Promise<Pick<Answers["look"], "view" | "flaw"> | null> {
    return this.#ask("look", { kind, ...prompt }, tapMs);
  }

  /** Gives a frame of a page's camera; resolves when it was looked at, with false when it was not. */
  async frame(jpeg: Buffer): Promise<boolean> {
    return (await this.#ask("frame", { jpeg: jpeg.toString("base64") }, pictureMs))?.taken ?? false;
  }

  /** The text ahead, or null when it cannot be had within 30 s. */
  async read(): Promise<ReadText | null> {
    return (await this.#ask("read", {}, readMs))?.read ?? null;
  }

  /** Asks the eyes; null when they do not answer in time, or are not there. */
  #ask<T extends keyof Answers>(type: T, question: object, ms: number): Promise<Answers[T] | null> {
    const id = ++this.#questionId;
    return new Promise((resolve) => {
      const done = (answer: Answer | null) => {
        timer.cancel();
        this.#waiting.delete(id);
        resolve(answer as Answers[T] | null);
      };
      const timer = this.options.clock.after(ms, () => done(null));
      this.#waiting.set(id, done);
      if (this.#pipe === null || !send(this.#pipe, { type, id, ...question })) done(null);
    });
  }

  async #keep(): Promise<void> {
    const { clock, log } = this.options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#backoff.started(clock.now());
      const why = await this.#run();
      if (signal.aborted) return;
      this.onRunning(false, null);
      const wait = this.#backoff.failed(clock.now());
      log.error(`the eyes ended (${why}); starting them again in ${wait} ms`);
      await clock.sleep(wait, signal).catch(() => {});
    }
  }

  /** Runs the eyes once; resolves with how they ended. */
  #run(): Promise<string> {
    const { clock, log, command } = this.options;
    const [program = "", ...args] = command();
    const child = spawn(program, args, {
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "pipe"],
      // One heap for all threads: with one each, what a click took stays divided among them.
      env: { ...process.env, MALLOC_ARENA_MAX: "1" },
    });
    const pipe = child.stdio[3] as Socket;
    this.#heardAt = clock.now() + startMs;
    quiet(pipe);
    receive(pipe, {
      schema: fromEyesSchema,
      limit: eyesMessageLimit,
      onBad: (why) => log.warn(`from the eyes: ${why}`),
      onMessage: (message) => {
        this.#heardAt = clock.now();
        this.#take(message);
      },
    });
    this.#pipe = pipe;
    const watch = clock.every(1_000, () => {
      if (clock.now() - this.#heardAt < silentMs) return;
      log.error("the eyes do not answer");
      child.kill("SIGKILL");
    });
    if (child.pid !== undefined) this.onRunning(true, child.pid);
    return this.#ended(child).finally(() => {
      watch.cancel();
      pipe.destroy();
      this.#pipe = null;
      for (const done of [...this.#waiting.values()]) done(null);
    });
  }

  #take(message: FromEyes): void {
    switch (message.type) {
      case "picture":
      case "segment":
      case "look":
      case "frame":
      case "text":
        this.#waiting.get(message.id)?.(message);
        break;
      default:
        this.onMessage(message);
    }
  }

  #ended(child: ChildProcess): Promise<string> {
    const { clock } = this.options;
    const { signal } = this.#stopping;
    const force = () => clock.after(stopLimitMs, () => child.kill("SIGKILL"));
    let timer = signal.aborted ? force() : null;
    const onAbort = () => {
      timer = force();
    };
    signal.addEventListener("abort", onAbort);
    return new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (status, name) => {
        resolve(
          name ?? (status === eyesExitNoModel ? "a model or its camera is missing" : `status ${status}`),
        );
      });
    }).finally(() => {
      timer?.cancel();
      signal.removeEventListener("abort", onAbort);
    });
  }
}
