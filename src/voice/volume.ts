/** Six loudnesses, 4 dB apart, which is a step that is heard: 0 to −20 dB. */
const stepDb = 4;
const steps = 6;
export const volumes: readonly number[] = Array.from({ length: steps }, (_, n) => 10 ** ((-stepDb * n) / 20));

/** The next louder (1) or softer (-1) volume, or null where there is none. */
export function nextVolume(volume: number, step: 1 | -1): number | null {
  const margin = 1.01;
  if (step === 1) return volumes.findLast((other) => other > volume * margin) ?? null;
  return volumes.find((other) => other * margin < volume) ?? null;
}

/** Slowest and fastest speech, in words a minute. */
const slowest = 120;
const fastest = 600;
/** A seventh more: a step that is heard at every rate. */
const rateStep = 8 / 7;

/** The next faster (1) or slower (-1) rate in words a minute, or null where there is none. */
export function nextRate(wordsPerMinute: number, step: 1 | -1): number | null {
  const next = Math.round((wordsPerMinute * rateStep ** step) / 5) * 5;
  const bounded = Math.min(fastest, Math.max(slowest, next));
  return bounded === wordsPerMinute ? null : bounded;
}
