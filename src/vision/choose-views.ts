/** A look that has been turned into a vector. */
export interface SeenView {
  /** Of length 1. */
  vector: Float32Array;
  quality: number;
}

/** Views that are more alike than this (cosine) say the same twice. */
const sameAbove = 0.985;

/**
 * Of the looks of a burst, those to learn from: the best one, then again and again the one that is good and unlike those
 * chosen (quality × distance to the nearest of them). Looks at somebody or something else, who came into the burst's
 * way, are left out first.
 *
 * @param alike cosine above which two looks may be of the same
 * @param least so many are chosen even where they resemble each other, as they do when nobody moves
 * @returns best first
 */
export function chooseViews<T extends SeenView>(
  seen: readonly T[],
  alike: number,
  least: number,
  most: number,
): T[] {
  const rest = ofOne(seen, alike).sort((a, b) => b.quality - a.quality);
  const chosen = rest.splice(0, 1);
  while (chosen.length < most && rest.length > 0) {
    let best = 0;
    let bestWorth = -1;
    rest.forEach(({ vector, quality }, i) => {
      const worth = quality * (1 - nearestOf(vector, chosen));
      if (worth > bestWorth) {
        best = i;
        bestWorth = worth;
      }
    });
    const [next] = rest.splice(best, 1);
    if (next === undefined) break;
    if (chosen.length < least || nearestOf(next.vector, chosen) <= sameAbove) chosen.push(next);
  }
  return chosen.sort((a, b) => b.quality - a.quality);
}

/** The looks that resemble the one that most others resemble. */
function ofOne<T extends SeenView>(seen: readonly T[], alike: number): T[] {
  let group: T[] = [];
  for (const one of seen) {
    const like = seen.filter((other) => cosine(one.vector, other.vector) >= alike);
    if (like.length > group.length) group = like;
  }
  return group;
}

function nearestOf(vector: Float32Array, chosen: readonly SeenView[]): number {
  return Math.max(...chosen.map((other) => cosine(vector, other.vector)));
}

/** How alike two vectors of length 1 are, −1 to 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
