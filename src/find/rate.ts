/** Ticks a second where the thing is at the edge of the picture, and where it is straight ahead. */
const slowest = 1;
const fastest = 8;
/** Degrees at which the slowest begins; the camera sees little more to each side. */
const edge = 30;

/** Milliseconds from one tick to the next: equal steps of angle are equal steps of tempo as it is heard. */
export function tickMs(angle: number): number {
  const centred = 1 - Math.min(edge, Math.abs(angle)) / edge;
  return 1_000 / (slowest * (fastest / slowest) ** centred);
}
