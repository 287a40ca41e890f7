import { bytesPerSample, sampleRate } from "../devices/speaker/sound.ts";

/** A tone that glides from one pitch to another. */
interface Note {
  /** Hz. */
  from: number;
  to?: number;
  ms: number;
  /** Silence after it. */
  rest?: number;
}

interface Earcon {
  /** In words. */
  like: string;
  meaning: string;
  notes: readonly Note[];
  /** Strength of each overtone, the fundamental first; without it, a pure tone. */
  overtones?: readonly number[];
}

/**
 * The short sounds between and over speech: at most eight, each under 250 ms, and told apart by contour, rhythm and
 * register, not by pitch alone, so that they are known in fast speech and by those who hear no intervals. All lie
 * between 200 and 2500 Hz, which bone conduction carries well, and away from the buzzer's rhythm of equal beeps.
 *
 * Envelope of each note: rises in 4 ms and falls in 12 ms (raised cosines), falling to half on the way (exponential).
 */
export const earcons = {
  speak: { like: "one long even note", meaning: "speak now", notes: [{ from: 880, ms: 200 }] },
  saved: {
    like: "two notes, rising",
    meaning: "saved",
    notes: [
      { from: 587, ms: 80, rest: 15 },
      { from: 1175, ms: 110 },
    ],
  },
  undone: {
    like: "two notes, falling",
    meaning: "undone",
    notes: [
      { from: 1175, ms: 80, rest: 15 },
      { from: 587, ms: 110 },
    ],
  },
  thinking: {
    like: "two low taps",
    meaning: "working on the answer",
    notes: [
      { from: 330, ms: 25, rest: 70 },
      { from: 330, ms: 25 },
    ],
  },
  picture: {
    like: "a whistle, rising",
    meaning: "a picture leaves the hat",
    notes: [{ from: 600, to: 2400, ms: 220 }],
  },
  hush: { like: "a short drop", meaning: "hushed, or done", notes: [{ from: 700, to: 260, ms: 90 }] },
  error: {
    like: "two harsh low notes",
    meaning: "that did not work",
    notes: [
      { from: 220, ms: 95, rest: 30 },
      { from: 208, ms: 110 },
    ],
    overtones: [0.6, 0.2, 1, 0.1, 0.8, 0, 0.5],
  },
  connected: {
    like: "four quick notes, rising",
    meaning: "a phone or headset is connected",
    notes: [
      { from: 784, ms: 50, rest: 5 },
      { from: 988, ms: 50, rest: 5 },
      { from: 1319, ms: 50, rest: 5 },
      { from: 1568, ms: 60 },
    ],
  },
} as const satisfies Record<string, Earcon>;

export type EarconName = keyof typeof earcons;
export const earconNames = Object.keys(earcons) as EarconName[];

const peak = 0.4;
const attackMs = 4;
const releaseMs = 12;

/** Length of an earcon in ms. */
export function earconMs(name: EarconName): number {
  const { notes }: Earcon = earcons[name];
  return notes.reduce((sum, { ms, rest = 0 }) => sum + ms + rest, 0);
}

/** The sound of an earcon: 16-bit mono samples, 22,050 a second. */
export function earcon(name: EarconName): Buffer {
  const { notes, overtones = [1] }: Earcon = earcons[name];
  const sound = Buffer.alloc(Math.round((earconMs(name) / 1_000) * sampleRate) * bytesPerSample);
  let start = 0;
  for (const note of notes) {
    writeNote(sound, Math.round((start / 1_000) * sampleRate), note, overtones);
    start += note.ms + (note.rest ?? 0);
  }
  return sound;
}

function writeNote(
  sound: Buffer,
  first: number,
  { from, to = from, ms }: Note,
  overtones: readonly number[],
): void {
  const samples = Math.round((ms / 1_000) * sampleRate);
  const whole = overtones.reduce((sum, strength) => sum + strength, 0);
  let phase = 0;
  for (let i = 0; i < samples; i++) {
    const done = i / samples;
    let value = 0;
    for (const [n, strength] of overtones.entries()) value += (strength / whole) * Math.sin((n + 1) * phase);
    const at = (first + i) * bytesPerSample;
    if (at + bytesPerSample <= sound.length) {
      sound.writeInt16LE(Math.round(32_767 * peak * value * 2 ** -done * edges(i, samples)), at);
    }
    // Equal steps of pitch in equal times.
    phase += (2 * Math.PI * from * (to / from) ** done) / sampleRate;
  }
}

/** 0 at both ends, 1 between them. */
function edges(i: number, samples: number): number {
  const rise = (i * 1_000) / sampleRate / attackMs;
  const fall = ((samples - 1 - i) * 1_000) / sampleRate / releaseMs;
  return 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, rise, fall));
}
