import { Matcher } from "./matcher.ts";
import { calibrationOf, thresholds } from "./thresholds.ts";
import type { Kind, Match, View } from "./types.ts";

/** All views in memory, ready to be matched: a matcher for each kind and network. */
export class Gallery {
  readonly #matchers = new Map<string, Matcher>();
  readonly #matcherOf = new Map<number, Matcher>();

  keys(): Iterable<number> {
    return this.#matcherOf.keys();
  }

  has(key: number): boolean {
    return this.#matcherOf.has(key);
  }

  /** @param key of the view, by which it can be removed */
  add(key: number, kind: Kind, owner: string, { model, embedding }: Pick<View, "model" | "embedding">): void {
    // Vectors of another length are of another network, whatever it is called.
    const name = `${kind} ${embedding.length} ${model}`;
    let matcher = this.#matchers.get(name);
    if (matcher === undefined) {
      matcher = new Matcher(embedding.length);
      this.#matchers.set(name, matcher);
    }
    matcher.add(key, owner, embedding);
    this.#matcherOf.set(key, matcher);
  }

  remove(key: number): void {
    this.#matcherOf.get(key)?.remove(key);
    this.#matcherOf.delete(key);
  }

  clear(): void {
    this.#matchers.clear();
    this.#matcherOf.clear();
  }

  /**
   * Whom or what a view shows: the entry that is most like it, when it is like enough for "perhaps"; see thresholds.ts.
   * Only views of the same network are compared.
   */
  match(kind: Kind, { model, embedding }: Pick<View, "model" | "embedding">): Match | null {
    const calibration = calibrationOf(model);
    const matcher = this.#matchers.get(`${kind} ${embedding.length} ${model}`);
    const nearest = matcher?.nearest(embedding);
    if (calibration === undefined || matcher === undefined || !nearest) return null;
    const { owner, similarity, next } = nearest;
    const { sure, perhaps } = thresholds(calibration, matcher.size);
    // Not a number fits nothing.
    if (!(similarity >= perhaps)) return null;
    return { id: owner, similarity, sure: similarity >= sure && similarity - next >= calibration.margin };
  }
}
