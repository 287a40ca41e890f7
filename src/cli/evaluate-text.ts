import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import sharp from "sharp";
import { BrimError, messageOf } from "../base/errors.ts";
import { edits } from "../models/evaluate-text.ts";
import { TextReader } from "../vision/text/reader.ts";
import type { Context } from "./command.ts";

/** Debian's package fonts-dejavu; where one is missing, fontconfig puts another in its place. */
const fonts = ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "DejaVu Sans Condensed"];
const styles = ["", 'font-weight="bold"', 'font-style="italic"'];
/** Font sizes in pixels; letters without ascenders are about half as high. */
const sizes = [20, 28, 40];
const colours = [
  ["black", "white"],
  ["white", "#1a4f8b"],
  ["#333", "#e8e0d0"],
] as const;
const linesOfPage = 8;
const lineLength = 44;

export interface TextFigures {
  pages: number;
  characters: number;
  /** Characters to be changed, for each that is written, word spaces included. */
  error: number;
  words: number;
  /** Share of the words that were read without a fault. */
  wordsRight: number;
  /** The error by font size and by font. */
  bySize: Record<string, number>;
  byFont: Record<string, number>;
}

/**
 * Prints a text on pages in many fonts, sizes and colours and reads them again.
 * @param file plain English text; only what a line of print may hold is taken of it
 * @throws BrimError INPUT when the file cannot be read or is too short
 */
export async function evaluateText(file: string, { signal }: Context): Promise<TextFigures> {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new BrimError("INPUT", `${file}: ${messageOf(error)}`);
  });
  const lines = linesOf(text);
  if (lines.length < linesOfPage)
    throw new BrimError("INPUT", `${file}: expected some ${linesOfPage} lines of text`);
  const reader = await TextReader.open(availableParallelism());
  const all = tally();
  const sizesSeen: Record<string, Tally> = {};
  const fontsSeen: Record<string, Tally> = {};
  let page = 0;
  try {
    for (const font of fonts) {
      for (const style of styles) {
        for (const size of sizes) {
          signal.throwIfAborted();
          const written = Array.from(
            { length: linesOfPage },
            (_, i) => lines[(page * linesOfPage + i) % lines.length] ?? "",
          );
          const colour = colours[page % colours.length] ?? ["black", "white"];
          const read = await reader.read(await printed(written, font, style, size, colour));
          const counts = compare(written.join(" "), read.paragraphs.join(" "));
          sizesSeen[size] ??= tally();
          fontsSeen[font] ??= tally();
          for (const sums of [all, sizesSeen[size], fontsSeen[font]]) add(sums, counts);
          page++;
        }
      }
    }
  } finally {
    await reader.dispose();
  }
  return {
    pages: page,
    characters: all.characters,
    error: rounded(all.wrong / all.characters),
    words: all.words,
    wordsRight: rounded(all.right / all.words),
    bySize: errors(sizesSeen),
    byFont: errors(fontsSeen),
  };
}

interface Tally {
  characters: number;
  wrong: number;
  words: number;
  right: number;
}

const tally = (): Tally => ({ characters: 0, wrong: 0, words: 0, right: 0 });

function add(sums: Tally, counts: Tally): void {
  sums.characters += counts.characters;
  sums.wrong += counts.wrong;
  sums.words += counts.words;
  sums.right += counts.right;
}

function compare(written: string, read: string): Tally {
  const words = written.split(" ");
  const found = new Map<string, number>();
  for (const word of read.split(/\s+/)) found.set(word, (found.get(word) ?? 0) + 1);
  let right = 0;
  for (const word of words) {
    const left = found.get(word) ?? 0;
    if (left > 0) right++;
    found.set(word, left - 1);
  }
  return { characters: [...written].length, wrong: edits(written, read), words: words.length, right };
}

function errors(tallies: Record<string, Tally>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(tallies).map(([name, { wrong, characters }]) => [name, rounded(wrong / characters)]),
  );
}

function rounded(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}

/** A text in lines of print: plain words and punctuation, no markup. */
function linesOf(text: string): string[] {
  const words = text
    .replace(/[^\x20-\x7e\s]/g, " ")
    .split(/\s+/)
    .filter((word) => /^[("]?[A-Za-z0-9$][\w$'.,:;%&/-]*[)"!?]*[.,:;]?$/.test(word));
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length + 1 > lineLength) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** A page of print, decoded. */
async function printed(
  lines: readonly string[],
  font: string,
  style: string,
  size: number,
  [ink, paper]: readonly [string, string],
) {
  const width = Math.round(size * (lineLength * 0.75 + 4));
  const height = Math.round(size * (linesOfPage * 1.5 + 3));
  const rows = lines.map(
    (line, i) =>
      `<text x="${2 * size}" y="${(2.5 + i * 1.5) * size}" xml:space="preserve">${escaped(line)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="${paper}"/>
    <g font-family="${font}" font-size="${size}" ${style} fill="${ink}">${rows.join("")}</g></svg>`;
  const data = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  return { data, width, height };
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
