import type { TraceLine } from "../base/trace.ts";
import { readingOf } from "../devices/range/trace.ts";
import { type Heard, Warner } from "./warner.ts";

/** One change of what is heard, as `brim guard --replay --json` prints it. */
export interface ReplayEvent extends Heard {
  t: number;
  /** A counted number of pips that begins at `t`. */
  pips?: number;
}

/** The running guard looks at the time this often; so does the replay, in virtual time. */
const stepMs = 10;

/**
 * Replays a trace through the guard's judgement in virtual time. What happens inside a gap happens at its own time;
 * the replay ends with the last line.
 */
export class Replay {
  #warner: Warner | null = null;
  #now = 0;
  #last: Heard | null = null;
  #pips: number | null = null;
  readonly #emit: (event: ReplayEvent) => void;

  constructor(emit: (event: ReplayEvent) => void) {
    this.#emit = emit;
  }

  /** Takes the next line; its time must not be before that of the line before. */
  take(line: TraceLine): void {
    const warner = this.#warner ?? this.#begin(line.t);
    // The line itself falls due at its own time, before the clock would notice its absence there.
    while (this.#now + stepMs < line.t) {
      this.#now += stepMs;
      this.#change(warner.tick(this.#now));
    }
    this.#now = line.t;
    if (line.yaw !== undefined) warner.yaw(line.yaw, line.t);
    const reading = readingOf(line, line.t);
    this.#change(reading === null ? warner.tick(line.t) : warner.take(0, reading));
  }

  #begin(at: number): Warner {
    const warner = new Warner(["front"], at);
    warner.onPips = (pips) => {
      this.#pips = pips;
    };
    this.#now = at;
    this.#warner = warner;
    this.#change(warner.heard);
    return warner;
  }

  /** Prints what is heard where it has changed, or where pips begin. */
  #change(heard: Heard): void {
    const last = this.#last;
    const pips = this.#pips;
    const same = last?.level === heard.level && last.beepsPerSecond === heard.beepsPerSecond;
    if (same && pips === null) return;
    this.#last = heard;
    this.#pips = null;
    const event = { t: this.#now, ...heard, metres: rounded(heard.metres), ttc: rounded(heard.ttc) };
    this.#emit(pips === null ? event : { ...event, pips });
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
