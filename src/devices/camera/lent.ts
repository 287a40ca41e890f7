import type { Camera, Frame } from "../ports.ts";
import type { PageCamera } from "./page.ts";

export interface LentCameraOptions {
  /** The hat's own. */
  own: Camera;
  page: PageCamera;
}

/** The hat's camera, whose place that of a page may take for a while; the hat's own rests meanwhile. */
export class LentCamera implements Camera {
  readonly #own: Camera;
  readonly #page: PageCamera;
  #lent = false;
  #changed = new AbortController();
  /** The one that was started. */
  #running: Camera | null = null;

  constructor({ own, page }: LentCameraOptions) {
    this.#own = own;
    this.#page = page;
  }

  get name(): string {
    return this.#camera.name;
  }

  /** Takes pictures from the page, or from the hat's own camera again. The frame that is waited for comes from there. */
  lend(on: boolean): void {
    if (on === this.#lent) return;
    this.#lent = on;
    this.#changed.abort();
    this.#changed = new AbortController();
  }

  /** @throws BrimError DEVICE */
  async start(signal: AbortSignal): Promise<void> {
    const camera = this.#camera;
    await camera.start(signal);
    this.#running = camera;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await (running ?? this.#camera).stop();
  }

  async next(signal: AbortSignal): Promise<Frame> {
    for (;;) {
      const changed = this.#changed.signal;
      try {
        await this.#follow(signal);
        return await this.#camera.next(AbortSignal.any([signal, changed]));
      } catch (error) {
        if (signal.aborted || !changed.aborted) throw error;
      }
    }
  }

  still(): Promise<Buffer> {
    return this.#camera.still();
  }

  setDistance(metres: number | null): void {
    this.#own.setDistance?.(metres);
  }

  get #camera(): Camera {
    return this.#lent ? this.#page : this.#own;
  }

  /** Starts the one whose turn it is, and stops the other. */
  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#running === this.#camera) return;
    const before = this.#running;
    this.#running = null;
    await before?.stop();
    await this.start(signal);
  }
}
