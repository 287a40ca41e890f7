import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { boxOfCells, type Cells } from "./mask.ts";
import type { Segmenter } from "./segment.ts";
import type { ThingEmbedder } from "./thing-embed.ts";
import { measureThing } from "./thing-measure.ts";
import { thingQuality } from "./thing-quality.ts";
import type { CutViewer, ThingLook, ThingViewer } from "./thing-view.ts";

/** A thing as SqueezeSAM cut it out of a picture. */
export interface Cut {
  /** Around it, in pixels of the picture. */
  box: Box;
  /** Which part of the picture it covers. */
  cells: Cells;
  /** How well the network expects to have cut it out, 0 to 1. */
  score: number;
}

/** Where a thing is in a picture. */
export interface ThingRegion extends Pick<Cut, "box" | "score"> {
  /** One or two guesses of what belongs to it, the best first. */
  cuts: readonly Cut[];
}

/** One look at a thing, as it is remembered. */
export interface ThingView {
  /** Mark of the network that made the vector; vectors of different networks are never compared. */
  model: string;
  /** Of length 1: the dot product of two is their cosine. */
  embedding: Float32Array;
  /** How good a look it was, 0 to 1. */
  quality: number;
}

/** The middle of the picture: so much of its width and height. */
const middleShare = 0.5;
/** Cut out with less confidence than this, there is no telling a thing from what is around it. */
const leastScore = 0.2;
/** A thing of less than this share of the picture is a crumb. */
const leastArea = 0.0005;

/**
 * Things to be remembered and known again: SqueezeSAM cuts one out, and what a detector's backbone sees under the mask
 * becomes a vector. One call at a time.
 */
export class Things implements ThingViewer, CutViewer {
  /**
   * @param model mark of the embedder's network
   */
  constructor(
    readonly model: string,
    private readonly segmenter: Pick<Segmenter, "segment" | "dispose">,
    private readonly embedder: Pick<ThingEmbedder, "embed" | "dispose">,
  ) {}

  /**
   * Finds the thing in `around`; without it, the thing that is held or in the middle. Of that there are two guesses,
   * what stands out in the picture (if it is about the middle) and what fills the middle of it, for either alone is
   * wrong more often (models/README.md has the figures).
   * @returns null where nothing can be cut out
   * @throws BrimError MODEL
   */
  async find(picture: Picture, around: Box | null = null): Promise<ThingRegion | null> {
    if (around !== null) return regionOf([await this.#cut(picture, { clicks: [], box: around })]);
    const striking = await this.#cut(picture, { clicks: [] });
    const inMiddle = await this.#cut(picture, { clicks: [], box: middleOf(picture) });
    const meant = striking !== null && isCentral(striking.box, picture) ? striking : null;
    return regionOf([meant, inMiddle]) ?? regionOf([striking]);
  }

  /**
   * The vector of a thing that was cut out, and how good a look at it this is.
   * @throws BrimError MODEL
   */
  async view(picture: Picture, region: ThingRegion): Promise<ThingView> {
    const { quality } = thingQuality(await measureThing(picture, region));
    return { model: this.model, embedding: await this.#embed(picture, region), quality };
  }

  /** `find` and `view` in one, for those who look again and again; says what is wrong with the look. */
  async look(picture: Picture, around: Box | null): Promise<ThingLook | null> {
    const region = await this.find(picture, around);
    return region === null ? null : this.#judge(picture, region);
  }

  /** A look at what was cut out already. */
  lookAt(picture: Picture, cut: Cut): Promise<ThingLook> {
    return this.#judge(picture, { box: cut.box, score: cut.score, cuts: [cut] });
  }

  async #judge(picture: Picture, region: ThingRegion): Promise<ThingLook> {
    const judged = thingQuality(await measureThing(picture, region));
    return { ...judged, box: region.box, vector: await this.#embed(picture, region) };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.segmenter.dispose(), this.embedder.dispose()]);
  }

  async #cut(picture: Picture, prompt: Parameters<Segmenter["segment"]>[1]): Promise<Cut | null> {
    const { score, cells } = await this.segmenter.segment(picture, prompt);
    const box = boxOfCells(cells);
    if (box === undefined || score < leastScore) return null;
    if (box[2] * box[3] < leastArea * picture.width * picture.height) return null;
    return { box, cells, score };
  }

  /** The mean of the guesses' vectors, of length 1 again. */
  async #embed(picture: Picture, { cuts }: ThingRegion): Promise<Float32Array> {
    let sum: Float32Array | undefined;
    for (const { box, cells } of cuts) {
      const vector = await this.embedder.embed(picture, box, cells);
      sum = sum === undefined ? vector : sum.map((value, i) => value + (vector[i] ?? 0));
    }
    return unit(sum ?? new Float32Array(0));
  }
}

function regionOf(guesses: readonly (Cut | null)[]): ThingRegion | null {
  const cuts = guesses.filter((cut) => cut !== null).toSorted((a, b) => b.score - a.score);
  const [best] = cuts;
  return best === undefined ? null : { box: best.box, score: best.score, cuts };
}

function middleOf({ width, height }: Pick<Picture, "width" | "height">): Box {
  const [w, h] = [width * middleShare, height * middleShare];
  return [(width - w) / 2, (height - h) / 2, w, h];
}

/** Whether a box holds the picture's middle, or has its own in the middle part of the picture. */
function isCentral([x, y, width, height]: Box, picture: Pick<Picture, "width" | "height">): boolean {
  const central = (start: number, length: number, whole: number) =>
    (start <= whole / 2 && start + length >= whole / 2) ||
    Math.abs((2 * start + length) / whole - 1) <= middleShare;
  return central(x, width, picture.width) && central(y, height, picture.height);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
