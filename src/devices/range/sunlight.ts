/**
 * How far a range finder reaches in ambient light, from two points of its data sheet: in the dark, and at one level of
 * ambient light. Between them: noise grows with the root of the ambient light and the echo falls with the square of the
 * distance, so that reach falls with the fourth root of the light.
 */
export interface Reach {
  darkMetres: number;
  /** Reach at `kcps` of ambient light a SPAD, in thousands of counts a second. */
  lightMetres: number;
  lightKcps: number;
}

/** Metres, for ambient light in kcps a SPAD. */
export function reachIn({ darkMetres, lightMetres, lightKcps }: Reach, kcps: number): number {
  if (kcps <= 0) return darkMetres;
  return Math.min(darkMetres, lightMetres * (lightKcps / kcps) ** 0.25);
}

/** kcps a SPAD from the registers of ST's chips: ambient in Mcps as 9.7 bits, effective SPADs as 8.8 bits. */
export function ambientKcps(ambient: number, spads: number): number {
  if (spads === 0) return 0;
  return ((ambient / 128) * 1000) / (spads / 256);
}
