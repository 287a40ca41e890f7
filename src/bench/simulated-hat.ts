import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import { type FromGuard, fromGuardSchema, guardMessageLimit, type Simulate } from "../base/protocol.ts";

const main = fileURLToPath(new URL("../cli/main.js", import.meta.url));
const pollMs = 5;
/** The longest of what is said by itself, and 0.7 s more. */
const silenceMs = 3_500;

// biome-ignore lint/suspicious/noExplicitAny: an event of `brim start --json`, of which each reader takes what it knows
export type HatLine = Record<string, any> & { came: number };

/** `brim start --simulate --json` as a process of its own, in a state folder that is thrown away afterwards. */
export class SimulatedHat {
  readonly lines: HatLine[] = [];
  readonly begun = systemClock.now();
  /** Where its page is. */
  readonly page: Promise<string>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #guard: Socket | null = null;

  constructor(folder: string, env: NodeJS.ProcessEnv = {}) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, [main, "start", "--simulate", "--json"], {
      env: {
        ...process.env,
        ...{ BRIM_STATE_DIR: folder, BRIM_PAGE_PORT: "0", BRIM_SPEECH_PLAYER: "silent" },
        ...{ BRIM_LANGUAGE: "en", BRIM_LOG_LEVEL: "error", ...env },
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error("no pipe");
    createInterface({ input: stdout }).on("line", (line) => {
      this.lines.push({ ...JSON.parse(line), came: systemClock.now() });
    });
    this.page = new Promise((resolve) => {
      createInterface({ input: stderr }).on("line", (line) => {
        const url = /^page: (\S+)$/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
  }

  /** Whether it runs. */
  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The first event, of those after the first `from`, that fits. @throws BrimError BUSY when none comes in time */
  async wait(what: string, fits: (line: HatLine) => boolean, from = 0, ms = 20_000): Promise<HatLine> {
    const end = systemClock.now() + ms;
    while (systemClock.now() < end) {
      const found = this.lines.slice(from).find(fits);
      if (found !== undefined) return found;
      await systemClock.sleep(pollMs);
    }
    throw new BrimError("BUSY", `waited ${ms} ms for ${what} of the simulated hat`);
  }

  /** The process id of a part. */
  async pid(name: "guard" | "mind" | "eyes"): Promise<number> {
    const { pid } = await this.wait(name, (line) => line.name === name && line.state === "on");
    return pid;
  }

  /** Listens to the guard as soon as it is there. */
  async watchGuard(onMessage: (message: FromGuard) => void): Promise<void> {
    const path = join(this.#folder, "guard.sock");
    const end = systemClock.now() + 10_000;
    while (systemClock.now() < end) {
      const socket = createConnection(path);
      const connected = await Promise.race([
        once(socket, "connect").then(() => true),
        once(socket, "error").then(() => false),
      ]).catch(() => false);
      if (connected) {
        this.#guard = socket;
        quiet(socket);
        receive(socket, { schema: fromGuardSchema, limit: guardMessageLimit, onBad: () => {}, onMessage });
        send(socket, { type: "hello", role: "watcher", pid: process.pid });
        return;
      }
      await systemClock.sleep(pollMs);
    }
    throw new BrimError("BUSY", "the guard of the simulated hat did not come up");
  }

  /** Clicks the virtual button. */
  async click(times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      this.#send({ type: "simulate", button: "press" });
      await systemClock.sleep(80);
      this.#send({ type: "simulate", button: "release" });
      await systemClock.sleep(100);
    }
  }

  /** Sets what the range finder gives. */
  range(range: NonNullable<Simulate["range"]>): void {
    this.#send({ type: "simulate", range });
  }

  /** Waits until nothing has been said for a while, when a press does more than hush. */
  async silence(): Promise<void> {
    const spoke = () =>
      this.lines.findLast(({ event }) => event === "said")?.came ?? Number.NEGATIVE_INFINITY;
    while (systemClock.now() - spoke() < silenceMs) await systemClock.sleep(100);
  }

  async stop(): Promise<void> {
    this.#guard?.destroy();
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }

  #send(message: object): void {
    if (this.#guard !== null) send(this.#guard, message);
  }
}
