import type { Pixels } from "../../devices/camera/raw-picture.ts";
import { modelPath } from "../../models/registry.ts";
import { cropLine } from "./crop.ts";
import { TextDetector } from "./detect.ts";
import { uprightBox } from "./geometry.ts";
import { type FoundLine, type Page, pageOf } from "./page.ts";
import { TextRecogniser } from "./recognise.ts";

/** Higher than wide: letters one below the other, or a line that is turned. */
const upright = 1.5;
/** What is read with less certainty is not text, or not in letters that are known. */
const leastScore = 0.5;

/** Finds and reads lines of text. */
export class TextReader {
  private constructor(
    private readonly detector: TextDetector,
    private readonly recogniser: TextRecogniser,
  ) {}

  /**
   * Opens both networks of text.
   * @throws BrimError MODEL when one is not built or damaged
   */
  static async open(threads: number): Promise<TextReader> {
    const [detector, recogniser] = await Promise.all([
      TextDetector.open(modelPath("text-detect"), threads),
      TextRecogniser.open(modelPath("text-read"), threads),
    ]);
    return new TextReader(detector, recogniser);
  }

  /** Reads all text of an upright picture. */
  async read(pixels: Pixels): Promise<Page> {
    return pageOf(await this.#lines(pixels), pixels.width, pixels.height);
  }

  /** All lines, in no order. */
  async #lines(pixels: Pixels): Promise<FoundLine[]> {
    const regions = await this.detector.detect(pixels);
    const pictures = [];
    for (const { box } of regions) pictures.push(await cropLine(pixels, box));
    const read = await this.recogniser.read(pictures);
    const lines: FoundLine[] = [];
    for (const [i, { box }] of regions.entries()) {
      let best = read[i] ?? { text: "", score: 0 };
      if (box.height > box.width * upright) {
        const turned = [await cropLine(pixels, box, 1), await cropLine(pixels, box, 3)];
        for (const other of await this.recogniser.read(turned)) if (other.score > best.score) best = other;
      }
      const text = best.score < leastScore || !/[\p{L}\p{N}]/u.test(best.text) ? "" : best.text;
      lines.push({ text, score: best.score, box: uprightBox(box, pixels.width, pixels.height) });
    }
    return lines;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.detector.dispose(), this.recogniser.dispose()]);
  }
}
