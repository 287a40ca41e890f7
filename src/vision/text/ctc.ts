/** A line as it was read, and the mean probability of its characters. */
export interface ReadLine {
  text: string;
  score: number;
}

/** Probabilities `[steps, classes]`: of nothing (0), each character of the alphabet, and a space (the last). */
export interface Steps {
  data: Float32Array;
  steps: number;
  classes: number;
}

/** A character and where it was read. */
export interface Glyph {
  text: string;
  score: number;
  /** First and last step. */
  from: number;
  to: number;
}

/** Best path of CTC: at each step the likeliest class; the same one again is the same character. */
export function glyphsOf({ data, steps, classes }: Steps, alphabet: readonly string[]): Glyph[] {
  const glyphs: Glyph[] = [];
  let before = 0;
  for (let step = 0; step < steps; step++) {
    const row = data.subarray(step * classes, (step + 1) * classes);
    let best = 0;
    let rest = 1;
    for (let i = 0; i < classes; i++) {
      rest -= row[i] ?? 0;
      if ((row[i] ?? 0) > (row[best] ?? 0)) best = i;
    }
    // More likely an Eastern character, of which nothing is known.
    if (rest > (row[best] ?? 0)) best = -1;
    const score = row[best] ?? 0;
    const last = glyphs.at(-1);
    if (best !== 0 && best === before && last !== undefined) {
      last.to = step;
      last.score = Math.max(last.score, score);
    } else if (best !== 0) {
      const text = best < 0 ? "\ufffd" : best === classes - 1 ? " " : (alphabet[best - 1] ?? "");
      glyphs.push({ text, score, from: step, to: step });
    }
    before = best;
  }
  return glyphs;
}

/**
 * Between two characters the network is either sure that there is no space (below .001 on printed pages) or nearly sure
 * that there is one; only where that lies on the border of two steps it loses to nothing. So far less than half is enough.
 */
const spaceFrom = 0.1;

const lowerCase = /^\p{Ll}$/u;

/**
 * A digit between two small letters is a letter that looks like it (Informaci6n): the likeliest small letter there. The
 * network knows few accents, and doubts them.
 */
function asWritten(
  glyph: Glyph,
  before: Glyph,
  after: Glyph,
  steps: Steps,
  alphabet: readonly string[],
): string {
  const inWord = lowerCase.test(before.text) && lowerCase.test(after.text);
  if (!inWord || !/^[0-9]$/.test(glyph.text)) return glyph.text;
  const row = steps.data.subarray(glyph.from * steps.classes, (glyph.from + 1) * steps.classes);
  let best = 0;
  for (const [i, letter] of alphabet.entries()) {
    if (lowerCase.test(letter) && (row[i + 1] ?? 0) > (best === 0 ? 0 : (row[best] ?? 0))) best = i + 1;
  }
  return alphabet[best - 1] ?? glyph.text;
}

/** A line as text. A space that lost narrowly is put back. */
export function decode(steps: Steps, alphabet: readonly string[]): ReadLine {
  const glyphs = glyphsOf(steps, alphabet);
  let text = "";
  let score = 0;
  for (const [i, glyph] of glyphs.entries()) {
    const before = glyphs[i - 1];
    if (before !== undefined && likeliestSpace(steps, before.to, glyph.from) >= spaceFrom) text += " ";
    const after = glyphs[i + 1];
    text += before && after ? asWritten(glyph, before, after, steps, alphabet) : glyph.text;
    score += glyph.score / glyphs.length;
  }
  return { text: text.replace(/\s+/g, " ").trim(), score };
}

/** The highest probability of a space between two steps. */
function likeliestSpace({ data, classes }: Steps, from: number, to: number): number {
  let highest = 0;
  for (let step = from + 1; step < to; step++) {
    highest = Math.max(highest, data[(step + 1) * classes - 1] ?? 0);
  }
  return highest;
}
