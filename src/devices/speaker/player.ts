import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Sink } from "./paced.ts";
import { bytesPerSecond } from "./sound.ts";

/** A player that leaves so much sound unread hangs. */
const hungBytes = 2 * bytesPerSecond;
/** A player that lives so long is taken to work. */
const settledMs = 1_000;
const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;

/** A program that plays the raw sound of its stdin; started anew when it dies or hangs, with growing pauses. */
export class PlayerProcess implements Sink {
  onSound: (working: boolean, why: string) => void = () => {};
  #child: ChildProcess | null = null;
  #working = true;
  #stopped = true;
  #backoff = firstBackoffMs;
  #timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly program: string,
    private readonly args: readonly string[],
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#stopped = false;
    this.#spawn();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#child?.stdin?.destroy();
    this.#child?.kill("SIGTERM");
  }

  write(sound: Buffer): void {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) return;
    if (stdin.writableLength <= hungBytes) stdin.write(sound);
    else this.#child?.kill("SIGKILL");
  }

  #spawn(): void {
    const child = spawn(this.program, this.args, { stdio: ["pipe", "ignore", "pipe"] });
    this.#child = child;
    let lastWords = "";
    child.stderr.on("data", (text: Buffer) => {
      lastWords = text.toString().trim().split("\n").pop() ?? "";
    });
    child.stdin.on("error", () => {});
    const gone = (why: string) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#timer?.cancel();
      if (this.#stopped) return;
      if (this.#working) {
        this.#working = false;
        this.onSound(false, `the player ${this.program} ended (${lastWords || why}); it is started anew`);
      }
      this.#timer = this.clock.after(this.#backoff, () => this.#spawn());
      this.#backoff = Math.min(this.#backoff * 2, longestBackoffMs);
    };
    child.on("error", (error) => gone(messageOf(error)));
    child.on("exit", (code, signal) => gone(signal ?? `exit status ${code}`));
    this.#timer = this.clock.after(settledMs, () => this.#settle());
  }

  #settle(): void {
    this.#backoff = firstBackoffMs;
    if (this.#working) return;
    this.#working = true;
    this.onSound(true, `the player ${this.program} works again`);
  }
}
