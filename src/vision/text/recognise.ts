import sharp from "sharp";
import { openSession, type Session } from "../session.ts";
import { type LinePicture, lineHeight } from "./crop.ts";
import { decode, type ReadLine } from "./ctc.ts";

/** What is read at once, at most: memory grows with the batch. */
const batchLines = 4;
const batchWidth = 1600;
/** The grey that the network takes for nothing. */
const grey = { r: 128, g: 128, b: 128 };

/** Reads pictures of lines, by PP-OCRv4's recogniser (SVTR-LCNet). */
export class TextRecogniser {
  readonly #session: Session;
  readonly #alphabet: readonly string[];

  private constructor(session: Session, alphabet: readonly string[]) {
    this.#session = session;
    this.#alphabet = alphabet;
  }

  /**
   * @param model path of `text-read`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<TextRecogniser> {
    const session = await openSession(model, { threads, arena: false });
    const blank = { data: new Uint8Array(lineHeight * 48 * 3).fill(128), shape: [1, lineHeight, 48, 3] };
    const { alphabet } = await session.run<"alphabet">({ image: blank }, ["alphabet"]);
    const characters = new TextDecoder()
      .decode(alphabet.data as Uint8Array)
      .split("\n")
      .slice(0, -1);
    return new TextRecogniser(session, characters);
  }

  /** Reads lines; the results are in their order. */
  async read(lines: readonly LinePicture[]): Promise<ReadLine[]> {
    const results: ReadLine[] = new Array(lines.length);
    // Lines of like width together, so that little is filled up.
    const order = lines.map((_, i) => i).sort((a, b) => widthOf(lines[a]) - widthOf(lines[b]) || a - b);
    while (order.length > 0) {
      let size = 1;
      while (
        size < Math.min(batchLines, order.length) &&
        widthOf(lines[order[size] ?? 0]) * (size + 1) <= batchWidth
      )
        size++;
      const batch = order.splice(0, size);
      const read = await this.#batch(batch.flatMap((i) => lines[i] ?? []));
      for (const [at, i] of batch.entries()) results[i] = read[at] ?? { text: "", score: 0 };
    }
    return results;
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  async #batch(lines: readonly LinePicture[]): Promise<ReadLine[]> {
    const width = Math.ceil(Math.max(...lines.map(widthOf)) / 8) * 8;
    const filled = await Promise.all(
      lines.map((line) =>
        sharp(line.data, { raw: { width: line.width, height: lineHeight, channels: 3 } })
          .extend({ right: width - line.width, background: grey })
          .raw()
          .toBuffer(),
      ),
    );
    const { classes } = await this.#session.run<"classes">(
      { image: { data: Buffer.concat(filled), shape: [lines.length, lineHeight, width, 3] } },
      ["classes"],
    );
    const [, steps = 0, count = 0] = classes.shape;
    const all = classes.data as Float32Array;
    return lines.map((line, i) => {
      const used = Math.min(steps, Math.ceil((line.width * steps) / width));
      const own = all.subarray(i * steps * count, (i * steps + used) * count);
      return decode({ data: own, steps: used, classes: count }, this.#alphabet);
    });
  }
}

function widthOf(line: LinePicture | undefined): number {
  return line?.width ?? 0;
}
