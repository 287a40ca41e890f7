import { readFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { BrimError, messageOf } from "../../base/errors.ts";
import { type Microphone, microphoneRate } from "../ports.ts";
import type { MicrophoneOptions } from "./index.ts";
import { spokenName } from "./voice.ts";

/** Sound comes in pieces of so long. */
const pieceMs = 20;
const pieceSamples = (microphoneRate * pieceMs) / 1_000;
/** The wearer takes a moment to think of the name. */
const thinkMs = 1_200;
const headerBytes = 44;

/**
 * A microphone for trying the hat without one: after a moment a made-up voice says something like a name, another one in
 * each recording, or a WAV file is heard.
 */
export class SimulatedMicrophone implements Microphone {
  readonly name = "simulated";
  readonly available = true;
  readonly #clock: Clock;
  readonly #file: string | undefined;
  #recordings = 0;

  constructor({ clock, file }: MicrophoneOptions) {
    this.#clock = clock;
    this.#file = file;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async record(signal: AbortSignal, onSound: (sound: Buffer) => void): Promise<void> {
    const name =
      this.#file === undefined ? spokenName(this.#recordings++, microphoneRate) : readSamples(this.#file);
    const begin = Math.round((thinkMs / 1_000) * microphoneRate);
    const from = this.#clock.now();
    for (let at = 0; !signal.aborted; at += pieceSamples) {
      const due = from + ((at + pieceSamples) / microphoneRate) * 1_000;
      await this.#clock.sleep(Math.max(0, due - this.#clock.now()), signal).catch(() => {});
      if (signal.aborted) return;
      const piece = Buffer.alloc(pieceSamples * 2);
      for (let i = 0; i < pieceSamples; i++) {
        // A quiet room: silence to the last bit is what only a broken microphone hears.
        const noise = ((at + i) * 7919) % 17;
        piece.writeInt16LE(clamp((name[at + i - begin] ?? 0) + noise - 8), i * 2);
      }
      onSound(piece);
    }
  }
}

function clamp(value: number): number {
  return Math.max(-32_768, Math.min(32_767, value));
}

function readSamples(file: string): Int16Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new BrimError("DEVICE", `microphone.file: ${messageOf(error)}`);
  }
  const rate = bytes.length >= headerBytes ? bytes.readUInt32LE(24) : 0;
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || rate !== microphoneRate || bytes.readUInt16LE(22) !== 1) {
    throw new BrimError(
      "DEVICE",
      `microphone.file: ${file} is no WAV file of one channel with ${microphoneRate} samples a second`,
    );
  }
  const samples = new Int16Array(Math.floor((bytes.length - headerBytes) / 2));
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(headerBytes + i * 2);
  return samples;
}
