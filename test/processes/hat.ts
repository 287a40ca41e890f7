import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../..");
export const main = join(root, "dist/cli/main.js");

/** Why the processes cannot be started here, or null. */
export const notBuilt = !existsSync(main)
  ? "dist/ is not built: run scripts/test"
  : !existsSync(join(root, "models/built/nanodet.onnx"))
    ? "the models are not built: run scripts/test"
    : null;

/** An event of `brim start --json` or a line of `brim guard --json`, and when it came here. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the event it waits for
export type Event = Record<string, any> & { came: number };

/** One of Brim's commands, running. */
export class Running {
  readonly events: Event[] = [];
  readonly errors: string[] = [];
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly begun = performance.now();
  #wake: () => void = () => {};

  constructor(
    readonly stateDir: string,
    args: string[],
    nodeOptions: string[] = [],
  ) {
    this.child = spawn(process.execPath, [...nodeOptions, main, ...args], {
      env: { ...process.env, BRIM_STATE_DIR: stateDir, BRIM_PAGE_PORT: "0", BRIM_SPEECH_PLAYER: "silent" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = this.child;
    if (stdout === null || stderr === null) throw new Error("no pipes");
    createInterface({ input: stdout }).on("line", (line) => {
      this.events.push({ ...JSON.parse(line), came: performance.now() });
      this.#wake();
    });
    createInterface({ input: stderr }).on("line", (line) => {
      this.errors.push(line);
      this.#wake();
    });
    this.exited = new Promise((done) => this.child.once("exit", (status) => done(status)));
  }

  /** The first event, of those that came after the first `from`, that fits. */
  async wait(what: string, fits: (event: Event) => boolean, from = 0, ms = 15_000): Promise<Event> {
    return this.#until(what, () => this.events.slice(from).find(fits), ms);
  }

  async waitForError(pattern: RegExp, ms = 15_000): Promise<string> {
    return this.#until(String(pattern), () => this.errors.find((line) => pattern.test(line)), ms);
  }

  /** The process id of the newest process of that name. */
  pid(name: string): number {
    return this.events.filter((event) => event.name === name && event.state === "on").at(-1)?.pid;
  }

  async stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.exited;
  }

  async #until<T>(what: string, find: () => T | undefined, ms: number): Promise<T> {
    const end = performance.now() + ms;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0) {
        const seen = [
          ...this.events.slice(-15).map((event) => JSON.stringify(event)),
          ...this.errors.slice(-5),
        ];
        throw new Error(`waited ${ms} ms for ${what}; last came:\n${seen.join("\n")}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 100));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** The fingers on the virtual button, and the hand before the range finder. */
export class Fingers {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async on(folder: string): Promise<Fingers> {
    const socket = createConnection(join(folder, "guard.sock"));
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    socket.on("error", () => {}).resume();
    const fingers = new Fingers(socket);
    fingers.#send({ type: "hello", role: "watcher", pid: process.pid });
    return fingers;
  }

  /** Nothing is within reach of the range finder, so that nothing beeps. */
  nothingAhead(): void {
    this.#send({ type: "simulate", range: { noEcho: true } });
  }

  async click(times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      await this.#press(80);
      await wait(100);
    }
  }

  /** A click and then a long press: the menu. */
  async clickHold(): Promise<void> {
    await this.click();
    await this.#press(900);
  }

  async hold(): Promise<void> {
    await this.#press(900);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #press(ms: number): Promise<void> {
    this.#send({ type: "simulate", button: "press" });
    await wait(ms);
    this.#send({ type: "simulate", button: "release" });
  }

  #send(message: object): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function stateDir(): string {
  return mkdtempSync(join(tmpdir(), "brim-test-"));
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether a process runs; one that has ended and waits for its parent's interest does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
