import { bytesPerSample, sampleRate } from "../devices/speaker/sound.ts";

/** A damped sine: what wood sounds like when it is struck. */
interface Knock {
  /** Hz. */
  pitch: number;
  ms: number;
  /** In ms to 1/e. */
  decay: number;
  /** Peak, 0 to 1. */
  peak: number;
}

/**
 * The ticks of finding a thing by ear. They are no earcons, for they say nothing by themselves: their rate does. They are
 * short enough for eight a second, lower and duller than the buzzer's beeps (2.3 kHz, 40 ms and longer) and far from the
 * even notes of the earcons.
 */
const knocks = {
  /** The thing is in view: a bright knock. */
  seen: { pitch: 1_200, ms: 18, decay: 4, peak: 0.5 },
  /** It is not, and is looked for: a soft, low one. */
  looking: { pitch: 260, ms: 45, decay: 14, peak: 0.25 },
} as const satisfies Record<string, Knock>;

const attackMs = 1;

/** The sound of a tick: 16-bit mono samples, 22,050 a second. */
export function findTick(kind: keyof typeof knocks): Buffer {
  const { pitch, ms, decay, peak } = knocks[kind];
  const samples = Math.round((ms / 1_000) * sampleRate);
  const sound = Buffer.alloc(samples * bytesPerSample);
  for (let i = 0; i < samples; i++) {
    const at = (i * 1_000) / sampleRate;
    const rise = Math.min(1, at / attackMs);
    // To nothing at the end, for a sudden one clicks.
    const fall = Math.exp(-at / decay) * (1 - i / samples);
    const value = peak * rise * fall * Math.sin((2 * Math.PI * pitch * at) / 1_000);
    sound.writeInt16LE(Math.round(32_767 * value), i * bytesPerSample);
  }
  return sound;
}
