/** The one form that sound has in Brim: 16-bit signed little-endian mono. */
export const sampleRate = 22_050;
export const bytesPerSample = 2;
export const bytesPerSecond = sampleRate * bytesPerSample;

/** The header of a WAV file that holds so many bytes of sound in that form, or with so many samples a second. */
export function wavHeader(bytes: number, rate = sampleRate): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * bytesPerSample, 28);
  header.writeUInt16LE(bytesPerSample, 32);
  header.writeUInt16LE(bytesPerSample * 8, 34);
  header.write("data", 36);
  header.writeUInt32LE(bytes, 40);
  return header;
}

/** A WAV file of such sound. */
export function wavFile(sound: Buffer, rate = sampleRate): Buffer {
  return Buffer.concat([wavHeader(sound.length, rate), sound]);
}
