import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer } from "../../base/clock.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import type { Frame } from "../ports.ts";
import type { FrameReader, WholeFrame } from "./frame-readers.ts";
import { YuvPicture } from "./yuv-picture.ts";

/** A program that writes frames to its stdout until it is ended. */
export interface FrameProgram {
  /** Such as "rpicam-vid", for messages. */
  name: string;
  /** Its full path. */
  program: string;
  args: readonly string[];
  reader: FrameReader;
  /** What a line on its stderr says is wrong with the frames, or null. */
  wrong?(line: string): string | null;
}

export interface CameraProgramOptions {
  clock: Clock;
  /** Frames a second that are given at most. */
  fps: number;
  command: FrameProgram;
}

/** The first frame may take so long: programs look for cameras first. */
const startMs = 10_000;
/** Without a frame for so long it hangs. */
const hungMs = 2_000;
/** One that does not end when it is asked to is ended. */
const endMs = 300;
/** What is kept of a program's last words. */
const mostWords = 200;

/** A camera's program at work: its newest frame, and what became of it. Started once; another start is another one. */
export class CameraProgram {
  readonly #options: CameraProgramOptions;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #newest: (WholeFrame & { at: number }) | null = null;
  #failure: BrimError | null = null;
  #heardAt = 0;
  #frames = 0;
  #watch: Timer | null = null;
  #lastWords = "";
  #stopping = false;
  /** When the next frame may be given. */
  #due = 0;
  /** Called when there is a frame, or a failure. */
  #news: () => void = () => {};

  constructor(options: CameraProgramOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the first frame.
   * @throws BrimError DEVICE when none comes; the signal's reason when it is aborted
   */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, command } = this.#options;
    signal.throwIfAborted();
    if (this.#failure !== null) throw this.#failure;
    const child = spawn(command.program, command.args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once("close", () => resolve());
      child.once("error", () => resolve());
    });
    this.#heardAt = clock.now();
    child.stdout.on("data", (bytes: Buffer) => this.#take(bytes));
    child.stderr.on("data", (bytes: Buffer) => this.#listen(bytes.toString()));
    child.once("error", (error) => this.#fail(messageOf(error)));
    child.once("close", (status, name) => this.#fail(this.#lastWords || (name ?? `exit status ${status}`)));
    this.#watch = clock.every(hungMs / 4, () => this.#look());
    await this.#settled(() => this.#frames > 0, signal);
    this.#due = clock.now();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#watch?.cancel();
    const child = this.#child;
    this.#fail("it was stopped");
    if (child === null || child.exitCode !== null || child.signalCode !== null) return this.#ended;
    child.kill("SIGTERM");
    const timer = this.#options.clock.after(endMs, () => child.kill("SIGKILL"));
    await this.#ended;
    timer.cancel();
  }

  /** See Camera. */
  async next(signal: AbortSignal): Promise<Frame> {
    const { clock, fps } = this.#options;
    if (this.#due > clock.now()) await clock.sleep(this.#due - clock.now(), signal);
    await this.#settled(() => this.#newest !== null, signal);
    const frame = this.#newest;
    if (frame === null) throw this.#failure ?? new Error("there is no frame");
    this.#newest = null;
    // A camera that is a little late does not make the next one late, too.
    this.#due = Math.max(this.#due + 1_000 / fps, clock.now());
    return new YuvPicture(frame.layout, frame.buffers.give(frame.data), frame.at);
  }

  #take(bytes: Buffer): void {
    if (this.#failure !== null) return;
    const { clock, command } = this.#options;
    const wrong = command.reader.take(bytes, (frame) => {
      this.#heardAt = clock.now();
      this.#frames++;
      if (this.#newest !== null) this.#newest.buffers.putBack(this.#newest.data);
      this.#newest = { ...frame, at: clock.now() };
      this.#news();
    });
    if (wrong !== null) this.#fail(wrong);
  }

  /** Keeps a program's last line, whatever it says, and looks for what is wrong in all of them. */
  #listen(text: string): void {
    for (const line of text.split(/[\r\n]+/)) {
      if (line.trim() === "") continue;
      this.#lastWords = line.trim().slice(0, mostWords);
      const wrong = this.#options.command.wrong?.(line) ?? null;
      if (wrong !== null) this.#fail(wrong);
    }
  }

  #look(): void {
    const limit = this.#frames === 0 ? startMs : hungMs;
    if (this.#options.clock.now() - this.#heardAt < limit) return;
    const words = this.#frames === 0 && this.#lastWords !== "" ? ` (${this.#lastWords})` : "";
    this.#fail(`no picture for ${limit / 1_000} s${words}`);
  }

  #fail(why: string): void {
    if (this.#failure !== null) return;
    this.#watch?.cancel();
    this.#failure = new BrimError("DEVICE", `the camera fails with ${this.#options.command.name}: ${why}`);
    if (!this.#stopping) this.#child?.kill("SIGKILL");
    this.#news();
  }

  /** Resolves when it is so; rejects with the failure, or when the signal is aborted. One at a time. */
  #settled(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#news = () => {};
        reject(signal.reason);
      };
      const look = () => {
        if (!isSo() && this.#failure === null) return;
        signal.removeEventListener("abort", onAbort);
        this.#news = () => {};
        if (this.#failure === null) resolve();
        else reject(this.#failure);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#news = look;
      look();
    });
  }
}
