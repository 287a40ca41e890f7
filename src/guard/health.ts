import type { RangeReading } from "../devices/ports.ts";

export const staleMs = 300;
const recoverMs = 1_000;
const stuckMs = 1_000;
const coveredMetres = 0.25;
const coveredMs = 2_000;
/** Extent of the noise of a sensor that looks at something that does not move: ±3σ of 2 cm. */
const unchangingMetres = 0.12;
/** Distances outside of this are no range finder's of ours. */
const leastMetres = 0.01;
const mostMetres = 30;

/**
 * Whether one range finder can be relied on. It is blind when nothing good came for 300 ms, when its own counter or
 * signal stands still, or when it is covered; it is good again after 1 s of good
 * readings. Equal distances alone are never a fault: a desk does not move.
 */
export class Health {
  /** Why the sensor is blind, in words, or null while it is good. */
  reason: string | null = null;
  #fault: string | null = null;
  #lastGood: number;
  #goodSince: number | null = null;
  #started = false;

  #signal: number | undefined;
  #signalMetres = Number.NaN;
  #signalSince = 0;

  #closeSince: number | null = null;
  #closeLeast = Number.POSITIVE_INFINITY;
  #closeGreatest = Number.NEGATIVE_INFINITY;
  #strays = 0;

  /** @param graceMs how long the first reading may take, for sensors that need time to start */
  constructor(at: number, graceMs = 0) {
    this.#lastGood = at + graceMs;
  }

  /** False until the first good reading. */
  get started(): boolean {
    return this.#started;
  }

  /** Takes a reading; returns whether it may be used. */
  take(reading: RangeReading): boolean {
    const wrong = this.#wrong(reading);
    if (wrong !== null) {
      this.#fault = wrong;
      this.#goodSince = null;
      return false;
    }
    if (reading.at - this.#lastGood > staleMs) this.#goodSince = null;
    this.#lastGood = reading.at;
    this.#fault = null;
    this.#started = true;
    if (this.#stuck(reading)) this.#fail("sensor stuck");
    else if (this.#covered(reading)) this.#fail("sensor covered");
    else {
      this.#goodSince ??= reading.at;
      if (reading.at - this.#goodSince >= recoverMs) this.reason = null;
      return true;
    }
    return false;
  }

  /** Looks at the time that went by. */
  tick(now: number): void {
    if (now - this.#lastGood > staleMs) this.#fail(this.#fault ?? "no readings");
  }

  #fail(reason: string): void {
    this.reason = reason;
    this.#goodSince = null;
  }

  #wrong(reading: RangeReading): string | null {
    if (reading.kind === "fault") return reading.reason;
    if (reading.kind === "noEcho") return null;
    const { metres } = reading;
    return metres >= leastMetres && metres <= mostMetres ? null : "readings implausible";
  }

  #stuck(reading: RangeReading): boolean {
    if (reading.kind === "fault" || reading.signal === undefined) return false;
    const metres = reading.kind === "range" ? reading.metres : Number.POSITIVE_INFINITY;
    if (reading.signal !== this.#signal || metres !== this.#signalMetres) {
      this.#signal = reading.signal;
      this.#signalMetres = metres;
      this.#signalSince = reading.at;
    }
    return reading.at - this.#signalSince >= stuckMs;
  }

  #covered(reading: RangeReading): boolean {
    const metres = reading.kind === "range" ? reading.metres : Number.POSITIVE_INFINITY;
    const least = Math.min(this.#closeLeast, metres);
    const greatest = Math.max(this.#closeGreatest, metres);
    if (metres >= coveredMetres || greatest - least > unchangingMetres) {
      // Single stray readings come through a hand or a scarf too.
      if (++this.#strays < 3) return this.#closeSince !== null && reading.at - this.#closeSince >= coveredMs;
      this.#closeSince = null;
    }
    this.#strays = 0;
    if (metres >= coveredMetres) {
      this.#closeLeast = Number.POSITIVE_INFINITY;
      this.#closeGreatest = Number.NEGATIVE_INFINITY;
      return false;
    }
    const fresh = this.#closeSince === null;
    this.#closeSince ??= reading.at;
    this.#closeLeast = fresh ? metres : least;
    this.#closeGreatest = fresh ? metres : greatest;
    return reading.at - this.#closeSince >= coveredMs;
  }
}
