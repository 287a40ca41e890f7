import { microphoneRate as rate } from "../../devices/ports.ts";
import { HighPass } from "./filter.ts";
import { pitchOf } from "./pitch.ts";

/** A frame is 10 ms; its level is that of the 20 ms, its pitch is looked for in the 40 ms, that end with it. */
const frameSamples = rate / 100;
const frameMs = 10;
const levelSamples = 2 * frameSamples;
const windowSamples = 4 * frameSamples;
/** Wind and handling are loudest below this, voices are heard well without it. */
const rumbleHz = 200;
/** What is kept has no rumble that is lower than any voice, and no offset. */
const keptHz = 80;

/** A frame this much like itself one period later may be voice (vowels reach 0.8 to 1, short ones less)… */
const periodic = 0.6;
/** …and in a hoarse or creaky voice one this much, where many in a row glide and are so much on average. */
const faintlyPeriodic = 0.25;
const meanPeriodic = 0.45;
/** From frame to frame a voice's pitch glides, that of noise jumps. */
const mostGlide = 0.1;
/** So many frames with one gliding pitch are a voice; so many where it is faint. */
const voiceFrames = 6;
const faintVoiceFrames = 10;
/** A frame is sound where it is so much louder than the floor (10 dB), and louder than any microphone's own noise. */
const overFloor = 10 ** (10 / 20);
const faintest = 10 ** (-60 / 20);
/** The floor is what a tenth of the frames stay under: pauses are that, even between syllables. */
const floorShare = 0.1;

/** How long the wearer may think, a name may last, and a pause must be to be its end. */
const thinkMs = 3_500;
const longestMs = 4_000;
const pauseMs = 800;
/** Noise that never pauses does not go on for a name: without voice for so long, it has ended. */
const voicelessMs = 1_200;

/** Consonants before the first and after the last vowel, with the closures inside them. */
const onsetMs = 300;
const codaMs = 400;
const closureMs = 100;
/** Left around the name, and faded. */
const marginMs = 60;
const fadeMs = 10;

interface Frame {
  /** Root mean square without the rumble, 0 to 1. */
  level: number;
  /** Samples; 0 where there is no period. */
  period: number;
  /** How much it is like itself one period later. */
  strength: number;
  /** Belongs to a run of frames with one gliding pitch. */
  voiced: boolean;
}

/**
 * Listens to a recording as it comes, and finds a spoken name in it: where it ends, and whether there is one. A pure
 * matter of samples. Sound is `microphoneRate` samples a second, mono.
 */
export class NameListener {
  readonly #rumble = new HighPass(rumbleHz, rate);
  readonly #low = new HighPass(keptHz, rate);
  readonly #kept: number[] = [];
  readonly #frames: Frame[] = [];
  readonly #window = new Float64Array(windowSamples);
  #fill = 0;

  /** Takes what was heard next. Returns true when there is no more to wait for. */
  push(samples: Int16Array): boolean {
    for (const sample of samples) {
      const value = sample / 32_768;
      this.#kept.push(this.#low.next(value));
      this.#window[windowSamples - frameSamples + this.#fill++] = this.#rumble.next(value);
      if (this.#fill === frameSamples) this.#frame();
    }
    return this.#over();
  }

  /** The name without the silence around it, or null where no voice was heard. */
  name(): Int16Array | null {
    const loud = overFloor * this.#floor();
    const spoken = this.#frames.map(({ voiced, level }) => voiced && level > loud);
    if (spoken.filter(Boolean).length < voiceFrames) return null;
    const isSound = (at: number) => (this.#frames[at]?.level ?? 0) > loud;
    const first = reach(spoken.indexOf(true), -1, onsetMs, isSound);
    const last = reach(spoken.lastIndexOf(true), 1, codaMs, isSound);
    const margin = (marginMs / 1_000) * rate;
    // A pitch is found in what is before the frame, too.
    const from = Math.max(0, (first + 1) * frameSamples - windowSamples - margin);
    const to = Math.min(this.#kept.length, (last + 1) * frameSamples + margin);
    return faded(this.#kept.slice(from, to));
  }

  #frame(): void {
    const fresh = this.#window.subarray(windowSamples - levelSamples);
    const level = Math.sqrt(fresh.reduce((sum, x) => sum + x * x, 0) / levelSamples);
    const pitch = level > faintest ? pitchOf(this.#window, rate) : { strength: 0, period: 0 };
    const period = pitch.strength >= faintlyPeriodic ? pitch.period : 0;
    this.#frames.push({ level, period, strength: pitch.strength, voiced: false });
    this.#markVoice();
    this.#window.copyWithin(0, frameSamples);
    this.#fill = 0;
  }

  /** Marks the run of gliding pitch that ends with the last frame, once it is long enough. */
  #markVoice(): void {
    const frames = this.#frames;
    let at = frames.length - 1;
    let clear = at;
    while (glides(frames[at - 1]?.period ?? 0, frames[at]?.period ?? 0)) {
      at--;
      if (clear === at + 1 && isClear(frames[at + 1]) && isClear(frames[at])) clear = at;
    }
    const run = frames.slice(at);
    const strength = run.reduce((sum, frame) => sum + frame.strength, 0) / run.length;
    if (run.length >= faintVoiceFrames && strength >= meanPeriodic) markVoiced(run);
    else if (frames.length - clear >= voiceFrames) markVoiced(frames.slice(clear));
  }

  #floor(): number {
    const levels = this.#frames.map(({ level }) => level).sort((a, b) => a - b);
    return Math.max(faintest / overFloor, levels[Math.floor(levels.length * floorShare)] ?? 0);
  }

  #over(): boolean {
    const frames = this.#frames;
    const loud = overFloor * this.#floor();
    const began = frames.findIndex(({ voiced }) => voiced);
    if (began < 0) return frames.length * frameMs >= thinkMs;
    const silentMs = (frames.length - 1 - frames.findLastIndex(({ level }) => level > loud)) * frameMs;
    const voicelessFor = (frames.length - 1 - frames.findLastIndex(({ voiced }) => voiced)) * frameMs;
    const lasted = (frames.length - began) * frameMs;
    return silentMs >= pauseMs || voicelessFor >= voicelessMs || lasted >= longestMs;
  }
}

function isClear(frame: Frame | undefined): boolean {
  return frame !== undefined && frame.strength >= periodic;
}

function markVoiced(run: Frame[]): void {
  for (const frame of run) frame.voiced = true;
}

function glides(one: number, other: number): boolean {
  return one > 0 && other > 0 && Math.abs(one - other) <= mostGlide * Math.max(one, other);
}

/** From `at` as far as sound goes on in that direction, over closures, but no further than `mostMs`. */
function reach(at: number, step: 1 | -1, mostMs: number, isSound: (at: number) => boolean): number {
  let end = at;
  for (let n = 1; n * frameMs <= mostMs; n++) {
    const next = at + n * step;
    if (isSound(next)) end = next;
    else if (Math.abs(next - end) * frameMs > closureMs) break;
  }
  return end;
}

/** As 16-bit samples that begin and end without a click. */
function faded(sound: number[]): Int16Array {
  const fade = (fadeMs / 1_000) * rate;
  return Int16Array.from(sound, (value, i) => {
    const gain = Math.min(1, i / fade, (sound.length - 1 - i) / fade);
    return Math.max(-32_768, Math.min(32_767, Math.round(value * gain * 32_767)));
  });
}
