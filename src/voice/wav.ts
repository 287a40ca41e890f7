import { BrimError } from "../base/errors.ts";
import { bytesPerSample, sampleRate } from "../devices/speaker/sound.ts";
import { resample } from "./resample.ts";

/** Header of a WAV stream of plain 16-bit sound, up to its samples. */
const headerBytes = 44;

/** The samples of a WAV stream whose lengths are not to be believed, for it is still being made. */
export async function* wavSamples(stream: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  let odd = Buffer.alloc(0);
  for await (const chunk of stream) {
    let sound = chunk;
    if (head !== null) {
      head = Buffer.concat([head, chunk]);
      if (head.length < headerBytes) continue;
      sound = head.subarray(headerBytes);
      head = null;
    }
    sound = Buffer.concat([odd, sound]);
    const whole = sound.length - (sound.length % bytesPerSample);
    odd = Buffer.from(sound.subarray(whole));
    if (whole > 0) yield sound.subarray(0, whole);
  }
}

const pcm = 1;
/** Of more than plain sound: what the format is, is told further on. */
const extensible = 0xfffe;

/**
 * The sound of a WAV file of 16-bit samples, brought to one channel and 22,050 samples a second.
 * @param longest seconds; what is after them is left out
 * @throws BrimError INPUT when it is no such file
 */
export function readWav(file: Buffer, longest: number): Buffer {
  const wrong = (why: string) => new BrimError("INPUT", `not a WAV file of 16-bit sound: ${why}`);
  if (file.toString("latin1", 0, 4) !== "RIFF" || file.toString("latin1", 8, 12) !== "WAVE") {
    throw wrong("it does not begin like one");
  }
  let format: { channels: number; rate: number } | null = null;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString("latin1", at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, at + 8 + length);
    if (name === "fmt ") {
      if (body.length < 16) throw wrong("its header is cut off");
      const kind = body.readUInt16LE(0);
      const channels = body.readUInt16LE(2);
      const rate = body.readUInt32LE(4);
      if ((kind !== pcm && kind !== extensible) || body.readUInt16LE(14) !== 16)
        throw wrong("another format");
      if (channels < 1 || channels > 8 || rate < 4_000 || rate > 192_000) throw wrong("odd channels or rate");
      format = { channels, rate };
    } else if (name === "data") {
      if (format === null) throw wrong("sound before its format");
      const { channels, rate } = format;
      const samples = oneChannel(body.subarray(0, Math.ceil(longest * rate) * channels * 2), channels);
      return bytesOf(resample(samples, rate, sampleRate));
    }
    at += 8 + length + (length % 2);
  }
  throw wrong("there is no sound in it");
}

/** The mean of the channels. */
function oneChannel(sound: Buffer, channels: number): Int16Array {
  const samples = new Int16Array(Math.floor(sound.length / (channels * bytesPerSample)));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += sound.readInt16LE((i * channels + c) * bytesPerSample);
    samples[i] = Math.round(sum / channels);
  }
  return samples;
}

/** 16-bit samples as little-endian bytes, whatever the machine. */
export function bytesOf(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length * bytesPerSample);
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] ?? 0, i * bytesPerSample);
  return bytes;
}
