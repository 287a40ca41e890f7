/** What is looked at: a track by its id, or whatever is at the centre. */
export type ThingKey = number | "centre";

/** Pauses between looks at one thing: the first looks follow each other, the later ones come more and more seldom. */
const eagerLooks = 3;
const eagerMs = 300;
const pauseMs = 1_000;
const pauseMostMs = 8_000;
const knownMs = 5_000;
/** While somebody looks for a thing. */
const attendedMs = 250;
/** What was not at the centre for so long is looked at afresh. */
const forgetMs = 5_000;

interface State {
  looks: number;
  lookedAt: number;
  /** When it was last at the centre. */
  seenAt: number;
  known: boolean;
}

/** Says when the thing at the centre is to be looked at. */
export class ThingSchedule {
  readonly #states = new Map<ThingKey, State>();
  /** Somebody looks for a thing. */
  attended = false;

  due(key: ThingKey, at: number): boolean {
    for (const [other, { seenAt }] of this.#states) {
      if (at - seenAt > forgetMs) this.#states.delete(other);
    }
    const state = this.#states.get(key);
    if (state === undefined) return true;
    state.seenAt = at;
    return at - state.lookedAt >= (this.attended ? attendedMs : pauseOf(state));
  }

  looked(key: ThingKey, at: number): void {
    const looks = (this.#states.get(key)?.looks ?? 0) + 1;
    this.#states.set(key, { known: this.#states.get(key)?.known ?? false, looks, lookedAt: at, seenAt: at });
  }

  /** The mind has recognised the thing that a track shows. */
  known(track: number): void {
    const state = this.#states.get(track);
    if (state !== undefined) state.known = true;
  }
}

function pauseOf({ known, looks }: State): number {
  if (known) return knownMs;
  if (looks < eagerLooks) return eagerMs;
  return Math.min(pauseMostMs, pauseMs * 2 ** (looks - eagerLooks));
}
