import { type ChildProcess, spawn } from "node:child_process";
import { createConnection, type Socket } from "node:net";
import { Backoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import { type FromGuard, fromGuardSchema, guardMessageLimit, type ToGuard } from "../base/protocol.ts";

const heartbeatMs = 1_000;
/** The guard sends its status every 500 ms; without any for so long it hangs. */
const silentMs = 1_500;
const connectMs = 50;
const startLimitMs = 3_000;
/** A guard that dies at once, again and again, is tried more slowly. */
const mostStarts = 3;
const stopLimitMs = 2_500;
/** Between two tries lie a start and the longest wait. */
const idleMs = 15_000;

export interface GuardLinkOptions {
  socket: string;
  /** Command that starts the guard, or null where something else (systemd) does. */
  command: string[] | null;
  clock: Clock;
  log: Log;
}

/**
 * The mind's side of the guard: adopts the guard that it finds on the socket, else starts one; notices at once when
 * it is gone or hangs, and brings it back.
 */
export class GuardLink implements Part {
  readonly name = "guard";
  onMessage: (message: FromGuard) => void = () => {};
  /** When the simulated walk of the guard began; null before there is one, and on a real hat. */
  epoch: number | null = null;
  /** The guard runs, or was lost. */
  onRunning: (running: boolean, pid: number | null) => void = () => {};

  readonly #backoff = new Backoff(100, 5_000, 10_000);
  readonly #stopping = new AbortController();
  #child: ChildProcess | null = null;
  #socket: Socket | null = null;
  #pid: number | null = null;
  #heardAt = 0;
  #triedAt = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: GuardLinkOptions) {}

  /** Whether the guard is heard, or else is being brought back. */
  get works(): boolean {
    return this.options.clock.now() - Math.max(this.#heardAt, this.#triedAt) < idleMs;
  }

  /** Starts a guard where nobody listens, and does not wait for it. */
  async begin(): Promise<void> {
    const { command, socket: path } = this.options;
    if (command === null) return;
    const socket = await connect(path);
    if (socket === null) this.#spawn(command);
    else socket.destroy();
  }

  /**
   * Resolves when the guard answers, or after 3 s without; the link goes on trying then.
   * @throws BrimError BUSY when another mind owns the guard
   */
  async start(signal: AbortSignal): Promise<void> {
    const first = await this.#connect(AbortSignal.any([signal, this.#stopping.signal]));
    if (first === null) this.onRunning(false, null);
    this.#loop = this.#keep(first);
  }

  /** Ends a guard that is ours; one that systemd owns goes on. */
  async stop(): Promise<void> {
    const { command } = this.options;
    this.#stopping.abort();
    const socket = this.#socket;
    if (command !== null && socket !== null) await this.#end(socket);
    // One that was started and has not answered yet.
    else if (this.#childRuns()) this.#child?.kill("SIGKILL");
    socket?.destroy();
    await this.#loop;
  }

  async #end(socket: Socket): Promise<void> {
    const { clock, log } = this.options;
    this.send({ type: "stop" });
    // It closes its socket when it has said goodbye with its stopping sound.
    const limit = clock.now() + stopLimitMs;
    while (!socket.destroyed && clock.now() < limit) await clock.sleep(20);
    if (socket.destroyed || this.#pid === null) return;
    log.error("the guard did not stop; ending it by force");
    kill(this.#pid);
  }

  send(message: ToGuard): void {
    if (this.#socket !== null) send(this.#socket, message);
  }

  async #keep(first: Socket | null): Promise<void> {
    const { clock, log } = this.options;
    const { signal } = this.#stopping;
    let socket = first;
    while (!signal.aborted) {
      if (socket !== null) {
        this.#backoff.started(clock.now());
        await this.#watch(socket);
        if (signal.aborted) return;
        this.#pid = null;
        this.onRunning(false, null);
        log.error(
          `the guard is gone; ${this.options.command === null ? "waiting for it" : "starting it again"}`,
        );
      }
      await clock.sleep(this.#backoff.failed(clock.now()), signal).catch(() => {});
      try {
        socket = await this.#connect(signal);
      } catch (error) {
        if (signal.aborted) return;
        log.error(`the guard cannot be reached: ${messageOf(error)}`);
        socket = null;
      }
    }
  }

  /**
   * Connects to the guard, starting it where nobody listens, and again when it dies before it answers; null when it
   * does not come up in 3 s. A child of ours that lives and does not answer hangs, and is ended.
   */
  async #connect(signal: AbortSignal): Promise<Socket | null> {
    const { clock, log, socket: path, command } = this.options;
    const limit = clock.now() + startLimitMs;
    let starts = 0;
    while (clock.now() < limit) {
      signal.throwIfAborted();
      this.#triedAt = clock.now();
      const socket = await connect(path);
      if (socket !== null) {
        const adopted = await this.#adopt(socket);
        if (adopted !== null) return adopted;
      } else if (command !== null && !this.#childRuns() && starts < mostStarts) {
        starts++;
        this.#spawn(command);
      }
      await clock.sleep(connectMs, signal);
    }
    if (this.#childRuns()) {
      log.error("the guard was started and does not answer; ending it");
      this.#child?.kill("SIGKILL");
    }
    return null;
  }

  #childRuns(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #spawn([program = "", ...args]: string[]): void {
    // A process group of its own: what is sent to the mind's group (Ctrl-C, a closed terminal) does not reach it.
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    // Passed on rather than inherited: a guard that outlives its mind must not hold the mind's stderr open.
    child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    (child.stderr as Socket).unref();
    child.on("error", (error) => this.options.log.error(`the guard cannot be started: ${error.message}`));
    child.unref();
    this.#child = child;
  }

  /** Says hello and waits for the guard's welcome. */
  #adopt(socket: Socket): Promise<Socket | null> {
    const { clock, log } = this.options;
    return new Promise((resolve, reject) => {
      const timer = clock.after(silentMs, () => socket.destroy());
      quiet(socket);
      socket.once("close", () => {
        timer.cancel();
        resolve(null);
      });
      receive(socket, {
        schema: fromGuardSchema,
        limit: guardMessageLimit,
        onBad: (why) => log.warn(`from the guard: ${why}`),
        onMessage: (message) => {
          this.#heardAt = clock.now();
          if (message.type !== "welcome") {
            this.onMessage(message);
            return;
          }
          timer.cancel();
          if (message.mind !== null && message.mind !== process.pid) {
            socket.destroy();
            const where = "stop it, or set BRIM_STATE_DIR to another folder";
            reject(new BrimError("BUSY", `Brim runs already (process ${message.mind}): ${where}`));
            return;
          }
          this.#socket = socket;
          this.#pid = message.pid;
          this.epoch = message.epoch;
          this.onRunning(true, message.pid);
          resolve(socket);
        },
      });
      send(socket, { type: "hello", role: "mind", pid: process.pid } satisfies ToGuard);
    });
  }

  /** Resolves when the connection ends; ends it itself, and a child that hangs, when nothing comes any more. */
  #watch(socket: Socket): Promise<void> {
    const { clock, log, command } = this.options;
    const heartbeat = clock.every(heartbeatMs, () => this.send({ type: "heartbeat" }));
    const watch = clock.every(250, () => {
      if (clock.now() - this.#heardAt < silentMs) return;
      log.error("the guard does not answer");
      if (command !== null && this.#pid !== null) kill(this.#pid);
      socket.destroy();
    });
    return new Promise((resolve) => {
      const ended = () => {
        heartbeat.cancel();
        watch.cancel();
        this.#socket = null;
        resolve();
      };
      if (socket.destroyed) ended();
      else socket.once("close", ended);
    });
  }
}

function connect(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(null));
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
