import type { Clock, Timer } from "../../base/clock.ts";
import type { Speaker } from "../ports.ts";
import { bytesPerSample, bytesPerSecond } from "./sound.ts";

/** Where the sound goes: a player that reads raw samples. It may lose what it is given, but never blocks. */
export interface Sink {
  start(): void;
  stop(): void;
  write(sound: Buffer): void;
  /** See `Speaker.onSound`. */
  onSound: (working: boolean, why: string) => void;
}

/** How far the stream runs ahead of the ear: what a busy loop may be late, and what an interruption lets through. */
const leadMs = 140;
const tickMs = 20;
/** Bluetooth headsets that fall asleep clip the first syllable, so the stream goes on with silence for a while. */
const awakeMs = 30_000;
/** A loop that was later than this has left a gap that cannot be made up for. */
const lateMs = 1_000;

interface Playing {
  chunks: Buffer[];
  begun: boolean;
  ended: boolean;
  onBegin(): void;
  onWritten(): void;
}

/**
 * One long-lived stream of sound at the pace of the clock, so that everything that waits for speech waits as long as
 * the ear does, whether or not there is a player: a dead one loses sound, never time. Without a sink it is silent.
 */
export class PacedSpeaker implements Speaker {
  onSound: (working: boolean, why: string) => void = () => {};
  #playing: Playing | null = null;
  #ticks: Timer | null = null;
  /** When the stream woke, and how much was written since. */
  #woke = 0;
  #written = 0;
  #lastSound = 0;

  constructor(
    readonly name: string,
    private readonly clock: Clock,
    private readonly sink: Sink | null,
  ) {}

  async start(_signal: AbortSignal): Promise<void> {
    if (this.sink === null) return;
    this.sink.onSound = (working, why) => this.onSound(working, why);
    this.sink.start();
  }

  async stop(): Promise<void> {
    this.#ticks?.cancel();
    this.#ticks = null;
    this.#playing?.onWritten();
    this.sink?.stop();
  }

  async play(sound: AsyncIterable<Buffer>, signal: AbortSignal, onBegin: () => void): Promise<void> {
    if (signal.aborted) return;
    const playing: Playing = { chunks: [], begun: false, ended: false, onBegin, onWritten: () => {} };
    const written = new Promise<void>((resolve) => {
      playing.onWritten = resolve;
    });
    const abort = () => playing.onWritten();
    signal.addEventListener("abort", abort, { once: true });
    this.#playing = playing;
    try {
      for await (const chunk of sound) {
        if (signal.aborted) return;
        playing.chunks.push(chunk);
        this.#wake();
      }
      playing.ended = true;
      if (playing.chunks.length > 0) await written;
      if (!signal.aborted) await this.clock.sleep(leadMs, signal).catch(() => {});
    } finally {
      signal.removeEventListener("abort", abort);
      if (this.#playing === playing) this.#playing = null;
    }
  }

  #wake(): void {
    if (this.#ticks === null) {
      this.#woke = this.clock.now();
      this.#written = 0;
      this.#lastSound = this.#woke;
      this.#ticks = this.clock.every(tickMs, () => this.#tick());
    }
    this.#tick();
  }

  /** Writes what is missing until `leadMs` from now: sound where there is some, else silence. */
  #tick(): void {
    const now = this.clock.now();
    let aheadMs = (this.#written / bytesPerSecond) * 1_000 - (now - this.#woke);
    if (aheadMs < -lateMs) {
      this.#woke = now;
      this.#written = 0;
      aheadMs = 0;
    }
    const samples = Math.ceil(((leadMs - aheadMs) / 1_000) * (bytesPerSecond / bytesPerSample));
    let missing = samples * bytesPerSample;
    while (missing > 0) {
      const piece = this.#take(missing);
      if (piece === null) break;
      this.#write(piece);
      missing -= piece.length;
    }
    if (missing > 0) this.#write(Buffer.alloc(missing));
    if (this.#playing?.ended && this.#playing.chunks.length === 0) this.#playing.onWritten();
    if (now - this.#lastSound > awakeMs) {
      this.#ticks?.cancel();
      this.#ticks = null;
    }
  }

  #take(most: number): Buffer | null {
    const playing = this.#playing;
    const [chunk] = playing?.chunks ?? [];
    if (playing === null || chunk === undefined) return null;
    this.#lastSound = this.clock.now();
    if (!playing.begun) {
      playing.begun = true;
      playing.onBegin();
    }
    if (chunk.length > most) {
      playing.chunks[0] = chunk.subarray(most);
      return chunk.subarray(0, most);
    }
    playing.chunks.shift();
    return chunk;
  }

  #write(sound: Buffer): void {
    this.#written += sound.length;
    this.sink?.write(sound);
  }
}
