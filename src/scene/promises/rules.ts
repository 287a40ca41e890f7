/**
 * What counts as leave to walk in one language. All patterns are matched against plain text: lower case, without accents,
 * typographic marks or emphasis, one space between words, the clauses of a sentence still parted by its punctuation.
 */
export interface PromiseRules {
  /** Promises however they are negated: "no cars", "nothing in the way", "go ahead". */
  always: readonly RegExp[];
  /**
   * Promises unless they are negated: "clear", "safe to cross". The last word of a match is what a negation before it
   * would turn round.
   */
  unlessNegated: readonly RegExp[];
  /** Promises where they are negated: "unsafe", "blocked", "dangerous". */
  whenNegated: readonly RegExp[];
  /** Words that turn round what comes after them in their clause. Must have the flag g. */
  negation: RegExp;
  /** What looks like a negation and is none: "not only", "no doubt". Must have the flag g. */
  noNegation: RegExp;
  /** Where a new clause begins, beyond punctuation: "but", "and". Must have the flag g. */
  clause: RegExp;
  /** Before or after a quotation: it is read from what is seen. */
  reading: RegExp;
  /** A sentence that is no more than yes. */
  yes: RegExp;
  /** A sentence that is no more than no, or none: the answer to "Any cars?" */
  none: RegExp;
  /** A question of the wearer that asks for leave to walk. */
  question: readonly RegExp[];
}

/** A pattern from parts that are joined by alternation. */
export function anyOf(...words: readonly string[]): string {
  return `(?:${words.join("|")})`;
}

/** A pattern on whole words. */
export function words(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, "u");
}
