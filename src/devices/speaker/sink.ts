/** Where a stream of sound goes. It may lose what it is given, and says so, but never blocks and never throws. */
export interface Sink {
  /** What plays, such as "aplay", or "silent" while nothing does. */
  readonly name: string;
  /** False from when the sound was lost until it is back. */
  readonly working: boolean;
  /** False while what plays has not opened the device: what was written now would be heard late, and so all after it. */
  readonly ready: boolean;
  /** See `Speaker.onSound`. */
  onSound: (working: boolean, why: string) => void;
  /** It had nothing to play for a moment, and is late by that from now on. */
  onLate: () => void;
  /** Sound is going to come. */
  open(): void;
  /** 16-bit mono samples, `sampleRate` a second. */
  write(sound: Buffer): void;
  /** None comes for a while: lets go of the device. Resolves when it is free. */
  close(): Promise<void>;
  stop(): Promise<void>;
}
