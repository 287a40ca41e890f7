import { bytesPerSample, sampleRate } from "../devices/speaker/sound.ts";

/** A WAV file of 16-bit mono sound at 22,050 samples a second. */
export function wavFile(sound: Buffer): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + sound.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * bytesPerSample, 28);
  header.writeUInt16LE(bytesPerSample, 32);
  header.writeUInt16LE(bytesPerSample * 8, 34);
  header.write("data", 36);
  header.writeUInt32LE(sound.length, 40);
  return Buffer.concat([header, sound]);
}

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
