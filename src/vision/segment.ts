import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { floats } from "./detect.ts";
import { boxOfCells, type Cells, clean, drawCells } from "./mask.ts";
import { cellsSide, drawPrompt, inputSide, type Prompt, steps, zoomRectangle } from "./segment-prompt.ts";
import { openSession, type Session } from "./session.ts";

/** What was found for a prompt. */
export interface Segment {
  /** The overlap (IoU) with what is meant that the network expects, 0 to 1. */
  score: number;
  /** Where it is; see mask.ts for what can be made of it. */
  cells: Cells;
}

/** What the network gives for one look, its three guesses one after the other. */
interface Guesses {
  /** `[3, cellsSide, cellsSide]` */
  masks: Uint8Array;
  /** `[3]`: the overlap that each expects. */
  iou: Float32Array;
}

/** Chosen on photos that the network asked had not been trained on; see models/squeezesam/README.md. */
const decidedness = 12;
/** A first look that expects so much overlap is not mended by a second one; see models/squeezesam/README.md. */
const sureEnough = 0.85;
/** So that three guesses that expect nothing still have a mean. */
const leastOverlap = 1e-3;

/** Lets others go first between two looks; resolves when the next may begin. */
export type Turn = () => Promise<void>;

const noTurn: Turn = () => Promise.resolve();

/**
 * SqueezeSAM: from clicks to the thing that is meant, in two looks. The first sees all of the picture, the second the
 * surroundings of what the first found, with many more pixels for a small thing, and is left out where it would see
 * little else or the first is sure. A box takes the first look's place.
 * One prompt at a time.
 */
export class Segmenter {
  readonly #session: Pick<Session, "run" | "dispose">;
  readonly #drawn = new Uint8Array(4 * inputSide * inputSide);

  constructor(session: Pick<Session, "run" | "dispose">) {
    this.#session = session;
  }

  /**
   * @param model path of `squeezesam`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<Segmenter> {
    return new Segmenter(await openSession(model, { threads }));
  }

  /**
   * Finds what the prompt means. Several clicks are taken one after the other, each mending the mask before it.
   *
   * @param turn waited for before each look, which blocks for about as long as half a detection
   */
  async segment(picture: Picture, prompt: Prompt, turn: Turn = noTurn): Promise<Segment> {
    const [first = prompt, ...corrections] = steps(prompt);
    let segment = await this.#twoLooks(picture, first, undefined, turn);
    for (const step of corrections) segment = await this.#twoLooks(picture, step, segment.cells, turn);
    return { score: segment.score, cells: clean(segment.cells, prompt.clicks) };
  }

  /** Another one that takes prompts of its own at the same time, with the same network in memory. */
  twin(): Segmenter {
    return new Segmenter(this.#session);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  async #twoLooks(picture: Picture, prompt: Prompt, before: Cells | undefined, turn: Turn): Promise<Segment> {
    const { width, height } = picture;
    const all: Box = [0, 0, width, height];
    if (prompt.box) {
      const rectangle = zoomRectangle(prompt, undefined, width, height);
      return this.#look(picture, prompt, rectangle ?? all, before, turn);
    }
    const first = await this.#look(picture, prompt, all, before, turn);
    if (prompt.clicks.length === 0 || first.score >= sureEnough) return first;
    const closer = zoomRectangle(prompt, boxOfCells(first.cells), width, height);
    return closer ? this.#look(picture, prompt, closer, before, turn) : first;
  }

  async #look(
    picture: Picture,
    prompt: Prompt,
    rectangle: Box,
    before: Cells | undefined,
    turn: Turn,
  ): Promise<Segment> {
    const image = await picture.crop(rectangle, inputSide, inputSide);
    drawPrompt(
      prompt,
      rectangle,
      this.#drawn,
      before && ((channel) => drawCells(before, rectangle, channel)),
    );
    await turn();
    const output = await this.#session.run<keyof Guesses>(
      {
        image: { data: image, shape: [1, inputSide, inputSide, 3] },
        prompt: { data: this.#drawn, shape: [1, 4, inputSide, inputSide] },
      },
      ["masks", "iou"],
    );
    const iou = floats(output.iou);
    const data = weighed(output.masks.data as Uint8Array, iou);
    return { score: Math.max(...iou), cells: { data, rectangle } };
  }
}

/**
 * The mean of the guesses, each weighed by its expected overlap to the power of `decidedness`: the best one decides
 * where it is clearly the best, and where two are nearly as good, they agree cell by cell.
 */
function weighed(masks: Uint8Array, iou: Float32Array): Uint8Array {
  const weights = Array.from(iou, (overlap) => Math.max(overlap, leastOverlap) ** decidedness);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / all);
  const area = cellsSide * cellsSide;
  const mean = new Uint8Array(area);
  for (let cell = 0; cell < area; cell++) {
    // Half of one more, for bytes are cut off.
    let sum = 0.5;
    for (let guess = 0; guess < shares.length; guess++) {
      sum += (shares[guess] ?? 0) * (masks[guess * area + cell] ?? 0);
    }
    mean[cell] = sum;
  }
  return mean;
}
