import { microphoneRate as rate } from "../../../src/devices/ports.ts";
import { randomFrom } from "../../memory/helpers.ts";

/** Samples from -1 to 1. */
export type Sound = Float64Array;

export function silence(ms: number): Sound {
  return new Float64Array(Math.round((ms / 1_000) * rate));
}

export function joined(...sounds: readonly Sound[]): Sound {
  return Float64Array.from(sounds.flatMap((sound) => [...sound]));
}

/** One sound over another, from `ms` on. */
export function over(under: Sound, sound: Sound, ms: number, gain = 1): Sound {
  const mixed = Float64Array.from(under);
  const from = Math.round((ms / 1_000) * rate);
  for (const [i, value] of sound.entries()) {
    if (from + i < mixed.length) mixed[from + i] = (mixed[from + i] ?? 0) + gain * value;
  }
  return mixed;
}

/** Noise of a root mean square, low-passed `order` times at `hz` (wind is the low end of it); 0 is white. */
export function noise(ms: number, rms: number, seed: number, hz = 0, order = 1): Sound {
  const random = randomFrom(seed);
  let sound = silence(ms).map(
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const keep = Math.exp((-2 * Math.PI * hz) / rate);
  for (let n = 0; hz > 0 && n < order; n++) {
    let y = 0;
    sound = sound.map((value) => {
      y = keep * y + (1 - keep) * value;
      return y;
    });
  }
  const power = Math.sqrt(sound.reduce((sum, value) => sum + value * value, 0) / sound.length);
  return sound.map((value) => (value * rms) / power);
}

export function tone(ms: number, hz: number, peak: number): Sound {
  return silence(ms).map((_, i) => peak * Math.sin((2 * Math.PI * hz * i) / rate));
}

export function samples(sound: Sound): Int16Array {
  return Int16Array.from(sound, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))));
}
