import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { Backoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import {
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
const pictureMs = 3_000;
const readMs = 30_000;
const stopLimitMs = 2_000;

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
  readonly #readings = new Map<number, (read: ReadText | null) => void>();
  readonly #pictures = new Map<number, (jpeg: Buffer | null) => void>();
  #pictureId = 0;
  #pipe: Socket | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: EyesLinkOptions) {}

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
  picture(side: number): Promise<Buffer | null> {
    const id = ++this.#pictureId;
    return new Promise((resolve) => {
      const done = (jpeg: Buffer | null) => {
        timer.cancel();
        this.#pictures.delete(id);
        resolve(jpeg);
      };
      const timer = this.options.clock.after(pictureMs, () => done(null));
      this.#pictures.set(id, done);
      this.send({ type: "picture", id, side });
    });
  }

  /** The text ahead, or null when it cannot be had within 30 s. */
  read(): Promise<ReadText | null> {
    const id = ++this.#pictureId;
    return new Promise((resolve) => {
      const done = (read: ReadText | null) => {
        timer.cancel();
        this.#readings.delete(id);
        resolve(read);
      };
      const timer = this.options.clock.after(readMs, () => done(null));
      this.#readings.set(id, done);
      if (this.#pipe === null || !send(this.#pipe, { type: "read", id })) done(null);
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
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "ignore", "inherit", "pipe"] });
    const pipe = child.stdio[3] as Socket;
    let heardAt = clock.now() + startMs;
    quiet(pipe);
    receive(pipe, {
      schema: fromEyesSchema,
      limit: eyesMessageLimit,
      onBad: (why) => log.warn(`from the eyes: ${why}`),
      onMessage: (message) => {
        heardAt = clock.now();
        this.#take(message);
      },
    });
    this.#pipe = pipe;
    const watch = clock.every(1_000, () => {
      if (clock.now() - heardAt < silentMs) return;
      log.error("the eyes do not answer");
      child.kill("SIGKILL");
    });
    if (child.pid !== undefined) this.onRunning(true, child.pid);
    return this.#ended(child).finally(() => {
      watch.cancel();
      pipe.destroy();
      this.#pipe = null;
      for (const done of [...this.#pictures.values(), ...this.#readings.values()]) done(null);
    });
  }

  #take(message: FromEyes): void {
    if (message.type === "text") {
      this.#readings.get(message.id)?.(message.read);
      return;
    }
    if (message.type !== "picture") {
      this.onMessage(message);
      return;
    }
    const { id, jpeg } = message;
    this.#pictures.get(id)?.(jpeg === null ? null : Buffer.from(jpeg, "base64"));
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
