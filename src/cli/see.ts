import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { systemClock } from "../base/clock.ts";
import { type Config, loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { pictureOf, readPhoto } from "../devices/camera/photo.ts";
import { memoryPath } from "../memory/file.ts";
import type { Memory } from "../memory/memory.ts";
import { vectorMark } from "../models/mark.ts";
import type { Detection, Detector } from "../vision/detect.ts";
import type { Face, Faces } from "../vision/faces.ts";
import { openDetector, openFaces, type Precision } from "../vision/models.ts";
import { type Command, type Context, numberOption, parseOptions } from "./command.ts";
import { openMemory, titleOf } from "./entries.ts";

const usage = `usage: brim see [--json] [--min-score S] [--embeddings] [--precision int8|fp32] FILE…

Finds objects (COCO's 80 classes) and faces in photos. Boxes are [x, y, width, height] in pixels of the photo after
EXIF rotation.

  --json          one line of JSON a file: {"file","width","height","objects":[{"label","score","box"}],
                  "faces":[{"score","box","landmarks","name","similarity"}],"ms":{"decode","detect","faces"}};
                  landmarks are 68 points [x, y] in iBUG's order; name and similarity are null where no remembered
                  person is recognised surely (brim who says "perhaps" too)
  --min-score S   objects from this score, 0 to 1 (vision.min_score, 0.4)
  --embeddings    adds the unit vector of each face: "embedding", 512 numbers
  --precision P   int8 or fp32 (vision.precision, int8)`;

interface Seen {
  width: number;
  height: number;
  objects: Detection[];
  faces: Face[];
  ms: { decode: number; detect: number; faces: number };
}

interface Eyes {
  detector: Detector;
  faces: Faces;
  minScore: number;
}

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, {
      json: { type: "boolean" },
      embeddings: { type: "boolean" },
      "min-score": { type: "string" },
      precision: { type: "string" },
    });
    if (positionals.length === 0) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const precision = precisionOption(values.precision ?? config.vision.precision);
    const asked = values["min-score"];
    const minScore = asked === undefined ? config.vision.min_score : numberOption("min-score", asked, 0, 1);
    const threads = config.vision.threads || availableParallelism();
    const [detector, faces] = await Promise.all([openDetector(precision, threads), openFaces(threads)]);
    const eyes = { detector, faces, minScore };
    const memory = openKept(config, context);
    const nameOf = namer(memory);
    try {
      const failed = await seeAll(positionals, eyes, context, (file, seen) =>
        values.json ? asJson(file, seen, nameOf, values.embeddings === true) : asText(file, seen, nameOf),
      );
      return failed ? 1 : 0;
    } finally {
      memory?.close();
      await Promise.all([detector.dispose(), faces.dispose()]);
    }
  },
};

function precisionOption(text: string): Precision {
  if (text === "int8" || text === "fp32") return text;
  throw new BrimError("INPUT", `--precision ${text}: expected int8 or fp32`);
}

/** What is remembered, where anything ever was; seeing goes on without it. */
function openKept(config: Config, context: Context): Memory | null {
  if (!existsSync(memoryPath(config.state_dir))) return null;
  try {
    return openMemory(config, context);
  } catch (error) {
    context.err(`brim: nobody is named: ${messageOf(error)}`);
    return null;
  }
}

/** Whose face it is, where that is sure. */
type Namer = (face: Face) => { name: string | null; similarity: number | null };

function namer(memory: Memory | null): Namer {
  const model = memory === null ? "" : vectorMark("face-embed");
  return ({ embedding }) => {
    const match = memory?.match("person", { model, embedding });
    const entry = match?.sure ? memory?.get(match.id) : undefined;
    if (!match || !entry) return { name: null, similarity: null };
    return { name: titleOf(entry), similarity: rounded(match.similarity, 4) };
  };
}

/** Sees each file in turn, until it is interrupted; returns whether one failed or is missing. */
async function seeAll(
  files: readonly string[],
  eyes: Eyes,
  context: Context,
  line: (file: string, seen: Seen) => string,
): Promise<boolean> {
  let failed = false;
  for (const file of files) {
    if (context.signal.aborted) return true;
    try {
      context.out(line(file, await see(file, eyes)));
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      context.err(`brim: ${messageOf(error)}`);
      failed = true;
    }
  }
  return failed;
}

async function see(file: string, { detector, faces, minScore }: Eyes): Promise<Seen> {
  const begin = systemClock.now();
  const photo = await readPhoto(file);
  const decoded = systemClock.now();
  const picture = pictureOf(photo);
  const objects = await detector.detect(picture, minScore);
  const detected = systemClock.now();
  const found = await faces.find(picture, objects);
  const end = systemClock.now();
  return {
    width: photo.width,
    height: photo.height,
    objects,
    faces: found,
    ms: { decode: decoded - begin, detect: detected - decoded, faces: end - detected },
  };
}

function asJson(file: string, seen: Seen, nameOf: Namer, embeddings: boolean): string {
  const objects = seen.objects.map(({ label, score, box }) => ({
    label,
    score: rounded(score, 4),
    box: box.map((value) => rounded(value, 2)),
  }));
  const faces = seen.faces.map((face) => ({
    score: rounded(face.score, 4),
    box: face.box.map((value) => rounded(value, 2)),
    landmarks: face.landmarks.map((point) => point.map((value) => rounded(value, 1))),
    ...nameOf(face),
    ...(embeddings ? { embedding: Array.from(face.embedding, (value) => rounded(value, 6)) } : {}),
  }));
  const { decode, detect, faces: faceMs } = seen.ms;
  const ms = { decode: rounded(decode, 1), detect: rounded(detect, 1), faces: rounded(faceMs, 1) };
  return JSON.stringify({ file, width: seen.width, height: seen.height, objects, faces, ms });
}

function asText(file: string, { objects, faces }: Seen, nameOf: Namer): string {
  const counts = new Map<string, number>();
  for (const { label } of objects) counts.set(label, (counts.get(label) ?? 0) + 1);
  const parts = [...counts].map(([label, count]) => (count === 1 ? label : `${label} × ${count}`));
  if (faces.length > 0) parts.push(faces.length === 1 ? "1 face" : `${faces.length} faces`);
  for (const face of faces) {
    const { name } = nameOf(face);
    if (name !== null) parts.push(name);
  }
  return `${file}: ${parts.length === 0 ? "nothing recognised" : parts.join(", ")}`;
}

function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
