import type { Piece } from "./utterance.ts";

/** What is synthesised and, after an interruption, taken up again by itself: words, with recordings among them. */
export type Sentence = readonly Piece[];

const longestText = 4_000;
/** What has no full stop for so long (signs, lists) is cut at a pause, so that its first word need not wait for the last. */
const longestSentence = 240;
const mostPieces = 100;

/** The sentences of an utterance. Pieces without a word or a number in them (a full stop after a name) are left out. */
export function sentencesOf(pieces: readonly Piece[]): Sentence[] {
  const sentences: Piece[][] = [];
  let open: Piece[] = [];
  let left = longestText;
  for (const piece of pieces.slice(0, mostPieces)) {
    if (typeof piece !== "string") {
      open.push(piece);
      continue;
    }
    const [first = "", ...others] = textSentences(piece.slice(0, left));
    left -= piece.length;
    open.push(first);
    for (const text of others) {
      sentences.push(open);
      open = [text];
    }
    if (left <= 0) break;
  }
  sentences.push(open);
  return sentences.map((sentence) => sentence.map(trimmed).filter(heard)).filter(({ length }) => length > 0);
}

function textSentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+/).flatMap((sentence) => {
    const parts: string[] = [];
    let rest = sentence;
    while (rest.length > longestSentence) {
      const start = rest.slice(0, longestSentence);
      const pause = Math.max(...[", ", "; ", ": "].map((mark) => start.lastIndexOf(mark)));
      const space = start.lastIndexOf(" ");
      const at = pause > 0 ? pause + 1 : space > 0 ? space : longestSentence;
      parts.push(rest.slice(0, at));
      rest = rest.slice(at).trimStart();
    }
    return [...parts, rest];
  });
}

/** The words of a sentence, with those that stand for its recordings. */
export function wordsOf(sentence: Sentence): string {
  return sentence.map((piece) => (typeof piece === "string" ? piece : (piece.text ?? ""))).join(" ");
}

function trimmed(piece: Piece): Piece {
  return typeof piece === "string" ? piece.trim() : piece;
}

function heard(piece: Piece): boolean {
  return typeof piece !== "string" || /[\p{L}\p{N}]/u.test(piece);
}
