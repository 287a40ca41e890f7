import type { Piece } from "../../voice/utterance.ts";

/** A name that may be heard as its owner's recording. */
export interface Name {
  text: string;
  /** WAV file of the spoken name, or null where it is said in words. */
  clip: Buffer | null;
}

/** Text, and what is heard where a recording stands for some of it. */
export interface Words {
  text: string;
  parts: readonly Piece[];
}

/** Several sentences as one. */
export function joined(sentences: readonly Words[]): Words {
  return {
    text: sentences.map(({ text }) => text).join(" "),
    parts: sentences.flatMap(({ parts }, i) => (i === 0 ? parts : [" ", ...parts])),
  };
}

/** First of the characters that stand for recordings while a sentence is composed; Unicode keeps them private. */
const firstMark = 0xe000;
const marks = /[\ue000-\ue0ff]/;

/** A sentence with names in it: as text, and as it is heard. */
export function withNames(names: readonly Name[], compose: (names: string[]) => string): Words {
  const text = compose(names.map((name) => name.text));
  const marked = compose(
    names.map(({ text: words, clip }, i) => (clip === null ? words : String.fromCharCode(firstMark + i))),
  );
  const parts: Piece[] = [];
  let rest = marked;
  for (let at = rest.search(marks); at >= 0; at = rest.search(marks)) {
    if (at > 0) parts.push(rest.slice(0, at));
    const name = names[rest.charCodeAt(at) - firstMark];
    if (name?.clip) parts.push({ clip: name.clip, text: name.text });
    rest = rest.slice(at + 1);
  }
  if (rest !== "") parts.push(rest);
  return { text, parts };
}
