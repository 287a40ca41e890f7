import type { BurstVerdict } from "../base/eyes-protocol.ts";

/** What may be wrong with a look at somebody or something. */
export type Flaw = BurstVerdict;

/** How good a look is, and the worst of it. */
export interface Quality {
  /** 0 (useless) to 1. */
  quality: number;
  weakest: Flaw;
}

/** 0 at `bad` and beyond, 1 at `good` and beyond, straight between; `bad` may be the larger one. */
export function ramp(value: number, bad: number, good: number): number {
  const share = (value - bad) / (good - bad);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** The product of what each reason leaves of a look; of equally bad reasons the first is the weakest. */
export function productOf(shares: readonly (readonly [reason: Flaw, share: number])[]): Quality {
  let quality = 1;
  let weakest: Flaw = "nothing";
  let least = Number.POSITIVE_INFINITY;
  for (const [reason, share] of shares) {
    quality *= share;
    if (share < least) {
      least = share;
      weakest = reason;
    }
  }
  return { quality, weakest };
}

/** The reason that is met most often; of equally frequent ones the first. */
export function mostFrequent(reasons: readonly Flaw[]): Flaw {
  const counts = new Map<Flaw, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  let best: Flaw = "nothing";
  for (const [reason, count] of counts) if (count > (counts.get(best) ?? 0)) best = reason;
  return best;
}
