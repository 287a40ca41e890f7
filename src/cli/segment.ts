import { availableParallelism } from "node:os";
import sharp from "sharp";
import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import type { Box } from "../base/eyes-protocol.ts";
import { pictureOf, readPhoto } from "../devices/camera/photo.ts";
import type { Point } from "../vision/face-landmark.ts";
import { type Mask, paint } from "../vision/mask.ts";
import { openSegmenter } from "../vision/models.ts";
import { Segmenter } from "../vision/segment.ts";
import { type Command, type Context, parseOptions } from "./command.ts";
import { type Job, type Line, promptOf, readJobs } from "./segment-jobs.ts";

const usage = `usage: brim segment FILE (--click X,Y)… [--not X,Y]… [--box X,Y,W,H] [--salient] [--mask OUT.png] [--json]
       brim segment --batch JOBS.jsonl [--json]

Finds the whole thing that is meant in a photo: what lies under the clicks, what is in the box, or, with neither, what
is most striking. Points and boxes are in pixels of the photo after EXIF rotation.

  --click X,Y     a point on the thing; more of them mend the mask
  --not X,Y       a point that is not on the thing
  --box X,Y,W,H   a box around the thing
  --salient       the most striking thing
  --mask OUT.png  writes the mask: as large as the photo, 255 on the thing, else 0
  --json          {"score","box","area","ms"}: the overlap with the thing that is expected (0 to 1), the mask's box
                  (null when nothing was found) and size in pixels, and the time without reading and writing files
  --batch FILE    many in one go, from lines {"file","clicks":[[x,y]…],"not"?,"box"?,"mask"?}; a line out for each, in
                  order, with "file" and "mask" besides
  --model FILE    another SqueezeSAM in ONNX, to compare with`;

interface Found {
  score: number;
  mask: Mask;
  ms: number;
}

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, {
      click: { type: "string", multiple: true, default: [] },
      not: { type: "string", multiple: true, default: [] },
      box: { type: "string" },
      salient: { type: "boolean", default: false },
      mask: { type: "string" },
      json: { type: "boolean", default: false },
      batch: { type: "string" },
      model: { type: "string" },
    });
    if (values.batch === undefined && positionals.length !== 1) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const jobs = values.batch === undefined ? [jobOf(positionals[0] ?? "", values)] : undefined;
    if (jobs === undefined) refuseBeside(values, positionals);
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const threads = config.vision.threads || availableParallelism();
    const lines = jobs ?? readJobs(values.batch ?? "");
    const segmenter = values.model
      ? await Segmenter.open(values.model, threads)
      : await openSegmenter(threads);
    const failed = await segmentAll(lines, segmenter, context, (job, found) =>
      values.json ? asJson(job, found, jobs === undefined) : asText(job, found),
    );
    await segmenter.dispose();
    return failed ? 1 : 0;
  },
};

function jobOf(
  file: string,
  {
    click,
    not,
    box,
    salient,
    mask,
  }: { click: string[]; not: string[]; box?: string; salient: boolean; mask?: string },
): Job {
  if (salient && click.length + not.length + (box === undefined ? 0 : 1) > 0) {
    throw new BrimError(
      "INPUT",
      "--salient asks for what is most striking: give it without --click, --not and --box",
    );
  }
  return {
    file,
    clicks: click.map((text) => numbers("click", text, "X,Y") as Point),
    not: not.map((text) => numbers("not", text, "X,Y") as Point),
    ...(box === undefined ? {} : { box: numbers("box", box, "X,Y,W,H") as Box }),
    ...(mask === undefined ? {} : { mask }),
  };
}

/** Numbers with commas between them, as many as `form` has. */
function numbers(name: string, text: string, form: string): number[] {
  const parts = text.split(",");
  const values = parts.map(Number);
  const good = parts.every((part) => part.trim() !== "") && values.every(Number.isFinite);
  if (!good || values.length !== form.split(",").length) {
    throw new BrimError(
      "INPUT",
      `--${name} ${text}: expected ${form} in pixels, such as ${form === "X,Y" ? "320,240" : "10,20,200,100"}`,
    );
  }
  return values;
}

function refuseBeside(
  {
    click,
    not,
    box,
    salient,
    mask,
  }: { click: string[]; not: string[]; box?: string; salient: boolean; mask?: string },
  positionals: readonly string[],
): void {
  const given = { FILE: positionals.length > 0, "--click": click.length > 0, "--not": not.length > 0 };
  const all = { ...given, "--box": box !== undefined, "--salient": salient, "--mask": mask !== undefined };
  const [name] = Object.entries(all).find(([, isGiven]) => isGiven) ?? [];
  if (name)
    throw new BrimError("INPUT", `--batch takes its photos and prompts from the file: leave out ${name}`);
}

/** Does each job in turn, until it is interrupted; returns whether one failed or is missing. */
async function segmentAll(
  lines: readonly Line[],
  segmenter: Segmenter,
  context: Context,
  format: (job: Job, found: Found) => string,
): Promise<boolean> {
  let failed = false;
  for (const line of lines) {
    if (context.signal.aborted) return true;
    try {
      if (line instanceof BrimError) throw line;
      context.out(format(line, await segment(line, segmenter)));
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      failed = true;
      context.err(`brim: ${error.message}`);
    }
  }
  return failed;
}

async function segment(job: Job, segmenter: Segmenter): Promise<Found> {
  const photo = await readPhoto(job.file);
  const prompt = promptOf(job, photo);
  const begin = systemClock.now();
  const { score, cells } = await segmenter.segment(pictureOf(photo), prompt);
  const mask = await paint(cells, photo.width, photo.height);
  const ms = systemClock.now() - begin;
  if (job.mask !== undefined) await write(mask, job.mask);
  return { score, mask, ms };
}

async function write({ data, width, height }: Mask, path: string): Promise<void> {
  try {
    await sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toFile(path);
  } catch (error) {
    throw new BrimError("INPUT", `${path}: the mask cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function asJson(job: Job, { score, mask, ms }: Found, batch: boolean): string {
  const result = { score: rounded(score, 4), box: mask.box, area: mask.area, ms: rounded(ms, 2) };
  return JSON.stringify(batch ? { file: job.file, mask: job.mask ?? null, ...result } : result);
}

function asText({ file }: Job, { score, mask }: Found): string {
  if (mask.box === null) return `${file}: nothing found`;
  const share = (100 * mask.area) / (mask.width * mask.height);
  return `${file}: box ${mask.box.join()}, ${share.toFixed(1)} % of the photo, score ${score.toFixed(2)}`;
}

function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
