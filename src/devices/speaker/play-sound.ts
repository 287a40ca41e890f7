import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import playSound from "play-sound";
import type { Clock } from "../../base/clock.ts";
import { messageOf, systemCode } from "../../base/errors.ts";
import type { Speaker } from "../ports.ts";
import { findProgram } from "../programs.ts";
import { asoundFolder, defaultDevice } from "../sound-card.ts";
import type { PlayerProgram } from "./player.ts";
import { bytesPerSecond, wavFile } from "./sound.ts";

/** Programs that play a WAV file, with what makes them do it without a window or a word. */
const players: Record<string, { args: string[]; device?: (name: string) => string[] }> = {
  aplay: { args: ["-q"], device: (name) => ["-D", name] },
  afplay: { args: [] },
  paplay: { args: [], device: (name) => [`--device=${name}`] },
  play: { args: ["-q"] },
  mplayer: { args: ["-really-quiet", "-noconsolecontrols"] },
  cvlc: { args: ["--quiet", "--play-and-exit"] },
};

/** A player that takes so much longer than its sound hangs. */
const hungMs = 3_000;
/** Short sounds that wait for their turn, at most. */
const mostWaiting = 4;
const prefix = "brim-sound-";

/** The first player of files that is installed, or null. ALSA's takes the card that is there. */
export function choosePlayerOfFiles(
  configured: string | undefined,
  env: NodeJS.ProcessEnv,
  asound = asoundFolder,
): PlayerProgram | null {
  for (const [name, { args, device: choose }] of Object.entries(players)) {
    const program = findProgram(name, env);
    if (program === null) continue;
    const device = configured ?? (name === "aplay" ? defaultDevice("playback", env, asound) : undefined);
    return { name, program, args: [...args, ...(device ? (choose?.(device) ?? []) : [])] };
  }
  return null;
}

/**
 * Plays each sound from a file of its own, one after the other, with the npm package play-sound: for systems whose
 * players take no stream. Slower than a stream, for a sentence must be whole before it is begun.
 */
export class PlaySoundSpeaker implements Speaker {
  onSound: (working: boolean, why: string) => void = () => {};
  #folder: string | null = null;
  #files = 0;
  #working = true;
  #waiting = 0;
  /** The end of what is being played: a device may take no second player. */
  #free: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  /** @param find looks for the player anew for each sound: a headset may be plugged in later */
  constructor(
    private readonly clock: Clock,
    private readonly player: PlayerProgram,
    private readonly find: () => PlayerProgram = () => player,
  ) {}

  get name(): string {
    return `play-sound (${this.player.name})`;
  }

  async start(_signal: AbortSignal): Promise<void> {
    removeLeftovers();
    // mkdtemp makes it for this user alone.
    this.#folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#free;
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  async play(sound: AsyncIterable<Buffer>, signal: AbortSignal, onBegin: () => void): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of sound) {
      if (signal.aborted) return;
      chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    if (whole.length > 0) await this.#next(whole, AbortSignal.any([signal, this.#stop.signal]), onBegin);
  }

  async overlay(sound: Buffer): Promise<void> {
    if (this.#waiting >= mostWaiting) return;
    this.#waiting++;
    await this.#next(sound, this.#stop.signal, () => {});
    this.#waiting--;
  }

  async release(): Promise<void> {
    await this.#free;
  }

  async #next(sound: Buffer, signal: AbortSignal, onBegin: () => void): Promise<void> {
    const before = this.#free;
    const mine = before.then(() => this.#playFile(sound, signal, onBegin));
    this.#free = mine;
    await mine;
  }

  /** Never rejects, and takes as long as the sound, whether or not it was heard. */
  async #playFile(sound: Buffer, signal: AbortSignal, onBegin: () => void): Promise<void> {
    if (signal.aborted || this.#folder === null) return;
    const file = join(this.#folder, `${++this.#files}.wav`);
    const ms = (sound.length / bytesPerSecond) * 1_000;
    const began = this.clock.now();
    try {
      writeFileSync(file, wavFile(sound), { mode: 0o600, flag: "wx" });
      onBegin();
      await this.#run(file, ms, signal);
      if (!signal.aborted) this.#tell(true, `the player ${this.player.name} works again`);
    } catch (error) {
      if (signal.aborted) return;
      this.#tell(false, `the player ${this.player.name} failed: ${messageOf(error)}`);
      await this.clock.sleep(Math.max(0, ms - (this.clock.now() - began)), signal).catch(() => {});
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Resolves when the player has ended; rejects when it is missing, fails or hangs. */
  #run(file: string, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const { program, args } = this.find();
      // Without a player's name the package looks for one, and blocks meanwhile.
      const child = playSound({ player: program }).play(file, { [program]: args }, (error) => {
        ended();
        // A player that was ended by a signal is reported as one that has finished.
        if (hung) reject(new Error("it hung"));
        else if (child?.signalCode) reject(new Error(child.signalCode));
        else if (error) reject(new Error(`exit status ${String(error)}`));
        else resolve();
      });
      let hung = false;
      const watchdog = this.clock.after(ms + hungMs, () => {
        hung = true;
        child?.kill("SIGKILL");
      });
      const kill = () => child?.kill("SIGKILL");
      const ended = () => {
        watchdog.cancel();
        signal.removeEventListener("abort", kill);
      };
      signal.addEventListener("abort", kill, { once: true });
      // The package does not listen for this, and a missing program would end us.
      child?.on("error", (error) => {
        ended();
        reject(error);
      });
    });
  }

  #tell(working: boolean, why: string): void {
    if (working === this.#working) return;
    this.#working = working;
    this.onSound(working, why);
  }
}

/** Removes the folders of those who were killed before they could. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
    if (!Number.isInteger(pid) || alive(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Somebody else's.
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
