import type { Clock, Timer } from "../../base/clock.ts";
import type { Speaker } from "../ports.ts";
import { Mixer } from "./mixer.ts";
import type { Sink } from "./sink.ts";
import { bytesPerSample, bytesPerSecond, sampleRate } from "./sound.ts";

/** How far the stream runs ahead of the ear: what a busy loop may be late, and what an interruption lets through. */
export const leadMs = 80;
const tickMs = 20;
/** Bluetooth headsets that fall asleep clip the first syllable, so the stream goes on with silence for a while. */
const awakeMs = 30_000;
/** A loop that was later than this has left a gap that cannot be made up for. */
const lateMs = 1_000;
/** Seconds of speech that are taken from whoever makes it before it is needed. */
const mostWaiting = 2;
/**
 * What is heard later than it was written for stays late: a card that slept and took a second to wake, a sound system that
 * paused, a clock that is slower than ours (a third of a second an hour). So the stream is let run dry where it is silent
 * anyway, and begins anew: for long when the player is new, soon when it says that it is late, else now and then.
 */
const dryFirst = { every: 0, after: 300, ms: 1_500 };
const dryLate = { every: 0, after: 300, ms: 300 };
const dryLater = { every: 20_000, after: 1_000, ms: 300 };
/** Running dry, too, makes a player say that it is late. */
const ownFaultMs = 500;

/**
 * One long-lived stream of sound at the pace of the clock, so that everything that waits for speech waits as long as
 * the ear does, whether or not there is a player: a dead one loses sound, never time.
 */
export class StreamSpeaker implements Speaker {
  onSound: (working: boolean, why: string) => void = () => {};
  readonly #mixer = new Mixer();
  #ticks: Timer | null = null;
  #stopped = false;
  /** When the stream began, in ms, and how many bytes were written since. */
  #began = 0;
  #written = 0;
  #lastSound = 0;
  /** When it last ran dry or began to, whether it never has since the player was new, and until when it does. */
  #lastDry = 0;
  #fresh = true;
  #late = false;
  #dryUntil: number | null = null;
  /** Called with the first speech that is written. */
  #onBegin: (() => void) | null = null;
  /** Those who wait for the next tick. */
  #waiting: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly sink: Sink,
  ) {}

  get name(): string {
    return this.sink.name;
  }

  /** Opens the device at once, so that a missing one is noticed before there is something to say. */
  async start(_signal: AbortSignal): Promise<void> {
    this.sink.onSound = (working, why) => this.onSound(working, why);
    this.sink.onLate = () => {
      this.#late ||= this.#dryUntil === null && this.clock.now() - this.#lastDry > ownFaultMs;
    };
    this.#stopped = false;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#sleep();
    await this.sink.stop();
  }

  async play(sound: AsyncIterable<Buffer>, signal: AbortSignal, onBegin: () => void): Promise<void> {
    if (signal.aborted || this.#stopped) return;
    this.#onBegin = onBegin;
    const cut = () => {
      this.#onBegin = null;
      this.#mixer.cut();
      this.#ticked();
    };
    signal.addEventListener("abort", cut, { once: true });
    const goesOn = () => !signal.aborted && !this.#stopped;
    try {
      let any = false;
      for await (const chunk of sound) {
        if (!goesOn()) return;
        any ||= chunk.length > 0;
        this.#mixer.push(chunk);
        this.#wake();
        while (goesOn() && this.#mixer.waiting > mostWaiting) await this.#tickOver();
      }
      while (goesOn() && this.#mixer.waiting > 0) await this.#tickOver();
      if (any && goesOn()) await this.clock.sleep(leadMs, signal).catch(() => {});
    } catch (error) {
      this.#mixer.cut();
      throw error;
    } finally {
      signal.removeEventListener("abort", cut);
    }
  }

  async overlay(sound: Buffer): Promise<void> {
    if (this.#stopped || sound.length < bytesPerSample) return;
    const taken = new Promise<void>((resolve) => {
      this.#mixer.overlay(sound, resolve);
    });
    this.#wake();
    await taken;
    if (!this.#stopped) await this.clock.sleep(leadMs);
  }

  async release(): Promise<void> {
    if (this.#ticks === null) return;
    while (!this.#mixer.empty && !this.#stopped) await this.#tickOver();
    if (!this.#stopped) await this.clock.sleep(leadMs);
    this.#sleep();
    await this.sink.close();
  }

  #wake(): void {
    if (this.#stopped) return;
    if (this.#ticks === null) {
      this.#begin(this.clock.now());
      this.#lastSound = this.#began;
      this.sink.open();
      this.#ticks = this.clock.every(tickMs, () => this.#tick());
    }
    this.#tick();
  }

  #sleep(): void {
    this.#ticks?.cancel();
    this.#ticks = null;
    this.#mixer.clear();
    this.#ticked();
  }

  /** A new player, of which nothing is known. */
  #begin(now: number): void {
    this.#restart(now);
    this.#fresh = true;
    this.#dryUntil = null;
  }

  #restart(now: number): void {
    this.#began = now;
    this.#written = 0;
  }

  /** Writes what is missing until `leadMs` from now: sound where there is some, else silence. */
  #tick(): void {
    const now = this.clock.now();
    if (!this.#mixer.empty) this.#lastSound = now;
    if (!this.#dry(now)) this.#write(now);
    this.#ticked();
    if (now - this.#lastSound <= awakeMs || !this.sink.working) return;
    this.#sleep();
    void this.sink.close();
  }

  #dry(now: number): boolean {
    const { every, after, ms } = this.#fresh ? dryFirst : this.#late ? dryLate : dryLater;
    const silentFor = now - this.#lastSound;
    if (this.#dryUntil === null && silentFor >= after && now - this.#lastDry >= every)
      this.#dryUntil = now + ms;
    if (this.#dryUntil === null) return false;
    if (silentFor > 0 && now < this.#dryUntil) return true;
    this.#lastDry = now;
    if (now >= this.#dryUntil) {
      this.#fresh = false;
      this.#late = false;
    }
    this.#dryUntil = null;
    // Sound that comes before it has run dry goes on where the stream is.
    if (this.#ahead(now) < 0) this.#restart(now);
    return false;
  }

  /** Milliseconds of sound that were written and have not been heard. */
  #ahead(now: number): number {
    return (this.#written / bytesPerSecond) * 1_000 - (now - this.#began);
  }

  #write(now: number): void {
    if (!this.sink.ready) {
      this.#begin(now);
      return;
    }
    if (this.#ahead(now) < -lateMs) this.#restart(now);
    const missing = Math.ceil(((leadMs - this.#ahead(now)) / 1_000) * sampleRate);
    if (missing <= 0) return;
    const begins = this.#mixer.waiting > 0 ? this.#onBegin : null;
    const sound = this.#mixer.take(missing);
    this.#written += sound.length;
    this.sink.write(sound);
    if (begins === null) return;
    this.#onBegin = null;
    begins();
  }

  #tickOver(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #ticked(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
