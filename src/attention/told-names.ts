import type { Identity } from "./subjects.ts";
import type { Kind } from "./wording/wording.ts";

/** How long somebody or something must be unseen before their name is news again: a head turn is not leaving. */
const forgetMs: Record<Kind, number> = { person: 60_000, thing: 30_000 };

interface Told {
  kind: Kind;
  /** False: the wearer has heard "perhaps". */
  sure: boolean;
  lastSeen: number;
}

/** Whose names the wearer has heard, over all tracks that showed them. */
export class ToldNames {
  readonly #told = new Map<string, Told>();

  /** An entry is in view. */
  seen(id: string, now: number): void {
    const told = this.#told.get(id);
    if (told !== undefined && now - told.lastSeen <= forgetMs[told.kind]) told.lastSeen = now;
  }

  /** Whether a name would be news: not heard since its owner was away, or heard with "perhaps" and now sure. */
  isNews({ id, sure }: Identity, now: number): boolean {
    const told = this.#told.get(id);
    if (told === undefined || now - told.lastSeen > forgetMs[told.kind]) return true;
    return sure && !told.sure;
  }

  tell({ id, sure }: Identity, kind: Kind, now: number): void {
    for (const [other, { kind: what, lastSeen }] of this.#told) {
      if (now - lastSeen > forgetMs[what]) this.#told.delete(other);
    }
    this.#told.set(id, { kind, sure, lastSeen: now });
  }

  /** What was begun to be told was not heard. */
  untell(id: string): void {
    this.#told.delete(id);
  }
}
