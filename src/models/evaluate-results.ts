import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { z } from "zod";
import { BrimError, messageOf } from "../base/errors.ts";
import { labels as names } from "../vision/labels.ts";
import { type Judged, meanAveragePrecision, readYoloLabels } from "./evaluate.ts";

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const resultSchema = z.looseObject({
  file: z.string(),
  width: z.number(),
  height: z.number(),
  objects: z.array(z.looseObject({ label: z.string(), score: z.number(), box })),
});

export interface Evaluation {
  /** At an overlap of .5. */
  mAP50: number;
  /** Mean over overlaps of .5, .55 … .95. */
  mAP: number;
  photos: number;
}

/**
 * Judges what `brim see --json` printed. A photo without a file of labels shows nothing that is labelled.
 * @param labels folder of files in YOLO's format, named as the photos
 * @throws BrimError INPUT when the results cannot be read
 */
export function evaluateResults(labels: string, results: string): Evaluation {
  if (!existsSync(labels)) throw new BrimError("INPUT", `${labels}: there is no such folder`);
  const pictures = linesOf(results).map((line, i): Judged => {
    try {
      const { file, width, height, objects } = resultSchema.parse(JSON.parse(line));
      const path = join(labels, `${basename(file, extname(file))}.txt`);
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      return { truth: readYoloLabels(text, names, width, height), found: objects };
    } catch (error) {
      throw new BrimError("INPUT", `${results}:${i + 1}: not a result of brim see --json`, { cause: error });
    }
  });
  const overlaps = Array.from({ length: 10 }, (_, i) => 0.5 + i * 0.05);
  const sum = overlaps.reduce((total, overlap) => total + meanAveragePrecision(pictures, overlap), 0);
  return {
    mAP50: meanAveragePrecision(pictures, 0.5),
    mAP: sum / overlaps.length,
    photos: pictures.length,
  };
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "");
  } catch (error) {
    throw new BrimError("INPUT", `${path}: ${messageOf(error)}`, { cause: error });
  }
}
