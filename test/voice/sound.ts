import { bytesPerSecond, sampleRate } from "../../src/devices/speaker/sound.ts";

/** A sine of `hz`, `seconds` long, with peaks of `peak` (0 to 1), as 16-bit mono bytes at `rate`. */
export function sine(hz: number, seconds: number, peak = 0.5, rate = sampleRate): Buffer {
  const sound = Buffer.alloc(Math.round(seconds * rate) * 2);
  for (let i = 0; i * 2 < sound.length; i++) {
    sound.writeInt16LE(Math.round(32_767 * peak * Math.sin((2 * Math.PI * hz * i) / rate)), i * 2);
  }
  return sound;
}

export function silence(seconds: number, rate = sampleRate): Buffer {
  return Buffer.alloc(Math.round(seconds * rate) * 2);
}

export const seconds = (sound: Buffer) => sound.length / bytesPerSecond;

/** Strength of `hz` in a sound as the peak of the sine that it holds of it (Goertzel's sum, 0 to 1). */
export function strength(sound: Buffer, hz: number): number {
  let re = 0;
  let im = 0;
  const samples = sound.length / 2;
  for (let i = 0; i < samples; i++) {
    const angle = (2 * Math.PI * hz * i) / sampleRate;
    re += (sound.readInt16LE(i * 2) / 32_767) * Math.cos(angle);
    im += (sound.readInt16LE(i * 2) / 32_767) * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / samples;
}

/** A WAV file of `channels` equal channels. */
export function wavOf(sound: Buffer, rate: number, channels = 1): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + sound.length * channels, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2 * channels, 28);
  header.writeUInt16LE(2 * channels, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(sound.length * channels, 40);
  const body = Buffer.alloc(sound.length * channels);
  for (let i = 0; i < sound.length / 2; i++) {
    for (let c = 0; c < channels; c++) body.writeInt16LE(sound.readInt16LE(i * 2), (i * channels + c) * 2);
  }
  return Buffer.concat([header, body]);
}
