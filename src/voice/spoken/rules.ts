/** What the languages' rules share. */

/** Not within a word or a number: "A4" and "v1.2" are names, not amounts. */
export const before = "(?<![\\p{L}\\p{N}.,:/-])";
export const after = "(?![\\p{L}\\p{N}]|[.,:/-]\\p{N})";

/** The sign of a number. */
export const minus = /(?<=^|\s)[-−](?=\d)/gu;

/** Numbers that are read digit by digit: telephone numbers, and what begins with a zero. */
export function isCode(digits: string): boolean {
  return digits.length > 6 || (digits.length > 1 && digits.startsWith("0"));
}

/** Each digit by its word. */
export function digitByDigit(digits: string, words: readonly string[]): string {
  return Array.from(digits, (digit) => words[Number(digit)] ?? digit).join(" ");
}

/**
 * Reads a whole number in words, three digits at a time.
 * @param upTo999 words of 1 to 999; `scale` is 0 for units, 1 for thousands, 2 for millions
 */
export function inThousands(
  n: number,
  zero: string,
  upTo999: (part: number, scale: number) => string,
): string {
  if (n === 0) return zero;
  const words: string[] = [];
  for (let scale = 2; scale >= 0; scale--) {
    const part = Math.floor(n / 1_000 ** scale) % 1_000;
    if (part > 0) words.push(upTo999(part, scale));
  }
  return words.join(" ");
}
