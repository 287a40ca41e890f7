/** The guard's sounds. Active buzzers have one pitch, so they differ by rhythm alone. */
export const phrases = {
  ready: { gaps: [80, 80, 80, 80, 300], meaning: "collision warning is on" },
  stopping: { gaps: [300, 80, 80, 80, 80], meaning: "collision warning stops" },
  blind: { gaps: [600], meaning: "collision warning cannot see" },
  mute: {
    gaps: [400, 200, 400],
    meaning: "speech cannot be heard: the headset is lost; collision warning goes on",
  },
  alone: { gaps: [1200], meaning: "speech is gone; collision warning goes on" },
} as const satisfies Record<string, { gaps: readonly number[]; meaning: string }>;

export type PhraseName = keyof typeof phrases;

const tickMs = 15;
const pipMs = 60;
const shortPipMs = 40;
const shortFrom = 5;
const pipGapMs = 140;
/** A motor needs 180 ms for its full strength, and a pause to be felt as one; a tick is only felt. */
const slowMs = 180;
const slowGapMs = 160;
const slowTickMs = 120;
/** Silence between one phrase and the next. */
const restMs = 300;

interface Phrase {
  startAt: number;
  /** Milliseconds on, off, on, …, beginning with on. */
  gaps: readonly number[];
}

/**
 * What the buzzer does at each moment: the train of collision beeps, counted pips and phrases when no train sounds,
 * and the tick of a press over all of it. A pure function of what was asked and of time; times in ms.
 */
export class Pattern {
  #rate = 0;
  #beepAt = 0;
  #queue: Phrase[] = [];
  #tickAt = Number.NEGATIVE_INFINITY;

  /** @param slow for a motor: pulses are stretched, and beeps from 5 a second up run into one */
  constructor(private readonly slow = false) {}

  /** Sets the rate of collision beeps; 0 is none. A faster rate begins with a beep as soon as its period allows. */
  setRate(beepsPerSecond: number, now: number): void {
    if (beepsPerSecond === this.#rate) return;
    if (beepsPerSecond > 0) {
      this.#queue = [];
      if (this.#rate === 0) this.#beepAt = now;
      else {
        this.#beepAt = this.#lastBeep(now);
        const period = 1000 / beepsPerSecond;
        // Over-due beeps sound now; the train goes on from there.
        if (now - this.#beepAt >= period) this.#beepAt = now;
      }
    } else {
      this.#finishBeep(now);
    }
    this.#rate = beepsPerSecond;
  }

  /** `n` counted pips; nothing while collision beeps sound, for those say more. */
  pips(n: number, now: number): void {
    if (this.#rate > 0) return;
    const gaps: number[] = [];
    for (let i = 0; i < n; i++)
      gaps.push(...(i > 0 ? [this.slow ? slowGapMs : pipGapMs] : []), this.slow ? slowMs : pipMs);
    this.#enqueue(gaps, now);
  }

  play(name: PhraseName, now: number): void {
    if (this.#rate > 0 && name !== "stopping") return;
    if (name === "stopping") {
      this.#rate = 0;
      this.#queue = [];
    }
    this.#enqueue(this.slow ? stretched(phrases[name].gaps) : phrases[name].gaps, now);
  }

  /** The answer to a press: over a beep it is a gap, so that it is heard all the same. */
  tick(now: number): void {
    this.#tickAt = now;
  }

  /** Whether the buzzer sounds at `now`. */
  on(now: number): boolean {
    const ticking = now >= this.#tickAt && now < this.#tickAt + this.#tickMs;
    return this.#sounding(now) !== ticking;
  }

  /** The next moment after `now` at which `on` may change, or Infinity. */
  nextAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    const consider = (at: number) => {
      if (at > now && at < next) next = at;
    };
    consider(this.#tickAt + this.#tickMs);
    if (this.#rate > 0) {
      const last = this.#lastBeep(now);
      consider(last + this.#width());
      consider(last + 1000 / this.#rate);
    }
    for (const phrase of this.#queue) {
      let edge = phrase.startAt;
      consider(edge);
      for (const gap of phrase.gaps) {
        edge += gap;
        consider(edge);
      }
    }
    return next;
  }

  /** Milliseconds until the last phrase has sounded. */
  remaining(now: number): number {
    const last = this.#queue[this.#queue.length - 1];
    return last === undefined ? 0 : Math.max(0, endOf(last) - now);
  }

  #sounding(now: number): boolean {
    if (this.#rate > 0) {
      const into = now - this.#lastBeep(now);
      return into >= 0 && into < this.#width();
    }
    while (this.#queue[0] !== undefined && endOf(this.#queue[0]) <= now) this.#queue.shift();
    const phrase = this.#queue[0];
    if (phrase === undefined || now < phrase.startAt) return false;
    let edge = phrase.startAt;
    for (const [i, gap] of phrase.gaps.entries()) {
      edge += gap;
      if (now < edge) return i % 2 === 0;
    }
    return false;
  }

  #enqueue(gaps: readonly number[], now: number): void {
    const last = this.#queue[this.#queue.length - 1];
    const free = last === undefined || endOf(last) <= now;
    this.#queue.push({ startAt: free ? now : endOf(last) + restMs, gaps });
  }

  /** Start of the beep of the train that is newest at `now`. */
  #lastBeep(now: number): number {
    const period = 1000 / this.#rate;
    // The small slack keeps a beep that starts exactly now from being taken for the one before.
    return this.#beepAt + Math.max(0, Math.floor((now - this.#beepAt) / period + 1e-9)) * period;
  }

  get #tickMs(): number {
    return this.slow ? slowTickMs : tickMs;
  }

  #width(): number {
    if (this.slow) return this.#rate >= shortFrom ? 1000 / this.#rate : slowMs;
    return this.#rate >= shortFrom ? shortPipMs : pipMs;
  }

  /** A beep that has begun is finished when the train stops. */
  #finishBeep(now: number): void {
    const left = this.#lastBeep(now) + this.#width() - now;
    if (left > 0) this.#queue.push({ startAt: now, gaps: [left] });
  }
}

/** A phrase as slow as its shortest pulse needs; its rhythm stays. */
function stretched(gaps: readonly number[]): number[] {
  const factor = Math.max(1, slowMs / Math.min(...gaps));
  return gaps.map((ms) => ms * factor);
}

function endOf(phrase: Phrase): number {
  return phrase.gaps.reduce((sum, gap) => sum + gap, phrase.startAt);
}
