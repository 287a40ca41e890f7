/** How a row (or column) of numbers becomes a shorter or longer one: each new number is a weighted sum of old ones. */
export interface Filter {
  /** Of each new number the first old one. */
  firsts: Int32Array;
  /** `taps` for each new number, in 1/16384, their sum 16384. */
  weights: Int16Array;
  taps: number;
}

const kernels = {
  /** Sharp: the sinc function in the window of its own main lobe, three lobes wide (Duchon 1979). */
  lanczos3: { radius: 3, at: (x: number) => sinc(x) * sinc(x / 3) },
  /** Smooth: neighbours by their nearness. */
  linear: { radius: 1, at: (x: number) => 1 - Math.abs(x) },
};
export type Kernel = keyof typeof kernels;

/** The weights' sum. */
const whole = 1 << 14;

/**
 * The weights by which `count` numbers that lie side by side over a length of `length` become `target` numbers over the same
 * length. Where fewer are wanted the kernel is stretched, so that nothing is passed over; beyond both ends there is nothing.
 *
 * @param count whole numbers that there are; `length` may be a little more
 * @param multiple of `taps`; those too many weigh nothing, and may lie behind the last number
 * @param targetMultiple there are weights for so many times a number; those too many are zero
 */
export function filterOf(
  kernel: Kernel,
  { count, length, target }: { count: number; length: number; target: number },
  multiple: number,
  targetMultiple: number,
): Filter {
  const { radius, at } = kernels[kernel];
  const step = length / target;
  const stretch = Math.max(1, step);
  const reach = radius * stretch;
  const taps = roundUp(Math.min(count, Math.floor(2 * reach) + 1), multiple);
  const rows = roundUp(target, targetMultiple);
  const firsts = new Int32Array(rows);
  const weights = new Int16Array(rows * taps);
  const shares: number[] = [];
  for (let i = 0; i < target; i++) {
    const centre = Math.min((i + 0.5) * step - 0.5, count - 1);
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(count - 1, Math.floor(centre + reach));
    shares.length = 0;
    for (let n = first; n <= last; n++) shares.push(at((n - centre) / stretch));
    const sum = shares.reduce((total, share) => total + share, 0);
    let rest = whole;
    let largest = 0;
    for (const [n, share] of shares.entries()) {
      const weight = Math.round((share / sum) * whole);
      weights[i * taps + n] = weight;
      rest -= weight;
      if (share > (shares[largest] ?? 0)) largest = n;
    }
    // What rounding has lost or won: an even grey stays the grey it is.
    weights[i * taps + largest] = (weights[i * taps + largest] ?? 0) + rest;
    firsts[i] = first;
  }
  return { firsts, weights, taps };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
