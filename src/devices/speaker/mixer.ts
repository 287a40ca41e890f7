import { bytesPerSample, bytesPerSecond, sampleRate } from "./sound.ts";

/** What is heard of speech while a short sound is played over it. */
const ducked = 0.5;
/** Sound that is broken off fades away in so many samples (5 ms), for a sudden end clicks. */
const fadeSamples = Math.round(0.005 * sampleRate);
/** Short sounds over speech at the same time, at most. */
const mostOverlays = 4;

interface Overlay {
  sound: Buffer;
  at: number;
  onHeard(): void;
}

/** Mixes a stream of speech and short sounds over it; a pure matter of samples, with no idea of time. */
export class Mixer {
  #speech: Buffer[] = [];
  #overlays: Overlay[] = [];

  /** Nothing is left to be heard. */
  get empty(): boolean {
    return this.#speech.length === 0 && this.#overlays.length === 0;
  }

  /** Seconds of speech that wait. */
  get waiting(): number {
    return this.#speech.reduce((sum, chunk) => sum + chunk.length, 0) / bytesPerSecond;
  }

  push(speech: Buffer): void {
    const whole = speech.subarray(0, speech.length - (speech.length % bytesPerSample));
    if (whole.length > 0) this.#speech.push(whole);
  }

  /** Plays `sound` over the speech from the next sample on; `onHeard` is called when its last one is taken. */
  overlay(sound: Buffer, onHeard: () => void): void {
    this.#overlays.push({ sound, at: 0, onHeard });
    if (this.#overlays.length > mostOverlays) this.#overlays.shift()?.onHeard();
  }

  /** Breaks the speech off. */
  cut(): void {
    const next = this.#takeSpeech(fadeSamples);
    this.#speech = [];
    if (next === null) return;
    for (let i = 0; i < next.length; i++) next[i] = Math.round((next[i] ?? 0) * (1 - i / next.length));
    this.#speech = [Buffer.from(next.buffer, next.byteOffset, next.byteLength)];
  }

  /** Forgets what has not been heard. */
  clear(): void {
    this.#speech = [];
    for (const { onHeard } of this.#overlays.splice(0)) onHeard();
  }

  /** The next `samples` samples, filled up with silence. */
  take(samples: number): Buffer {
    const mixed = new Int16Array(samples);
    mixed.set(this.#takeSpeech(samples) ?? []);
    const over = Math.max(0, ...this.#overlays.map(left));
    for (let i = 0; i < Math.min(samples, over); i++) mixed[i] = (mixed[i] ?? 0) * ducked;
    for (const overlay of [...this.#overlays]) this.#mix(overlay, mixed);
    return Buffer.from(mixed.buffer, mixed.byteOffset, mixed.byteLength);
  }

  #mix(overlay: Overlay, mixed: Int16Array): void {
    const { sound } = overlay;
    const count = Math.min(mixed.length, left(overlay));
    for (let i = 0; i < count; i++, overlay.at += bytesPerSample) {
      const sum = (mixed[i] ?? 0) + sound.readInt16LE(overlay.at);
      mixed[i] = Math.max(-32_768, Math.min(32_767, sum));
    }
    if (left(overlay) > 0) return;
    this.#overlays.splice(this.#overlays.indexOf(overlay), 1);
    overlay.onHeard();
  }

  #takeSpeech(most: number): Int16Array | null {
    if (this.#speech.length === 0) return null;
    const waiting = this.#speech.reduce((sum, chunk) => sum + chunk.length / bytesPerSample, 0);
    const taken = new Int16Array(Math.min(most, waiting));
    for (let done = 0; done < taken.length; ) {
      const chunk = this.#speech[0] ?? Buffer.alloc(0);
      const count = Math.min(taken.length - done, chunk.length / bytesPerSample);
      for (let i = 0; i < count; i++) taken[done + i] = chunk.readInt16LE(i * bytesPerSample);
      done += count;
      const rest = chunk.subarray(count * bytesPerSample);
      if (rest.length > 0) this.#speech[0] = rest;
      else this.#speech.shift();
    }
    return taken;
  }
}

/** Samples that are still to come. */
function left({ sound, at }: Overlay): number {
  return Math.floor((sound.length - at) / bytesPerSample);
}
