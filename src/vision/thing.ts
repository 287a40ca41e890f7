import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { boxOfCells, type Cells } from "./mask.ts";
import type { Segmenter, Turn } from "./segment.ts";
import type { ThingEmbedder } from "./thing-embed.ts";
import { measureThing } from "./thing-measure.ts";
import { thingQuality } from "./thing-quality.ts";
import type { ThingLook, ThingViewer } from "./thing-view.ts";

/** Where a thing is in a picture, cut out. */
export interface ThingRegion {
  /** Around it, in pixels of the picture. */
  box: Box;
  /** Which part of the picture it covers. */
  cells: Cells;
  /** How well the network expects to have cut it out, 0 to 1. */
  score: number;
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

/** What stands out counts where its box holds the picture's middle, or its own middle is so near to it (0 to 1). */
const middleShare = 0.5;
/** Cut out with less confidence than this, there is no telling a thing from what is around it. */
const leastScore = 0.25;
/** A thing of less than this share of the picture is a crumb. */
const leastArea = 0.0005;

/**
 * Things to be remembered and known again: SqueezeSAM cuts one out, and what a detector's backbone sees under the mask
 * becomes a vector.
 */
export class Things implements ThingViewer {
  /**
   * @param model mark of the embedder's network
   * @param turn waited for before each run of a network (see segment.ts)
   */
  constructor(
    readonly model: string,
    private readonly segmenter: Pick<Segmenter, "segment" | "dispose">,
    private readonly embedder: Pick<ThingEmbedder, "embed" | "dispose">,
    private readonly turn?: Turn,
  ) {}

  /**
   * Cuts out the thing in `around`; without it, the thing that stands out about the middle of the picture, or else
   * whatever is in the middle.
   * @returns null where nothing can be cut out
   * @throws BrimError MODEL
   */
  async find(picture: Picture, around: Box | null = null): Promise<ThingRegion | null> {
    if (around !== null) return this.#cut(picture, { clicks: [], box: around });
    const striking = await this.#cut(picture, { clicks: [] });
    if (striking !== null && isCentral(striking.box, picture)) return striking;
    const middle = await this.#cut(picture, { clicks: [[picture.width / 2, picture.height / 2]] });
    return (middle?.score ?? 0) > (striking?.score ?? 0) ? middle : striking;
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
    if (region === null) return null;
    const judged = thingQuality(await measureThing(picture, region));
    return { ...judged, box: region.box, vector: await this.#embed(picture, region) };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.segmenter.dispose(), this.embedder.dispose()]);
  }

  async #cut(picture: Picture, prompt: Parameters<Segmenter["segment"]>[1]): Promise<ThingRegion | null> {
    const { score, cells } = await this.segmenter.segment(picture, prompt, this.turn);
    const box = boxOfCells(cells);
    if (box === undefined || score < leastScore) return null;
    if (box[2] * box[3] < leastArea * picture.width * picture.height) return null;
    return { box, cells, score };
  }

  async #embed(picture: Picture, { box, cells }: ThingRegion): Promise<Float32Array> {
    await this.turn?.();
    return this.embedder.embed(picture, box, cells);
  }
}

function isCentral([x, y, width, height]: Box, picture: Pick<Picture, "width" | "height">): boolean {
  const central = (start: number, length: number, whole: number) =>
    (start <= whole / 2 && start + length >= whole / 2) ||
    Math.abs((2 * start + length) / whole - 1) <= middleShare;
  return central(x, width, picture.width) && central(y, height, picture.height);
}
