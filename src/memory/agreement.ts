import type { Match } from "./types.ts";

/** Whom or what a track shows, as it may be said: `sure` false is "perhaps". */
export interface Verdict {
  readonly id: string;
  readonly sure: boolean;
}

/** The newest looks at a track that are judged together. */
const window = 5;
/** So many of them must agree before a name. */
const agreeing = 3;
/** Looks older than this no longer count: the track may have been mixed up with another. */
const keepLookMs = 10_000;
/** A track that was not looked at for so long is another one when it comes back. */
const forgetMs = 60_000;

interface Look {
  at: number;
  match: Match | null;
}

interface Followed {
  looks: Look[];
  verdict: Verdict | null;
}

/**
 * Agreement over several looks at one track: a name is said when three of the newest five looks agree on it surely,
 * "perhaps" when three agree on it at all, and neither while three do not. What has been said is held until the looks
 * say something else as clearly: a name does not flicker, and a wrong one needs several wrong looks that agree.
 *
 * Times are those of the looks; it makes no timers.
 */
export class Agreement {
  readonly #tracks = new Map<number, Followed>();

  /**
   * One more look at a track: what `Memory.match` says of its view.
   * @param at when the frame was taken, in ms
   * @returns whom or what it shows now
   */
  look(track: number, at: number, match: Match | null): Verdict | null {
    this.#forgetOld(at);
    const followed = this.#tracks.get(track) ?? { looks: [], verdict: null };
    this.#tracks.set(track, followed);
    followed.looks = [...followed.looks.filter((look) => at - look.at <= keepLookMs), { at, match }].slice(
      -window,
    );
    followed.verdict = judge(followed);
    return followed.verdict;
  }

  /** Whom or what a track shows, by the looks so far. */
  verdict(track: number): Verdict | null {
    return this.#tracks.get(track)?.verdict ?? null;
  }

  /** The wearer has said whom or what the track shows, by learning it. */
  learned(track: number, at: number, id: string): void {
    this.#tracks.set(track, {
      looks: Array.from({ length: agreeing }, () => ({ at, match: { id, similarity: 1, sure: true } })),
      verdict: { id, sure: true },
    });
  }

  /** The track has ended. */
  end(track: number): void {
    this.#tracks.delete(track);
  }

  /** An entry has been forgotten: no track shows it any more. */
  forget(id: string): void {
    for (const followed of this.#tracks.values()) {
      followed.looks = followed.looks.filter(({ match }) => match?.id !== id);
      if (followed.verdict?.id === id) followed.verdict = null;
    }
  }

  /** Tracks that are followed; for the check that their number stays bounded. */
  get size(): number {
    return this.#tracks.size;
  }

  #forgetOld(now: number): void {
    for (const [track, { looks }] of this.#tracks) {
      const last = looks.at(-1);
      if (last === undefined || now - last.at > forgetMs) this.#tracks.delete(track);
    }
  }
}

function judge({ looks, verdict }: Followed): Verdict | null {
  const counts = new Map<string, { any: number; sure: number }>();
  for (const { match } of looks) {
    if (match === null) continue;
    const count = counts.get(match.id) ?? { any: 0, sure: 0 };
    count.any++;
    if (match.sure) count.sure++;
    counts.set(match.id, count);
  }
  for (const [id, { any, sure }] of counts) {
    if (sure >= agreeing) return { id, sure: true };
    // A name that was said surely stays sure while the looks still agree on it.
    if (any >= agreeing) return { id, sure: verdict?.id === id && verdict.sure && sure > 0 };
  }
  if (verdict === null) return null;
  const against = looks.filter(({ match }) => match?.id !== verdict.id).length;
  return against >= agreeing ? null : verdict;
}
