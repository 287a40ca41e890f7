/**
 * The simulated walk: one function of time that the simulated range finder and the simulated camera share, though
 * they live in different processes, so that what is seen comes nearer as the range falls.
 *
 * Each photo is a leg of 12 s: 2 s of standing 4 m away, 6 s of walking up to 0.6 m at about 0.6 m/s, 2 s of
 * standing there, 2 s of open space while turning to the next photo.
 */
export interface WalkMoment {
  /** Number of the leg since the start of the walk; the photo is this modulo the number of photos. */
  leg: number;
  /** Distance to what is ahead in metres, or null for open space. */
  metres: number | null;
}

export const legMs = 12_000;
export const farMetres = 4;
const nearMetres = 0.6;
const approachFrom = 2_000;
const approachTo = 8_000;
const standUntil = 10_000;

/** @param elapsed ms since the walk began */
export function walkAt(elapsed: number): WalkMoment {
  const leg = Math.max(0, Math.floor(elapsed / legMs));
  const t = Math.max(0, elapsed) - leg * legMs;
  if (t < approachFrom) return { leg, metres: farMetres };
  if (t < approachTo) {
    const part = (t - approachFrom) / (approachTo - approachFrom);
    return { leg, metres: farMetres + (nearMetres - farMetres) * part };
  }
  return { leg, metres: t < standUntil ? nearMetres : null };
}

/** How far the turn to the next photo has come, 0 to 1, or null while walking or standing. */
export function turnAt(elapsed: number): number | null {
  const t = Math.max(0, elapsed) % legMs;
  return t < standUntil ? null : (t - standUntil) / (legMs - standUntil);
}
