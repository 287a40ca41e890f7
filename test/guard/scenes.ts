import type { TraceLine } from "../../src/base/trace.ts";
import { Replay, type ReplayEvent } from "../../src/guard/replay.ts";

/** Scenes of a walk as traces: what a range finder on a hat would read. All are deterministic in their seed. */
export interface SensorOptions {
  /** Readings a second. */
  rate?: number;
  /** Standard deviation of the noise in metres. */
  noise?: number;
  /** Share of readings that are wild: anywhere, or no echo. */
  wild?: number;
  /** Metres beyond which there is no echo. */
  reach?: number;
  /** Milliseconds by which the times of the readings vary. */
  jitter?: number;
  seed?: number;
}

/** Mulberry32: a small generator of uniform numbers from 0 to 1. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Reads the true distance `distance(seconds)` for `seconds` with a sensor's noise, wild readings and reach.
 * A null distance is open space.
 */
export function scene(
  seconds: number,
  distance: (t: number) => number | null,
  options: SensorOptions = {},
  yaw?: (t: number) => number,
): TraceLine[] {
  const { rate = 20, noise = 0.02, wild = 0, reach = 4, jitter = 6, seed = 1 } = options;
  const next = random(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const lines: TraceLine[] = [];
  for (let i = 0; i <= seconds * rate; i++) {
    const seconds = i / rate;
    const t = Math.round(seconds * 1000 + (next() - 0.5) * jitter);
    const turn = yaw ? { yaw: yaw(seconds) } : {};
    let metres = distance(seconds);
    if (next() < wild) metres = next() < 0.3 ? null : 0.1 + next() * (reach - 0.1);
    else if (metres !== null) metres += gauss() * noise;
    if (metres === null || metres > reach) lines.push({ t, noEcho: true, ...turn });
    else lines.push({ t, metres: Math.max(0.03, metres), ...turn });
  }
  return lines;
}

export function replay(lines: TraceLine[]): ReplayEvent[] {
  const events: ReplayEvent[] = [];
  const replay = new Replay((event) => events.push(event));
  for (const line of lines) replay.take(line);
  return events;
}

/** Beeps that are heard from `from` to `to` seconds: those of the trains, begun ones counted whole, and the pips. */
export function beeps(events: ReplayEvent[], from: number, to: number): number {
  let count = 0;
  for (const [i, event] of events.entries()) {
    const start = Math.max(event.t, from * 1000);
    const end = Math.min(events[i + 1]?.t ?? to * 1000, to * 1000);
    if (event.t >= from * 1000 && event.t < to * 1000) count += event.pips ?? 0;
    if (end > start && event.beepsPerSecond > 0)
      count += Math.ceil(((end - start) / 1000) * event.beepsPerSecond);
  }
  return count;
}

/** What is heard at `seconds`. */
export function at(events: ReplayEvent[], seconds: number): ReplayEvent | undefined {
  return events.filter((event) => event.t <= seconds * 1000).at(-1);
}

/** Seconds before contact (t = `contact`) from which the warning sounds without a break, or 0. */
export function warnedBefore(events: ReplayEvent[], contact: number): number {
  let since: number | null = null;
  for (const event of events) {
    if (event.t / 1000 >= contact) break;
    if (event.beepsPerSecond > 0) since ??= event.t / 1000;
    else since = null;
  }
  return since === null ? 0 : contact - since;
}

/** An approach at `speed` m/s from `from` metres; contact is at the returned time. */
export function approach(
  speed: number,
  options: SensorOptions = {},
  from = 5,
): { lines: TraceLine[]; contact: number } {
  const lead = 1;
  const contact = lead + from / speed;
  const lines = scene(contact, (t) => Math.max(0.03, from - Math.max(0, t - lead) * speed), options);
  return { lines, contact };
}
