import { closeSync, openSync, writeSync } from "node:fs";
import { BrimError, messageOf } from "../../base/errors.ts";
import type { Sink } from "./sink.ts";
import { wavHeader } from "./sound.ts";

/** Writes what would be heard, pauses too, to a WAV file, so that it can be listened to later, and measured. */
export class FileSink implements Sink {
  readonly name = "file";
  readonly ready = true;
  onSound: (working: boolean, why: string) => void = () => {};
  onLate = () => {};
  #fd: number | null = null;
  #bytes = 0;
  #working = true;

  constructor(private readonly file: string) {}

  get working(): boolean {
    return this.#working;
  }

  /** @throws BrimError INPUT when the file cannot be written */
  open(): void {
    if (this.#fd !== null) return;
    try {
      this.#fd = openSync(this.file, "w", 0o600);
      writeSync(this.#fd, wavHeader(0));
    } catch (error) {
      throw new BrimError("INPUT", `cannot write ${this.file}: ${messageOf(error)}`, { cause: error });
    }
  }

  write(sound: Buffer): void {
    if (this.#fd === null || !this.#working) return;
    try {
      writeSync(this.#fd, sound);
      this.#bytes += sound.length;
    } catch (error) {
      this.#working = false;
      this.onSound(false, `cannot write ${this.file}: ${messageOf(error)}`);
    }
  }

  async close(): Promise<void> {}

  async stop(): Promise<void> {
    if (this.#fd === null) return;
    try {
      writeSync(this.#fd, wavHeader(this.#bytes), 0, undefined, 0);
    } catch {
      // The disk is full, which was told; what there is of the sound stays.
    }
    closeSync(this.#fd);
    this.#fd = null;
  }
}
