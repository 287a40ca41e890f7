import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Attention } from "../attention/attention.ts";
import { wordingOf } from "../attention/wording/index.ts";
import type { Config } from "../base/config.ts";
import { messageOf } from "../base/errors.ts";
import type { Box, Track } from "../base/eyes-protocol.ts";
import type { Photo } from "../devices/camera/photo.ts";
import type { RawPicture } from "../devices/camera/raw-picture.ts";
import { memoryPath } from "../memory/file.ts";
import type { Memory } from "../memory/memory.ts";
import { vectorMark } from "../models/mark.ts";
import type { RememberedPerson } from "../scene/ports.ts";
import { believableFaces } from "../vision/believe.ts";
import { isCentredIn } from "../vision/boxes.ts";
import type { Detection, Detector } from "../vision/detect.ts";
import type { Face, Faces } from "../vision/faces.ts";
import { openDetector, openFaces, openThings } from "../vision/models.ts";
import { judge, lookOf } from "../vision/seeing.ts";
import { TextReader } from "../vision/text/reader.ts";
import type { Things } from "../vision/thing.ts";
import type { Context } from "./command.ts";
import { openMemory } from "./entries.ts";

/** A photo is one moment. */
const at = 0;

/** What the hat by itself knows of photos: the eyes' models, the memory, and attention's words. */
export class OwnView {
  #reader: Promise<TextReader> | null = null;

  private constructor(
    private readonly config: Config,
    private readonly memory: Memory | null,
    private readonly detector: Detector,
    private readonly faces: Faces,
    /** Null where no thing is remembered. */
    private readonly things: Things | null,
  ) {}

  /** @throws BrimError MODEL when a model is not built or damaged */
  static async open(config: Config, context: Context): Promise<OwnView> {
    const memory = openKept(config, context);
    const threads = config.vision.threads || availableParallelism();
    const knowsThings = memory?.list().some(({ kind }) => kind === "thing") ?? false;
    try {
      const [detector, faces, things] = await Promise.all([
        openDetector(config.vision.precision, threads),
        openFaces(threads),
        knowsThings ? openThings(threads) : null,
      ]);
      return new OwnView(config, memory, detector, faces, things);
    } catch (error) {
      memory?.close();
      throw error;
    }
  }

  /** All people who are remembered. */
  people(): RememberedPerson[] {
    return (this.memory?.list() ?? []).flatMap(({ id, kind }) => {
      const name = kind === "person" ? this.#nameOf(id)?.name : undefined;
      return name === undefined ? [] : [{ id, name }];
    });
  }

  /** A photo as attention has it, at the time 0. */
  async look(picture: RawPicture): Promise<Attention> {
    const { config, detector, faces, things } = this;
    const attention = new Attention({
      wording: wordingOf(config.language),
      fieldOfView: config.camera.field_of_view,
      nameOf: (id) => this.#nameOf(id),
    });
    const seeing = judge(lookOf(await picture.small()));
    const good = seeing === "good";
    // What shows nothing is told, and never described.
    const objects = good ? await detector.detect(picture, config.vision.min_score) : [];
    const found = good ? await faces.find(picture, objects) : [];
    const seen = withFaces(objects, found);
    const { width, height } = picture;
    const tracks = seen.map(({ track }) => track);
    attention.sight({ type: "sight", at, width, height, seeing, tracks, central: null, ms: 0 });
    for (const { track, face } of seen) {
      if (face !== null) attention.recognised(track.id, this.#match("person", face.embedding), at);
    }
    const thing = good ? await things?.look(picture, null) : null;
    if (thing) attention.recognisedCentral(thing.box, this.#match("thing", thing.vector), at);
    return attention;
  }

  /** What is written in a photo, in paragraphs. The networks of text are opened when they are first asked for. */
  async text({ pixels }: Photo): Promise<readonly string[]> {
    this.#reader ??= TextReader.open(this.config.vision.threads || availableParallelism());
    const { paragraphs } = await (await this.#reader).read(pixels);
    return paragraphs;
  }

  async dispose(): Promise<void> {
    this.memory?.close();
    const reader = await this.#reader?.catch(() => null);
    await Promise.all([
      reader?.dispose(),
      this.detector.dispose(),
      this.faces.dispose(),
      this.things?.dispose(),
    ]);
  }

  #match(kind: "person" | "thing", embedding: Float32Array): { id: string; sure: boolean } | null {
    const model = vectorMark(kind === "person" ? "face-embed" : "thing-embed");
    return this.memory?.match(kind, { model, embedding }) ?? null;
  }

  /** By its typed name; a recording cannot be printed. */
  #nameOf(id: string) {
    const entry = this.memory?.get(id);
    if (entry === undefined) return null;
    const text = wordingOf(this.config.language).name(entry);
    return { kind: entry.kind, name: { text, clip: null } };
  }
}

interface Seen {
  track: Track;
  face: Face | null;
}

/** What was found as tracks, each face with its person; a sure face without one is a person. */
function withFaces(objects: readonly Detection[], found: readonly Face[]): Seen[] {
  const seen: Seen[] = objects.map((object, id) => ({ track: trackOf(object, id, null), face: null }));
  const believed = new Set<object>(believableFaces(found, objects));
  for (const face of found.filter((one) => believed.has(one)).toSorted((a, b) => area(b.box) - area(a.box))) {
    const owners = seen.filter(
      ({ track, face: other }) =>
        track.label === "person" && other === null && isCentredIn(face.box, track.box),
    );
    const owner = owners.toSorted((a, b) => area(a.track.box) - area(b.track.box))[0];
    if (owner !== undefined) {
      owner.face = face;
      owner.track = trackOf(owner.track, owner.track.id, face);
    } else if (!objects.some(({ box }) => isCentredIn(face.box, box))) {
      const { score, box } = face;
      seen.push({ track: trackOf({ label: "person", score, box }, seen.length, face), face });
    }
  }
  return seen;
}

function trackOf(
  { label, score, box }: Pick<Track, "label" | "score" | "box">,
  id: number,
  face: Face | null,
): Track {
  const looked = face && { box: face.box, score: face.score, view: null };
  return { id, label, score, box, since: at, frames: 1, face: looked, thing: null };
}

function area([, , width, height]: Box): number {
  return width * height;
}

/** What is remembered, where anything ever was; describing goes on without it. */
function openKept(config: Config, context: Context): Memory | null {
  if (!existsSync(memoryPath(config.state_dir))) return null;
  try {
    return openMemory(config, context);
  } catch (error) {
    context.err(`brim: nobody is named: ${messageOf(error)}`);
    return null;
  }
}
