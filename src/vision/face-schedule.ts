import { cosine } from "./choose-views.ts";

/** A face that one frame shows, with what is known of its track. */
export interface TrackedFace {
  /** Id of the track. */
  track: number;
  /** Height of the face in pixels. */
  height: number;
  /** When the track's box last jumped, where it did: it may have passed to somebody else. */
  jumpedAt: number | null;
}

/** A new face is looked at in so many frames, one after the other, before it counts as one that nobody knows. */
const eagerLooks = 6;
/** One that nobody knows is looked at after so long, then twice as long, up to the last. */
const unknownMs = 1_000;
const unknownMostMs = 8_000;
/** One that is known is looked at this often, lest the track has passed to somebody else. */
const knownMs = 3_000;
const perhapsMs = 800;
/** A face that cannot be seen well is looked at again after so long, then twice as long, up to the last. */
const poorMs = 200;
const poorMostMs = 1_600;
/** After a jump so many looks come at once. */
const jumpLooks = 2;
/**
 * Below this likeness (cosine) to all that was seen of a track it is somebody else. Of pairs of one person in LFW, taken
 * years apart, 99 % are above 0.33.
 */
const otherBelow = 0.15;
/** Two looks must agree that it is. */
const otherLooks = 2;
/** Views of a track that are remembered while it lasts, to notice that. */
const remembered = 3;

interface State {
  nextAt: number;
  looks: number;
  poor: number;
  known: "sure" | "perhaps" | null;
  jumpedAt: number | null;
  vectors: Float32Array[];
  others: number;
}

/**
 * Says whose face is to be looked at, and when: a new one at once and in several frames, one that is known or that
 * nobody knows seldom. It notices when a track passes to somebody else. What it remembers ends with the track.
 */
export class FaceSchedule {
  readonly #states = new Map<number, State>();

  /** Those of the faces that are to be looked at now, the most urgent first. */
  due<T extends TrackedFace>(faces: readonly T[], at: number): T[] {
    const waiting: { face: T; state: State }[] = [];
    for (const face of faces) {
      const state = this.#stateOf(face.track);
      this.#jumped(state, face.jumpedAt, at);
      if (state.nextAt <= at) waiting.push({ face, state });
    }
    waiting.sort((a, b) => a.state.looks - b.state.looks || b.face.height - a.face.height);
    return waiting.map(({ face }) => face);
  }

  /** Whether some track's face waits to be looked at, so that faces should be searched for soon. */
  wanted(tracks: readonly number[], at: number): boolean {
    return tracks.some((track) => (this.#states.get(track)?.nextAt ?? Number.NEGATIVE_INFINITY) <= at);
  }

  /** A look that was too poor. */
  poor(track: number, at: number): void {
    const state = this.#stateOf(track);
    state.nextAt = at + Math.min(poorMostMs, poorMs * 2 ** state.poor++);
  }

  /**
   * A look that gave a vector.
   * @returns whether the track still shows whom it showed; where it does not, the caller begins another track
   */
  seen(track: number, vector: Float32Array, at: number): "same" | "doubtful" | "other" {
    const state = this.#stateOf(track);
    const likeness = Math.max(...state.vectors.map((known) => cosine(known, vector)));
    if (state.vectors.length > 0 && likeness < otherBelow) {
      state.others++;
      state.nextAt = at;
      return state.others >= otherLooks ? "other" : "doubtful";
    }
    state.others = 0;
    state.poor = 0;
    state.looks++;
    state.vectors.unshift(vector);
    state.vectors.length = Math.min(state.vectors.length, remembered);
    state.nextAt = at + pauseOf(state);
    return "same";
  }

  /** The mind has recognised whom a track shows. */
  known(track: number, sure: boolean, at: number): void {
    const state = this.#states.get(track);
    if (state === undefined) return;
    state.known = sure ? "sure" : "perhaps";
    state.nextAt = at + pauseOf(state);
  }

  /** Forgets all tracks but these. */
  keep(tracks: readonly number[]): void {
    const kept = new Set(tracks);
    for (const track of this.#states.keys()) if (!kept.has(track)) this.#states.delete(track);
  }

  #jumped(state: State, jumpedAt: number | null, at: number): void {
    if (jumpedAt === null || jumpedAt === state.jumpedAt) return;
    state.jumpedAt = jumpedAt;
    if (state.looks === 0) return;
    state.nextAt = at;
    state.looks = Math.min(state.looks, eagerLooks - jumpLooks);
    // Whoever it was: it must be shown again.
    state.known = null;
  }

  #stateOf(track: number): State {
    let state = this.#states.get(track);
    if (state === undefined) {
      state = {
        nextAt: Number.NEGATIVE_INFINITY,
        looks: 0,
        poor: 0,
        known: null,
        jumpedAt: null,
        vectors: [],
        others: 0,
      };
      this.#states.set(track, state);
    }
    return state;
  }
}

function pauseOf({ known, looks }: State): number {
  if (known === "sure") return knownMs;
  if (known === "perhaps") return perhapsMs;
  if (looks < eagerLooks) return 0;
  return Math.min(unknownMostMs, unknownMs * 2 ** (looks - eagerLooks));
}
