import type { View } from "./types.ts";

/** Views of one network that are kept of one entry. */
export const mostViews = 8;
/** A view that is so like another one shows nothing new. */
const sameView = 0.995;

/**
 * The best and most varied of the views of one entry and one network: again and again the view that is good and unlike
 * those chosen already (maximal marginal relevance, Carbonell and Goldstein 1998).
 * @param limit at most so many
 */
export function selectViews<T extends View>(views: readonly T[], limit = mostViews): T[] {
  const chosen: T[] = [];
  const left = views.map((view) => ({ view, alike: 0 }));
  while (chosen.length < limit) {
    let best: (typeof left)[number] | undefined;
    let bestWorth = Number.NEGATIVE_INFINITY;
    for (const candidate of left) {
      const worth = candidate.view.quality - candidate.alike;
      if (candidate.alike < sameView && worth > bestWorth) {
        best = candidate;
        bestWorth = worth;
      }
    }
    if (best === undefined) break;
    chosen.push(best.view);
    for (const candidate of left) {
      candidate.alike = Math.max(candidate.alike, cosine(candidate.view.embedding, best.view.embedding));
    }
  }
  return chosen;
}

/** Dot product; the cosine of two vectors of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] ?? 0);
  return sum;
}
