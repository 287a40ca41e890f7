/** Zero crossings of the sinc on each side of a sample; more pass less of what the lower rate cannot hold. */
const crossings = 16;

/**
 * The same sound at another rate: a sinc under a Hann window, cut off at the lower of both rates' Nyquist frequencies
 * (J. O. Smith, "Digital Audio Resampling", CCRMA). For a whole sound, not for a stream.
 * @param from samples a second of `samples`
 * @param to samples a second of what is returned
 */
export function resample(samples: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return samples;
  const cutoff = Math.min(1, to / from);
  const reach = crossings / cutoff;
  const result = new Int16Array(Math.round((samples.length * to) / from));
  for (let i = 0; i < result.length; i++) {
    const at = (i * from) / to;
    const first = Math.max(0, Math.ceil(at - reach));
    const last = Math.min(samples.length - 1, Math.floor(at + reach));
    let sum = 0;
    for (let j = first; j <= last; j++) {
      const away = at - j;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * away) / reach);
      sum += (samples[j] ?? 0) * cutoff * sinc(cutoff * away) * window;
    }
    result[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return result;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
