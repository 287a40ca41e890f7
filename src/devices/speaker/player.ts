import { type ChildProcess, spawn } from "node:child_process";
import { Backoff } from "../../base/backoff.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Sink } from "./sink.ts";
import { bytesPerSecond } from "./sound.ts";

/** A program that plays the raw sound of its stdin. */
export interface PlayerProgram {
  /** Such as "aplay". */
  name: string;
  /** Its full path. */
  program: string;
  args: readonly string[];
  /** What it says on stderr once it has opened the device; without it, it is taken to have done so after a while. */
  ready?: RegExp;
  /** What it says there when sound has come too late. */
  late?: RegExp;
}

/** A player that leaves so much sound unread hangs; the kernel holds two seconds more. */
const hungBytes = 0.3 * bytesPerSecond;
/** A player that lives so long is taken to work; after one that hung, what the kernel holds must have been played. */
const settledMs = 1_000;
const unhungMs = 5_000;
/** A player is taken to have opened the device after so long, where it tells and where it does not. */
const readyMs = 1_500;
const untoldMs = 150;
/** A player that does not end by itself when it is let go of is ended. */
const closeMs = 300;
/** While a player is missing, and while the device must be left alone, it is looked for no more often. */
const restMs = 30_000;
/** While one plays, it is looked this often whether another fits better by now: speech may leave no pause to end it in. */
const lookMs = 3_000;

/**
 * One process that lives as long as the stream is awake. Started anew when it dies or hangs, with growing pauses, and
 * looked for when there is none, and while it plays: a headset may be plugged in later.
 */
export class PlayerProcess implements Sink {
  onSound: (working: boolean, why: string) => void = () => {};
  onLate: () => void = () => {};
  #found: PlayerProgram | null = null;
  #child: ChildProcess | null = null;
  /** One that was let go of, and has not ended yet: the device may still be its own. */
  #leaving: ChildProcess | null = null;
  #working = true;
  /** It was there once: only then is its loss worth telling. */
  #known = false;
  #hung = false;
  #open = false;
  #opened = false;
  #opening: Timer | null = null;
  #timer: Timer | null = null;
  #lookedAt = 0;
  readonly #backoff = new Backoff(1_000, restMs, 10_000);

  /** @param find looks for the program to use; null when there is none, or no sound card */
  constructor(
    private readonly clock: Clock,
    private readonly find: () => PlayerProgram | null,
  ) {}

  get name(): string {
    return this.#found?.name ?? "silent";
  }

  get working(): boolean {
    // What was never there is not missed.
    return this.#working || !this.#known;
  }

  /** Where there is none, sound is lost, but takes its time. */
  get ready(): boolean {
    return this.#leaving === null && (this.#child === null || this.#opened);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  open(): void {
    this.#open = true;
    // There is no time to let it end by itself; the new one starts when it is gone.
    if (this.#leaving !== null) this.#leaving.kill("SIGKILL");
    else if (this.#child === null && this.#timer === null) this.#spawn();
  }

  write(sound: Buffer): void {
    if (this.#child !== null) this.#look();
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) return;
    if (stdin.writableLength <= hungBytes) stdin.write(sound);
    else if (!this.#hung) {
      this.#hung = true;
      this.#child?.kill("SIGKILL");
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    if (this.#working) this.#cancel();
    else if (this.#timer !== null) this.#after(restMs, () => this.#spawn());
    await this.#end();
  }

  async stop(): Promise<void> {
    this.#open = false;
    this.#cancel();
    this.#opening?.cancel();
    await this.#end();
  }

  /** Lets go of the process: it plays what it has, and ends. */
  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    this.#leaving = child;
    const ended = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    child.stdin?.end();
    const timer = this.clock.after(closeMs, () => child.kill("SIGKILL"));
    await ended;
    timer.cancel();
    this.#leaving = null;
    if (this.#open && this.#timer === null) this.#spawn();
  }

  /** Lets go of a player that has settled, where by now another is found: the new one starts when it is gone. */
  #look(): void {
    const now = this.clock.now();
    if (this.#timer !== null || now - this.#lookedAt < lookMs) return;
    this.#lookedAt = now;
    const found = this.find();
    if (found === null || sameCommand(found, this.#found)) return;
    void this.#end();
  }

  #spawn(): void {
    this.#cancel();
    this.#lookedAt = this.clock.now();
    const found = this.find();
    this.#found = found;
    if (found === null) {
      this.#lost("there is no sound card, or no player for it");
      this.#after(restMs, () => this.#spawn());
      return;
    }
    const wait = this.#hung ? unhungMs : settledMs;
    const child = spawn(found.program, found.args, { stdio: ["pipe", "ignore", "pipe"] });
    this.#child = child;
    this.#hung = false;
    this.#backoff.started(this.clock.now());
    let lastWords = "";
    const opened = () => {
      if (this.#child === child) this.#opened = true;
    };
    this.#opened = false;
    this.#opening?.cancel();
    this.#opening = this.clock.after(found.ready === undefined ? untoldMs : readyMs, opened);
    child.stderr.on("data", (chunk: Buffer) => {
      const text = chunk.toString();
      if (found.ready?.test(text)) opened();
      if (found.late?.test(text)) this.onLate();
      lastWords = lastLine(text) || lastWords;
    });
    child.stdin.on("error", () => {});
    const gone = (why: string) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#lost(
        `the player ${found.name} ended (${this.#hung ? "it hung" : lastWords || why}); it is started anew`,
      );
      this.#after(this.#backoff.failed(this.clock.now()), () => this.#spawn());
    };
    child.on("error", (error) => gone(messageOf(error)));
    child.on("exit", (code, signal) => gone(signal ?? `exit status ${code}`));
    this.#after(wait, () => this.#settled(found.name));
  }

  #lost(why: string): void {
    if (this.#working && (this.#known || this.#found !== null)) this.onSound(false, why);
    this.#known ||= this.#found !== null;
    this.#working = false;
  }

  #settled(name: string): void {
    this.#timer = null;
    this.#known = true;
    if (!this.#working) {
      this.#working = true;
      this.onSound(true, `the player ${name} works`);
    }
    // It was started only to see whether it would.
    if (!this.#open) void this.close();
  }

  #after(ms: number, then: () => void): void {
    this.#cancel();
    this.#timer = this.clock.after(ms, () => {
      this.#timer = null;
      then();
    });
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}

function sameCommand(one: PlayerProgram, other: PlayerProgram | null): boolean {
  return one.program === other?.program && one.args.join("\0") === other.args.join("\0");
}

/** What a player said last, but for how far it is. */
function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  return lines.findLast((line) => line !== "" && !line.startsWith("Time:"))?.slice(0, 200) ?? "";
}
