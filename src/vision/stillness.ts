import type { Picture } from "../devices/ports.ts";

/** Cells of the thumbnail by which pictures are compared; each is the mean of some thousand pixels, so noise is gone. */
const columns = 32;
const rows = 24;
/** Levels (of 255) by which one channel of one cell differs when something moved there. */
const movedAbove = 6;
/** So long nothing must have moved before the scene counts as still, in ms: the tracker wants several looks of its own. */
const calmMs = 1_000;
/** Even in a still scene everything is looked at again after so long, in ms; after twice as long once that found nothing new. */
const firstRestMs = 2_000;
const longestRestMs = 6_000;

/**
 * Tells when a frame shows what the last one showed that was looked at, so that it need not be looked at again. What moves
 * is seen in the very frame in which it moves; slow changes add up until they are seen.
 */
export class Stillness {
  #before: Uint8Array | null = null;
  #kinds = "";
  #lookedAt = Number.NEGATIVE_INFINITY;
  #movedAt = Number.NEGATIVE_INFINITY;
  #restMs = firstRestMs;

  /** Whether a frame taken at `at` may be left out. */
  async isStill(picture: Picture, at: number): Promise<boolean> {
    const { width, height } = picture;
    const now = await picture.crop([0, 0, width, height], columns, rows);
    const moved = this.#before === null || differs(this.#before, now);
    if (moved) this.#stir(at);
    if (!moved && at - this.#movedAt >= calmMs) {
      if (at - this.#lookedAt < this.#restMs) return true;
      this.#restMs = Math.min(this.#restMs * 2, longestRestMs);
    }
    this.#before = now;
    this.#lookedAt = at;
    return false;
  }

  /** What was found in a frame that was not left out. When that changes, the next looks must agree on it. */
  found(labels: readonly string[], at: number): void {
    const kinds = labels.toSorted().join();
    if (kinds !== this.#kinds) this.#stir(at);
    this.#kinds = kinds;
  }

  #stir(at: number): void {
    this.#movedAt = at;
    this.#restMs = firstRestMs;
  }
}

function differs(before: Uint8Array, now: Uint8Array): boolean {
  for (let i = 0; i < now.length; i++) {
    if (Math.abs((now[i] ?? 0) - (before[i] ?? 0)) > movedAbove) return true;
  }
  return false;
}
