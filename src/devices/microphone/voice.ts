/** A vowel by its first two formants in Hz (Peterson and Barney, "Control methods used in a study of the vowels", 1952). */
const vowels = [
  [730, 1_090],
  [530, 1_840],
  [270, 2_290],
  [570, 840],
  [300, 870],
] as const;

const bandwidth = 90;
const peak = 0.3;
const gapMs = 40;

/**
 * A made-up name: two to four syllables of a voice, that is, of glottal pulses through two resonators, with a pitch that
 * glides. 16-bit samples; the same for the same `number`, and another voice or another name for another.
 */
export function spokenName(number: number, rate: number): Int16Array {
  const syllables = 2 + (number % 3);
  const pitch = 110 + ((number * 37) % 110);
  const sound: number[] = [];
  for (let n = 0; n < syllables; n++) {
    const vowel = vowels[(number + 2 * n) % vowels.length] ?? vowels[0];
    const ms = 140 + ((number * 31 + n * 47) % 90);
    sound.push(...syllable(pitch * (1 - 0.06 * n), vowel, Math.round((ms / 1_000) * rate), rate));
    sound.push(...new Array<number>(Math.round((gapMs / 1_000) * rate)).fill(0));
  }
  const loudest = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return Int16Array.from(sound, (value) => Math.round((32_767 * peak * value) / loudest));
}

function syllable(
  pitch: number,
  formants: readonly [number, number],
  samples: number,
  rate: number,
): number[] {
  const resonators = formants.map((hz) => resonator(hz, rate));
  const sound: number[] = [];
  let phase = 0;
  for (let i = 0; i < samples; i++) {
    const done = i / samples;
    phase += (pitch * (1 + 0.08 * Math.sin(Math.PI * done))) / rate;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    const edge = Math.min(1, done * 8, (1 - done) * 8);
    sound.push(edge * resonators.reduce((value, pass) => pass(value), pulse));
  }
  return sound;
}

/** A second-order resonator (D. Klatt, "Software for a cascade/parallel formant synthesizer", 1980). */
function resonator(hz: number, rate: number): (value: number) => number {
  const decay = Math.exp((-Math.PI * bandwidth) / rate);
  const b = 2 * decay * Math.cos((2 * Math.PI * hz) / rate);
  const c = -decay * decay;
  let [y1, y2] = [0, 0];
  return (value) => {
    const y = (1 - b - c) * value + b * y1 + c * y2;
    [y1, y2] = [y, y1];
    return y;
  };
}
