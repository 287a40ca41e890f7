/**
 * What eSpeak's child process writes to its stdout: frames of `[id u32][length u32]` and so many bytes of sound,
 * little-endian; a frame of length 0 ends the sentence of that id. Sentence 0 is none: its end says "ready".
 */
export const headerBytes = 8;
/** No frame is longer; a longer one means that the stream is out of step. */
const longestFrame = 1 << 20;

export function frame(id: number, sound: Uint8Array): Buffer {
  const bytes = Buffer.alloc(headerBytes + sound.length);
  bytes.writeUInt32LE(id, 0);
  bytes.writeUInt32LE(sound.length, 4);
  bytes.set(sound, headerBytes);
  return bytes;
}

/** Puts frames together again from chunks that are cut anywhere. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  constructor(private readonly onFrame: (id: number, sound: Buffer) => void) {}

  /** @throws Error when what comes cannot be a frame */
  push(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (bytes.length >= headerBytes) {
      const length = bytes.readUInt32LE(4);
      if (length > longestFrame) throw new Error(`a frame of ${length} bytes`);
      if (bytes.length < headerBytes + length) break;
      this.onFrame(bytes.readUInt32LE(0), bytes.subarray(headerBytes, headerBytes + length));
      bytes = bytes.subarray(headerBytes + length);
    }
    this.#rest = Buffer.from(bytes);
  }
}
