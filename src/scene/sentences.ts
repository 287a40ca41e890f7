/** A sentence without an end (a list, a server that has lost its way) is cut at a pause from this length on. */
const longest = 400;
/** After these a full stop is no end. */
const abbreviation =
  /(?:^|[\s(])(?:dr|mr|mrs|ms|st|no|ave|rd|approx|vs|e\.g|i\.e|etc|sr|sra|srta|ud|uds|av|avda|aprox|n[uú]m|p\.ej)\.$/iu;
const ended = /[.!?…][)\]"'”’»]*$/u;

/** Marks of emphasis, headings and bullets, which nobody wants to hear. */
function withoutMarkup(text: string): string {
  return text
    .replace(/^\s*(?:#{1,6}\s+|[-*+•]\s+|>\s+)+/u, "")
    .replace(/\*\*|__|`+|(?<!\p{L})[*_]|[*_](?!\p{L})/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
}

/** A quotation is open: what ends in it is no sentence yet. */
function quotes(text: string): boolean {
  const straight = [...text.matchAll(/"/gu)].length % 2 === 1;
  const opened = [...text.matchAll(/[“«]/gu)].length - [...text.matchAll(/[”»]/gu)].length;
  return straight || opened > 0;
}

/** Makes sentences of an answer that comes in pieces. */
export class SentenceStream {
  readonly #segmenter: Intl.Segmenter;
  #open = "";

  constructor(language: string) {
    this.#segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
  }

  /** Takes a piece; the sentences that it shows to be whole. */
  push(piece: string): string[] {
    this.#open += piece;
    const whole: string[] = [];
    let start = "";
    const segments = [...this.#segmenter.segment(this.#open)].map(({ segment }) => segment);
    for (const [i, segment] of segments.entries()) {
      const text = start + segment;
      const last = i === segments.length - 1;
      if (this.#isWhole(text, !last || /\s$/u.test(text))) {
        whole.push(text);
        start = "";
      } else start = text;
    }
    this.#open = start;
    while (this.#open.length > longest) {
      const head = this.#open.slice(0, longest);
      const pause = Math.max(head.lastIndexOf(", "), head.lastIndexOf("; "), head.lastIndexOf(": "));
      const at = pause > 0 ? pause + 1 : head.lastIndexOf(" ") > 0 ? head.lastIndexOf(" ") : longest;
      whole.push(this.#open.slice(0, at));
      this.#open = this.#open.slice(at);
    }
    return clean(whole);
  }

  /** What waits is a whole sentence unless more comes at once: to be asked when nothing has come for a moment. */
  settled(): string[] {
    const text = this.#open.trimEnd();
    // "3." may go on as "3.5", "…" as anything.
    if (!this.#isWhole(text, ended.test(text)) || /\d\.$|(?:\.\.|…)$/u.test(text)) return [];
    return this.end();
  }

  /** Nothing more comes: what is left. */
  end(): string[] {
    const rest = this.#open;
    this.#open = "";
    return clean([rest]);
  }

  #isWhole(text: string, over: boolean): boolean {
    if (/\n\s*$/u.test(text)) return !quotes(text) || text.length > longest;
    const trimmed = text.trimEnd();
    return over && ended.test(trimmed) && !abbreviation.test(trimmed) && !quotes(trimmed);
  }
}

function clean(sentences: readonly string[]): string[] {
  return sentences.map(withoutMarkup).filter((text) => /[\p{L}\p{N}]/u.test(text));
}
