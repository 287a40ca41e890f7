import { setTimeout as sleepReal } from "node:timers/promises";

/** A timer that can be cancelled; cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time and timers in Brim, so that tests run hours in milliseconds.
 *
 * `now()` is CLOCK_MONOTONIC in milliseconds. Every process of one machine shares that clock, so readings
 * may be stamped in one process and judged in another.
 */
export interface Clock {
  now(): number;
  /** Calls `fn` once, `ms` from now. */
  after(ms: number, fn: () => void): Timer;
  /** Calls `fn` every `ms`; a late call does not shift the ones after it. */
  every(ms: number, fn: () => void): Timer;
  /** Resolves after `ms`, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  after(ms, fn) {
    const handle = setTimeout(fn, ms);
    return { cancel: () => clearTimeout(handle) };
  },
  every(ms, fn) {
    const handle = setInterval(fn, ms);
    return { cancel: () => clearInterval(handle) };
  },
  sleep: (ms, signal) => sleepReal(ms, undefined, signal ? { signal } : {}),
};

/** Wall time in milliseconds since 1970, for records and logs, never for judging how old a reading is. */
export function wallTime(): number {
  return Date.now();
}

/** A wall time as `2026-11-25T04:45:27.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The time of day here, for the wearer. */
export function timeOfDay(): { hours: number; minutes: number } {
  const now = new Date();
  return { hours: now.getHours(), minutes: now.getMinutes() };
}

interface Pending {
  due: number;
  every: number | null;
  fn: () => void;
}

/** A clock that stands still until it is told to advance. Used by tests and by `brim guard --replay`. */
export class SimulatedClock implements Clock {
  #now: number;
  #pending: Pending[] = [];

  constructor(start = 0) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): Timer {
    return this.#add({ due: this.#now + Math.max(0, ms), every: null, fn });
  }

  every(ms: number, fn: () => void): Timer {
    return this.#add({ due: this.#now + ms, every: ms, fn });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort);
    });
  }

  /** Moves time forward to `time`, firing every timer that falls due on the way, in order of time. */
  advanceTo(time: number): void {
    for (;;) {
      let next: Pending | undefined;
      for (const pending of this.#pending) {
        if (pending.due <= time && (next === undefined || pending.due < next.due)) next = pending;
      }
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.due);
      if (next.every === null) this.#pending.splice(this.#pending.indexOf(next), 1);
      else next.due += next.every;
      next.fn();
    }
    this.#now = Math.max(this.#now, time);
  }

  /** Moves time forward by `ms`; see `advanceTo`. */
  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  /** Like `advance`, but lets promises settle after every step of `step` ms. */
  async advanceSettling(ms: number, step = 10): Promise<void> {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.advanceTo(Math.min(end, this.#now + step));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #add(pending: Pending): Timer {
    this.#pending.push(pending);
    return {
      cancel: () => {
        const index = this.#pending.indexOf(pending);
        if (index >= 0) this.#pending.splice(index, 1);
      },
    };
  }
}
