import sharp from "sharp";
import type { Clock, Timer } from "../base/clock.ts";
import {
  type Box,
  type CutOut,
  embeddingOf,
  type LookFlaw,
  type ToEyes,
  type View,
} from "../base/eyes-protocol.ts";
import { fitted } from "../devices/camera/raw-picture.ts";
import type { Frame } from "../devices/ports.ts";
import { isCentredIn, wholePixels } from "./boxes.ts";
import type { FaceBox, FaceDetector } from "./face-detect.ts";
import type { Point } from "./face-landmark.ts";
import { searchFaces } from "./face-search.ts";
import type { FaceViewer } from "./face-view.ts";
import type { Lazy } from "./lazy.ts";
import { boxOfCells, paint } from "./mask.ts";
import { outlines } from "./outline.ts";
import type { Quality } from "./quality.ts";
import type { Segment, Segmenter } from "./segment.ts";
import type { CutViewer } from "./thing-view.ts";
import type { Turns } from "./turns.ts";

/** What was shown is kept for so long, for whoever taps on it; then it is forgotten. */
const keptMs = 60_000;
/** Longest side of a mask that goes out, in pixels. */
const maskSide = 512;

/** A look that is worse is not learned from, as in a burst. */
const goodAbove = 0.25;
/** Where nothing but a point is known of a face, it is looked for in so much of the picture around it. */
const aroundShare = 0.4;

export interface ShownPictureOptions {
  clock: Pick<Clock, "after">;
  segmenter: Pick<Lazy<Pick<Segmenter, "segment">>, "get">;
  turns: Pick<Turns, "step">;
  things: CutViewer;
  faces: FaceViewer;
  faceDetector: Pick<FaceDetector, "detect">;
  /** Does what frames need the same networks for. */
  between<T>(job: () => Promise<T>): Promise<T>;
}

type Question = Omit<Extract<ToEyes, { type: "segment" }>, "type" | "id">;
type Look = { view: View; flaw: null } | { view: null; flaw: LookFlaw | "gone" };

/** The picture that somebody was given last, in which things can be cut out by tapping on them, and learned. */
export class ShownPicture {
  readonly #options: ShownPictureOptions;
  #frame: Frame | null = null;
  #timer: Timer | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ShownPictureOptions) {
    this.#options = options;
  }

  /** Keeps a frame for a while. */
  keep(frame: Frame): void {
    this.#frame = frame.keep();
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(keptMs, () => {
      this.#frame = null;
    });
  }

  /**
   * Cuts a thing out of the picture, a look at a time between frames; null when no picture is kept, or nothing is found.
   * @throws BrimError MODEL when SqueezeSAM is missing or damaged
   */
  cutOut(question: Question): Promise<CutOut | null> {
    const frame = this.#frame;
    return this.#oneByOne(async () => {
      if (frame === null) return null;
      return drawn(await this.#segment(frame, question), frame);
    });
  }

  /**
   * A view of what is meant, to be learned.
   * @throws BrimError MODEL when a network is missing or damaged
   */
  look(kind: "thing" | "face", question: Question): Promise<Look> {
    const frame = this.#frame;
    return this.#oneByOne(async () => {
      if (frame === null) return { view: null, flaw: "gone" };
      return kind === "thing" ? this.#lookAtThing(frame, question) : this.#lookAtFace(frame, question);
    });
  }

  async #lookAtThing(frame: Frame, question: Question): Promise<Look> {
    const { things, between } = this.#options;
    const { cells, score } = await this.#segment(frame, question);
    const box = boxOfCells(cells);
    if (box === undefined) return { view: null, flaw: "nothing" };
    const look = await between(() => things.lookAt(frame, { box, cells, score }));
    return judged(look, things.model, look.vector);
  }

  async #lookAtFace(frame: Frame, question: Question): Promise<Look> {
    const { faces, between } = this.#options;
    return between(async () => {
      const face = await this.#faceAt(frame, question);
      if (face === undefined) return { view: null, flaw: "noFace" };
      const look = await faces.look(frame, face);
      if (look.quality < goodAbove) return { view: null, flaw: look.weakest };
      return judged(look, faces.model, await faces.embed(frame, look));
    });
  }

  /** The face that is meant: the largest in the box, or the one under the point; without either, the largest. */
  async #faceAt(frame: Frame, { clicks: [click], box }: Question): Promise<FaceBox | undefined> {
    const { faceDetector } = this.#options;
    const { width, height } = frame;
    const largest = (found: readonly FaceBox[]) =>
      found.toSorted((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3])[0];
    if (box !== undefined) {
      const person = { label: "person" as const, score: 1, box: inPixels(box, frame) };
      const found = await searchFaces(frame, [person], faceDetector, 1);
      return largest(found.filter((face) => isCentredIn(face.box, person.box)));
    }
    const found = await faceDetector.detect(frame);
    if (click === undefined) return largest(found);
    const [x, y] = pointIn(click, frame);
    const under = ({ box: [left, top, w, h] }: FaceBox) =>
      x >= left - w / 2 && x <= left + 1.5 * w && y >= top - h / 2 && y <= top + 1.5 * h;
    const side = Math.max(width, height) * aroundShare;
    const around = wholePixels([x - side / 2, y - side / 2, side, side], width, height);
    return largest(found.filter(under)) ?? largest((await faceDetector.detect(frame, around)).filter(under));
  }

  async #segment(frame: Frame, { clicks, not, box }: Question): Promise<Segment> {
    const { segmenter, turns } = this.#options;
    const prompt = {
      clicks: clicks.map((click) => pointIn(click, frame)),
      not: not.map((point) => pointIn(point, frame)),
      ...(box ? { box: inPixels(box, frame) } : {}),
    };
    return (await segmenter.get()).segment(frame, prompt, () => turns.step());
  }

  /** The segmenter takes no more than one at a time. */
  #oneByOne<T>(job: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(job);
    this.#last = answer.catch(() => {});
    return answer;
  }
}

type Size = Pick<Frame, "width" | "height">;

function pointIn([x, y]: readonly [number, number], { width, height }: Size): Point {
  return [Math.min(x * width, width - 1), Math.min(y * height, height - 1)];
}

function inPixels([x, y, w, h]: Box, { width, height }: Size): Box {
  return [x * width, y * height, Math.max(1, w * width), Math.max(1, h * height)];
}

function judged({ quality, weakest }: Quality, model: string, vector: Float32Array): Look {
  if (quality < goodAbove) return { view: null, flaw: weakest };
  return { view: { model, quality, embedding: embeddingOf(vector) }, flaw: null };
}

/** What was found, as it goes out; null where it is nothing. */
async function drawn({ score, cells }: Segment, { width, height }: Size): Promise<CutOut | null> {
  const mask = await paint(cells, width, height);
  if (mask.box === null) return null;
  const [x, y, w, h] = mask.box;
  const size = fitted(width, height, Math.min(maskSide, Math.max(width, height)));
  const small = sharp(mask.data, { raw: { width, height, channels: 1 } })
    .resize(size.width, size.height, { fit: "fill", kernel: "nearest" })
    .toColourspace("b-w");
  const [raw, png] = await Promise.all([small.clone().raw().toBuffer(), small.png().toBuffer()]);
  return {
    score,
    box: [x / width, y / height, w / width, h / height],
    mask: png.toString("base64"),
    outline: outlines(raw, size.width, size.height).map((loop) =>
      loop.map(([column, row]) => [column / size.width, row / size.height]),
    ),
  };
}
