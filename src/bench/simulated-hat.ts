import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import { type FromGuard, fromGuardSchema, guardMessageLimit } from "../base/protocol.ts";

const main = fileURLToPath(new URL("../cli/main.js", import.meta.url));
const pollMs = 5;

// biome-ignore lint/suspicious/noExplicitAny: an event of `brim start --json`, of which each reader takes what it knows
export type HatLine = Record<string, any> & { came: number };

/** `brim start --simulate --json` as a process of its own, in a state folder that is thrown away afterwards. */
export class SimulatedHat {
  readonly lines: HatLine[] = [];
  readonly begun = systemClock.now();
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
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (this.#child.stdout === null) throw new Error("no pipe");
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.lines.push({ ...JSON.parse(line), came: systemClock.now() });
    });
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
