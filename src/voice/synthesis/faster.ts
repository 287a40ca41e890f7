import { bytesPerSample, sampleRate } from "../../devices/speaker/sound.ts";

/** Pitch periods of voices: 400 to 65 Hz. */
const shortest = Math.round(sampleRate / 400);
const longest = Math.round(sampleRate / 65);

/**
 * The same speech faster, at the same pitch: of every few pitch periods, two are blended into one (the overlap-add of
 * D. Malah, "Time-domain algorithms for harmonic bandwidth reduction and time scaling", 1979; as in the Sonic library).
 * @param sound 16-bit mono, in whole samples
 * @param speed 1 to 2
 */
export async function* faster(sound: AsyncIterable<Buffer>, speed: number): AsyncIterable<Buffer> {
  if (speed <= 1) {
    yield* sound;
    return;
  }
  let rest = Buffer.alloc(0);
  for await (const chunk of sound) {
    const { made, used } = blend(Buffer.concat([rest, chunk]), speed);
    rest = Buffer.concat([rest, chunk]).subarray(used);
    if (made.length > 0) yield made;
  }
  if (rest.length > 0) yield rest;
}

/** Blends as long as there is enough to look ahead; `used` tells how many bytes of `sound` are in `made`. */
function blend(sound: Buffer, speed: number): { made: Buffer; used: number } {
  const samples = new Int16Array(Math.floor(sound.length / bytesPerSample));
  for (let i = 0; i < samples.length; i++) samples[i] = sound.readInt16LE(i * bytesPerSample);
  const made: number[] = [];
  let at = 0;
  for (;;) {
    if (at + 2 * longest > samples.length) break;
    const period = periodAt(samples, at);
    const untouched = Math.round((period * (2 - speed)) / (speed - 1));
    if (at + 2 * period + untouched > samples.length) break;
    for (let i = 0; i < period; i++) {
      const share = i / period;
      const blended = (samples[at + i] ?? 0) * (1 - share) + (samples[at + period + i] ?? 0) * share;
      made.push(Math.round(blended));
    }
    at += 2 * period;
    for (let i = 0; i < untouched; i++) made.push(samples[at + i] ?? 0);
    at += untouched;
  }
  const bytes = Buffer.alloc(made.length * bytesPerSample);
  for (const [i, sample] of made.entries()) bytes.writeInt16LE(sample, i * bytesPerSample);
  return { made: bytes, used: at * bytesPerSample };
}

/** The lag at which the sound is most like itself: the least mean difference. */
function periodAt(samples: Int16Array, at: number): number {
  let best = shortest;
  let least = Number.POSITIVE_INFINITY;
  for (let period = shortest; period <= longest; period++) {
    let sum = 0;
    // Every second sample tells enough.
    for (let i = 0; i < period; i += 2) {
      sum += Math.abs((samples[at + i] ?? 0) - (samples[at + period + i] ?? 0));
    }
    if (sum / period < least) {
      least = sum / period;
      best = period;
    }
  }
  return best;
}
