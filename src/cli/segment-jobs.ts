import { readFileSync } from "node:fs";
import { z } from "zod";
import { BrimError, messageOf } from "../base/errors.ts";
import { pictureOf, readPhoto } from "../devices/camera/photo.ts";
import type { Example } from "../models/adopt-squeezesam.ts";
import { clip } from "../vision/boxes.ts";
import type { Prompt } from "../vision/segment-prompt.ts";

/** The jobs of `brim segment`: a photo, what is meant in it, and where the mask goes. */

const point = z.tuple([z.number(), z.number()]);
const jobSchema = z.strictObject({
  file: z.string(),
  clicks: z.array(point).default([]),
  not: z.array(point).default([]),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  mask: z.string().optional(),
});
export type Job = z.output<typeof jobSchema>;

/** A line of a batch that cannot be used says so when its turn comes, and the others are still done. */
export type Line = Job | BrimError;

/**
 * Reads the jobs of a batch, a line of JSON each.
 * @throws BrimError INPUT when the file cannot be read
 */
export function readJobs(path: string): Line[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new BrimError("INPUT", `${path}: ${messageOf(error)}`, { cause: error });
  }
  const lines = text.split("\n").map((line, i) => ({ line, place: `${path}:${i + 1}` }));
  return lines.filter(({ line }) => line.trim() !== "").map(({ line, place }) => parse(line, place));
}

function parse(line: string, place: string): Line {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return new BrimError("INPUT", `${place}: it is not JSON (${messageOf(error)})`);
  }
  const { success, data, error } = jobSchema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  return new BrimError(
    "INPUT",
    `${place}: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(": ")}`,
  );
}

/**
 * What is meant, for a photo of this size.
 * @throws BrimError INPUT when a point or the box lies outside it
 */
export function promptOf(
  { file, clicks, not, box }: Job,
  { width, height }: { width: number; height: number },
): Prompt {
  const size = `the photo is ${width} × ${height} pixels`;
  for (const [x, y] of [...clicks, ...not]) {
    if (x < 0 || y < 0 || x >= width || y >= height) {
      throw new BrimError(
        "INPUT",
        `${file}: ${x},${y} is outside: ${size}, so x is 0 to ${width - 1} and y 0 to ${height - 1}`,
      );
    }
  }
  if (box === undefined) return { clicks, not };
  const inside = clip(box[0], box[1], box[0] + box[2], box[1] + box[3], width, height);
  if (box[2] <= 0 || box[3] <= 0 || inside[2] < 1 || inside[3] < 1) {
    throw new BrimError("INPUT", `${file}: the box ${box.join()} holds no pixel of it: ${size}`);
  }
  return { clicks, not, box: inside };
}

/**
 * The photos and prompts of jobs, read one at a time.
 * @throws BrimError INPUT at the first that cannot be used
 */
export async function* examplesOf(lines: readonly Line[]): AsyncIterable<Example> {
  for (const line of lines) {
    if (line instanceof BrimError) throw line;
    const photo = await readPhoto(line.file);
    yield { picture: pictureOf(photo), prompt: promptOf(line, photo) };
  }
}
