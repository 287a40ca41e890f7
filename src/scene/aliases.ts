import type { FactThing } from "../attention/facts.ts";
import { type Name, type Words, withNames } from "../attention/wording/names.ts";
import type { RememberedPerson } from "./ports.ts";

/** "person A", and "thing A" of what has a name; models are asked in English, but answer in the wearer's language. */
const alias =
  /(?:(?<!\p{L})(?:[Tt]he|[Ll]a|[Ee]l) )?(?<!\p{L})([Pp]erson|[Pp]ersona|PERSONA?|[Tt]hing|[Cc]osa|THING|COSA) ([A-Z]{1,2})(?![\p{L}\p{N}])/gu;

/** A part of a name shorter than this is too common a syllable to be taken out of a question by itself. */
const shortestPart = 3;

/** Who is "person A" in one conversation. Names go out as these, and are put back into what comes. */
export class Aliases {
  readonly #byKey = new Map<string, Name>();
  readonly #byId = new Map<string, string>();
  readonly #counts = { person: 0, thing: 0 };

  /** What somebody or something with a name is called outside the hat. */
  of({ id, kind, name }: NonNullable<FactThing["known"]>): string {
    let key = this.#byId.get(id);
    if (key === undefined) {
      key = `${kind} ${letters(this.#counts[kind]++)}`;
      this.#byId.set(id, key);
    }
    this.#byKey.set(key, name);
    return key;
  }

  /** A question without the names of people in it, in whole or in part. */
  withoutNames(question: string, people: readonly RememberedPerson[]): string {
    const named = people.flatMap(({ id, name }) => {
      const parts = name.text.split(/[\s-]+/u).filter((part) => [...part].length >= shortestPart);
      return [name.text, ...parts].filter((text) => text !== "").map((text) => ({ id, name, text }));
    });
    // The whole of a name before its parts.
    named.sort((a, b) => b.text.length - a.text.length);
    let text = question.normalize("NFD");
    for (const { id, name, text: part } of named) {
      text = text.replace(patternOf(part), () => this.of({ id, kind: "person", name, sure: true }));
    }
    return text.normalize("NFC");
  }

  /** A sentence with the names put back; a recorded name is heard as its recording. */
  restore(sentence: string): Words {
    const found = [...sentence.matchAll(alias)].flatMap((match) => {
      const kind = /^(?:person|persona)$/iu.test(match[1] ?? "") ? "person" : "thing";
      const name = this.#byKey.get(`${kind} ${match[2]}`);
      return name === undefined ? [] : [{ at: match.index, length: match[0].length, name }];
    });
    return withNames(
      found.map(({ name }) => name),
      (names) => {
        let text = "";
        let end = 0;
        for (const [i, { at, length }] of found.entries()) {
          text += sentence.slice(end, at) + (names[i] ?? "");
          end = at + length;
        }
        return `${text}${sentence.slice(end)}`.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
      },
    );
  }
}

/** A, B, … Z, AA, AB, … */
function letters(n: number): string {
  const last = String.fromCharCode(65 + (n % 26));
  return n < 26 ? last : letters(Math.floor(n / 26) - 1) + last;
}

/** A name as a whole word, in whatever case and with or without its accents. */
function patternOf(name: string): RegExp {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "");
  const pattern = [...plain].map((letter) => `${letter.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&")}\\p{M}*`);
  return new RegExp(
    `(?<![\\p{L}\\p{N}])${pattern.join("").replace(/\s+/gu, "\\s+")}(?![\\p{L}\\p{N}])`,
    "giu",
  );
}
