/** Voices of men, women and children, in Hz. */
const lowest = 75;
const highest = 400;

/** Two periods later a voice is as much like itself as one period later: the first peak that is nearly the highest counts. */
const firstShare = 0.85;

/** How alike a sound is to itself one period later, and how long that period is. */
export interface Pitch {
  /** Normalised autocorrelation at the best period, at most 1. */
  strength: number;
  /** Samples. */
  period: number;
}

/**
 * The pitch of a short piece of sound: the peak of the normalised autocorrelation over the periods that a voice may
 * have (L. Rabiner, "On the use of autocorrelation analysis for pitch detection", 1977). Noise has none; nor has what
 * merely falls off slowly from lag zero, for its best lag is at the edge.
 * @param window at least two of the longest periods, 27 ms
 * @param rate samples a second
 */
export function pitchOf(window: Float64Array, rate: number): Pitch {
  const first = Math.floor(rate / highest);
  const last = Math.ceil(rate / lowest);
  const peaks: Pitch[] = [];
  let before = correlation(window, first - 1);
  let here = correlation(window, first);
  for (let lag = first; lag <= last; lag++) {
    const after = correlation(window, lag + 1);
    if (here > before && here >= after) peaks.push({ strength: here, period: lag });
    before = here;
    here = after;
  }
  const strongest = peaks.reduce((most, { strength }) => Math.max(most, strength), 0);
  return peaks.find(({ strength }) => strength >= firstShare * strongest) ?? { strength: 0, period: 0 };
}

/** Cosine between the window and itself `lag` samples later. */
function correlation(window: Float64Array, lag: number): number {
  let product = 0;
  let early = 0;
  let late = 0;
  for (let i = 0, j = lag; j < window.length; i++, j++) {
    const x = window[i] ?? 0;
    const y = window[j] ?? 0;
    product += x * y;
    early += x * x;
    late += y * y;
  }
  return early > 0 && late > 0 ? product / Math.sqrt(early * late) : 0;
}
