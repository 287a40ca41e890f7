import { availableParallelism } from "node:os";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { readPhoto } from "../devices/camera/photo.ts";
import type { FoundLine } from "../vision/text/page.ts";
import { TextReader } from "../vision/text/reader.ts";
import { type Command, type Context, parseOptions } from "./command.ts";

const usage = `usage: brim read FILE… [--json]

Reads the text in photos, in reading order; a line of output for each paragraph.

  --json  one line of JSON a file: {"file","text","lines":[{"text","box","score"}]}; boxes are [x, y, width, height] in
          pixels of the photo after EXIF rotation, paragraphs of text are separated by a line feed`;

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean", default: false } });
    if (positionals.length === 0) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const reader = await TextReader.open(config.vision.threads || availableParallelism());
    try {
      return (await readAll(positionals, reader, values.json, context)) ? 0 : 1;
    } finally {
      await reader.dispose();
    }
  },
};

/** Reads each file in turn, until it is interrupted; returns whether all could be read. */
async function readAll(
  files: string[],
  reader: TextReader,
  json: boolean,
  context: Context,
): Promise<boolean> {
  let good = true;
  for (const file of files) {
    if (context.signal.aborted) return false;
    try {
      const { pixels, width } = await readPhoto(file);
      const { lines, paragraphs } = await reader.read(pixels);
      const text = paragraphs.join("\n");
      if (json) {
        context.out(JSON.stringify({ file, text, lines: inFile(lines, width / pixels.width) }));
      } else if (files.length > 1) context.out(`${file}: ${text || "no text"}`);
      else context.out(text || "no text");
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      context.err(`brim: ${messageOf(error)}`);
      good = false;
    }
  }
  return good;
}

/** Large photos are read smaller than they are in their file. */
function inFile(lines: readonly FoundLine[], scale: number): FoundLine[] {
  return lines.map(({ text, box: [x, y, w, h], score }) => ({
    text,
    box: [rounded(x * scale), rounded(y * scale), rounded(w * scale), rounded(h * scale)],
    score: Math.round(score * 1e4) / 1e4,
  }));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
