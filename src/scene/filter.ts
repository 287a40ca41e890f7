import { english } from "./promises/en.ts";
import { spanish } from "./promises/es.ts";
import type { PromiseRules } from "./promises/rules.ts";

/** In whatever language the hat is set to, a model may answer in another one. */
const languages: readonly PromiseRules[] = [english, spanish];

/** Longer sentences are judged by their beginning and their end; none that is spoken is longer (`sentences.ts`). */
const longest = 1_000;

/** Text as the rules expect it: lower case, plain letters and marks, no emphasis, one space between words. */
function plain(text: string): string {
  return text
    .slice(0, longest)
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[“”„‟«»″]/gu, '"')
    .replace(/[‘’‛′´`]/gu, "'")
    .replace(/\s*[–—―]\s*|\s+-+\s+/gu, ", ")
    .replace(/…/gu, "...")
    .replace(/[*_~#|\\]+/gu, "")
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/gu, "")
    .replace(/\s+/gu, " ")
    .replace(/^[-+•·>¡¿, ]+/u, "")
    .trim();
}

/** A quotation, in double or single marks, that is closed. */
const quotation = /"[^"]*"|(?<![\p{L}\p{N}])'[^']{1,200}'(?![\p{L}\p{N}])/gu;

/** The sentence without the writing that it quotes; marks of emphasis (the path is "clear") are taken away. */
function withoutQuotedText(text: string): string {
  if (!languages.some(({ reading }) => reading.test(text.replace(quotation, '"')))) {
    return text.replace(/["']+(?=$|[\s.,;:!?])|(?<=^|[\s(])["']+|"/gu, "");
  }
  return text.replace(quotation, "§");
}

/** How many words turn round what the clause says that ends at `end`. */
function negations(text: string, end: number, { negation, noNegation, clause }: PromiseRules): number {
  // The last word of what was found must stay in its clause, whatever it is.
  const before = text.slice(0, end).replace(/[.,;:!?]+$/u, "");
  let start = 0;
  for (const boundary of [/[,;:.!?]/gu, clause]) {
    for (const { index, 0: mark } of before.matchAll(boundary)) {
      if (index + mark.length < before.length) start = Math.max(start, index + mark.length);
    }
  }
  const words = before.slice(start).replace(noNegation, " ");
  return [...words.matchAll(negation)].length;
}

function matches(text: string, patterns: readonly RegExp[]): { end: number }[] {
  return patterns.flatMap((pattern) => {
    const all = new RegExp(pattern.source, pattern.flags.includes("g") ? pattern.flags : `${pattern.flags}g`);
    return [...text.matchAll(all)].map(({ index, 0: found }) => ({ end: index + found.length }));
  });
}

function breaks(text: string, rules: PromiseRules): boolean {
  if (rules.always.some((pattern) => pattern.test(text))) return true;
  const odd = ({ end }: { end: number }) => negations(text, end, rules) % 2 === 1;
  if (matches(text, rules.unlessNegated).some((match) => !odd(match))) return true;
  return matches(text, rules.whenNegated).some(odd);
}

/**
 * Whether a sentence could be taken for leave to walk: that a way is clear, that nothing is in it, that it is safe or all
 * right to go or cross. Text that it reads from what is seen (a sign that reads "SAFE EXIT") does not count. A warning
 * ("not safe to cross") is no promise; where it is doubtful which of them is meant, it counts as one.
 */
export function promises(sentence: string): boolean {
  const text = withoutQuotedText(plain(sentence));
  return languages.some((rules) => breaks(text, rules));
}

/** Whether the wearer asks for leave to walk ("Can I cross?"), which nobody is asked. */
export function asksForLeave(question: string): boolean {
  const text = plain(question)
    .replace(/[?!¿¡]+/gu, " ")
    .trim();
  return languages.some((rules) => rules.question.some((pattern) => pattern.test(text)));
}

/** What stands between a model's answer and the ear; one for each answer. */
export class PromiseFilter {
  readonly #options: PromiseFilterOptions;
  #before = "";
  #asked = false;
  #dropped = false;

  constructor(options: PromiseFilterOptions) {
    this.#options = options;
  }

  /** The sentence, what is said in its place, or null where that was said already in this answer. */
  take(sentence: string): string | null {
    const text = plain(sentence);
    const asks = /\?["')\]]*$/u.test(text);
    const drop =
      promises(sentence) || (asks && asksForLeave(sentence)) || this.#goesOn(sentence) || this.#answers(text);
    this.#before = text;
    this.#asked = asks;
    if (!drop) return sentence;
    const first = !this.#dropped;
    this.#dropped = true;
    return first ? this.#options.instead : null;
  }

  /** A promise in two pieces: "The path ahead…" "is clear." */
  #goesOn(sentence: string): boolean {
    const open = /(?:\.\.\.|[,;:-]|[\p{L}\p{N}])$/u.test(this.#before) || /^\s*\p{Ll}/u.test(sentence);
    return open && this.#before !== "" && promises(`${this.#before.replace(/[.\s]+$/u, "")} ${sentence}`);
  }

  /** "Is it safe?" "Yes." · "Cars?" "None." */
  #answers(text: string): boolean {
    if (this.#asked && languages.some(({ yes, none }) => yes.test(text) || none.test(text))) return true;
    // What was asked by voice is not known here: it may have been whether to cross.
    return (
      this.#options.unheardQuestion && this.#before === "" && languages.some(({ yes }) => yes.test(text))
    );
  }
}

export interface PromiseFilterOptions {
  /** Said once in an answer in place of what is dropped: "I can't judge that." */
  instead: string;
  /** The question was spoken, so that a bare "Yes." may be leave to walk. */
  unheardQuestion: boolean;
}
