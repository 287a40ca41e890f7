/**
 * Volts of a cell of a lithium-ion battery at rest, by its share of charge: M. Chen and G. A. Rincón-Mora, "Accurate
 * electrical battery model capable of predicting runtime and I–V performance", IEEE Trans. Energy Conversion 21 (2006).
 * It rises from 2.65 V when empty to 4.10 V.
 */
export function voltsAtRest(share: number): number {
  return 3.685 + 0.2156 * share - 0.1178 * share ** 2 + 0.3201 * share ** 3 - 1.031 * Math.exp(-35 * share);
}

/** The share of charge by a cell's volts at rest, 0 to 1: the inverse, which has no formula. */
export function shareOfCharge(volts: number): number {
  let [low, high] = [0, 1];
  for (let n = 0; n < 20; n++) {
    const middle = (low + high) / 2;
    if (voltsAtRest(middle) < volts) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
