import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FromGuard, GuardStatus } from "../../src/base/protocol.ts";
import { brimMain } from "./places.ts";
import { expect, until } from "./report.ts";

/** What is said on a guard's socket. */
export class Watcher {
  readonly messages: FromGuard[] = [];

  constructor(socket: Socket) {
    socket.on("error", () => {});
    createInterface({ input: socket }).on("line", (line) => this.messages.push(JSON.parse(line)));
    socket.write(`${JSON.stringify({ type: "hello", role: "watcher", pid: process.pid })}\n`);
  }

  get status(): GuardStatus | undefined {
    return this.messages.findLast((message) => message.type === "status");
  }

  gestures(): string[] {
    return this.messages.flatMap((message) => (message.type === "gesture" ? [message.gesture] : []));
  }

  static async at(path: string): Promise<Watcher> {
    const sockets: Socket[] = [];
    let next = 0;
    const socket = await until(`the guard's socket ${path}`, () => {
      const open = sockets.find((one) => one.readyState === "open");
      if (open === undefined && Date.now() >= next) {
        next = Date.now() + 250;
        sockets.push(createConnection(path).on("error", () => {}));
      }
      return open;
    });
    return new Watcher(socket);
  }
}

/** Our own guard, as the hat runs it, with a configuration of its own. */
export class Guard {
  readonly errors: string[] = [];
  readonly child: ChildProcess;
  readonly socket: string;
  watcher: Watcher | null = null;

  constructor(config: string, main = [brimMain, "guard"]) {
    const folder = mkdtempSync(join(tmpdir(), "hat-"));
    const file = join(folder, "brim.toml");
    writeFileSync(file, config);
    this.socket = join(folder, "guard.sock");
    this.child = spawn(process.execPath, [...main, "--config", file], {
      env: { PATH: process.env.PATH, HOME: folder, BRIM_STATE_DIR: folder },
      stdio: ["ignore", "ignore", "pipe"],
    });
    // Not that of who listens to the pins.
    if (this.child.pid !== undefined) setPriority(this.child.pid, 0);
    if (this.child.stderr)
      createInterface({ input: this.child.stderr }).on("line", (line) => this.errors.push(line));
  }

  static async started(config: string): Promise<Guard> {
    const guard = new Guard(config);
    try {
      guard.watcher = await Watcher.at(guard.socket);
    } catch (error) {
      throw new Error(
        `${error instanceof Error ? error.message : error}; it says: ${guard.errors.slice(-3).join(" | ")}`,
      );
    }
    return guard;
  }

  get status(): GuardStatus | undefined {
    return this.watcher?.status;
  }

  gestures(): string[] {
    return this.watcher?.gestures() ?? [];
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { child } = this;
    child.kill(signal);
    await until("the guard's end", () => child.exitCode !== null || child.signalCode !== null);
    if (signal === "SIGTERM")
      expect(`the guard ended by ${child.signalCode ?? child.exitCode}`, child.exitCode === 0);
  }
}
