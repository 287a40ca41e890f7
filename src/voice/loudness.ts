import { bytesPerSample, bytesPerSecond, sampleRate } from "../devices/speaker/sound.ts";

const blockSamples = Math.round(0.02 * sampleRate);
/** Blocks under this share of the loudest one are pauses (−20 dB): they do not make a voice less loud. */
const pause = 0.1;
/** Blocks under this share of the loudest one, at both ends of a recording, are not part of what was said (−30 dB). */
const silence = 0.03;
/** What is so quiet is noise, and is not made any louder than this many times. */
const mostGain = 10;
const full = 32_767;

/** Root mean square of those 20 ms blocks that are no pauses, 0 to 1, of 16-bit mono sound. */
export function loudness(sound: Buffer): number {
  const blocks = powers(sound);
  const floor = Math.max(...blocks, 0) * pause ** 2;
  const loud = blocks.filter((power) => power > floor);
  return loud.length === 0 ? 0 : Math.sqrt(loud.reduce((sum, power) => sum + power, 0) / loud.length);
}

/** The sound as loud as `target`; peaks that would not fit are rounded, not cut. */
export function asLoudAs(target: number, sound: Buffer): Buffer {
  const is = loudness(sound);
  const gain = is > 0 ? Math.min(mostGain, target / is) : 1;
  const result = Buffer.alloc(sound.length - (sound.length % bytesPerSample));
  for (let at = 0; at < result.length; at += bytesPerSample) {
    result.writeInt16LE(Math.round(full * rounded((sound.readInt16LE(at) / full) * gain)), at);
  }
  return result;
}

/** The sound with each sample multiplied by `gain`, 0 to 1, which cannot cut its peaks. */
export function scaled(sound: Buffer, gain: number): Buffer {
  if (gain === 1) return sound;
  const result = Buffer.alloc(sound.length - (sound.length % bytesPerSample));
  for (let at = 0; at < result.length; at += bytesPerSample) {
    result.writeInt16LE(Math.round(sound.readInt16LE(at) * gain), at);
  }
  return result;
}

/** Without the silence at both ends, but for `margin` seconds. */
export function withoutSilence(sound: Buffer, margin = 0.03): Buffer {
  const blocks = powers(sound);
  const floor = Math.max(...blocks, 0) * silence ** 2;
  const first = blocks.findIndex((power) => power > floor);
  if (first < 0) return Buffer.alloc(0);
  const last = blocks.findLastIndex((power) => power > floor);
  const blockBytes = blockSamples * bytesPerSample;
  const more = Math.round((margin * bytesPerSecond) / bytesPerSample) * bytesPerSample;
  return sound.subarray(Math.max(0, first * blockBytes - more), (last + 1) * blockBytes + more);
}

/** Mean square of each block, 0 to 1. */
function powers(sound: Buffer): number[] {
  const blocks: number[] = [];
  const samples = Math.floor(sound.length / bytesPerSample);
  for (let start = 0; start < samples; start += blockSamples) {
    const end = Math.min(samples, start + blockSamples);
    let sum = 0;
    for (let i = start; i < end; i++) sum += (sound.readInt16LE(i * bytesPerSample) / full) ** 2;
    blocks.push(sum / (end - start));
  }
  return blocks;
}

/** Straight up to 0.7, then bent towards 1, which is never passed. */
function rounded(value: number): number {
  const knee = 0.7;
  const size = Math.abs(value);
  if (size <= knee) return value;
  return Math.sign(value) * (knee + (1 - knee) * Math.tanh((size - knee) / (1 - knee)));
}
