import sharp from "sharp";
import type { Box } from "../../base/eyes-protocol.ts";
import type { Pixels } from "../../devices/camera/raw-picture.ts";
import { openSession, type Session } from "../session.ts";
import { scaledBox } from "./geometry.ts";
import { type Region, regionsOf, type TextMap } from "./regions.ts";

/** The whole picture is looked at in so many pixels first, as PaddleOCR does. */
const coarseSide = 960;
/** The network is run on at most so many pixels a side: memory grows with the area. */
const tileSide = 640;
/** What lies so near to the edge of a tile is seen better by its neighbour. */
const margin = 64;
/** The network wants multiples of it. */
const step = 32;
/** Text lower than this in the map is read better from a larger one. */
const smallText = 20;
/** No map is longer: 4608 pixels, a Pi camera's, are halved. */
const longestMap = 2304;

/** Finds lines of text in a picture of any size, by PP-OCRv4's detector (DB, arXiv 1911.08947). */
export class TextDetector {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * @param model path of `text-detect`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<TextDetector> {
    return new TextDetector(await openSession(model, { threads, arena: false }));
  }

  /**
   * Lines of text in pixels of the picture. A picture with small text is looked at a second time, larger and in tiles.
   */
  async detect(pixels: Pixels): Promise<Region[]> {
    const longest = Math.max(pixels.width, pixels.height);
    const scale = Math.min(1, coarseSide / longest);
    const coarse = await this.#at(pixels, scale);
    const larger = Math.min(1, longestMap / longest);
    const small = coarse.some(({ box }) => Math.min(box.width, box.height) * scale < smallText);
    if (larger < scale * 1.25 || (coarse.length > 0 && !small)) return coarse;
    const fine = await this.#at(pixels, larger);
    return fine.length > 0 ? fine : coarse;
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  async #at(pixels: Pixels, scale: number): Promise<Region[]> {
    const width = Math.max(1, Math.round(pixels.width * scale));
    const height = Math.max(1, Math.round(pixels.height * scale));
    const map: TextMap = { data: new Uint8Array(width * height), width, height };
    const picture = await raw(pixels)
      .resize(width, height, { fit: "fill", kernel: "cubic" })
      .raw()
      .toBuffer();
    for (const [top, bottom] of spans(height)) {
      for (const [left, right] of spans(width)) {
        await this.#tile({ data: picture, width, height }, [left, top, right - left, bottom - top], map);
      }
    }
    return regionsOf(map).map(({ box, score }) => ({ box: scaledBox(box, pixels.width / width), score }));
  }

  /** Fills its part of the map. */
  async #tile(picture: Pixels, [left, top, width, height]: Box, map: TextMap): Promise<void> {
    const paddedWidth = Math.ceil(width / step) * step;
    const paddedHeight = Math.ceil(height / step) * step;
    const image = await raw(picture)
      .extract({ left, top, width, height })
      .extend({ right: paddedWidth - width, bottom: paddedHeight - height, extendWith: "copy" })
      .raw()
      .toBuffer();
    const output = await this.#session.run<"text">({
      image: { data: image, shape: [1, paddedHeight, paddedWidth, 3] },
    });
    const text = output.text.data as Uint8Array;
    const skipX = left === 0 ? 0 : margin;
    const skipY = top === 0 ? 0 : margin;
    for (let y = skipY; y < height; y++) {
      const row = text.subarray(y * paddedWidth + skipX, y * paddedWidth + width);
      map.data.set(row, (top + y) * map.width + left + skipX);
    }
  }
}

/** Cuts a length into parts of at most `tileSide` that overlap by two margins. */
export function spans(length: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  for (let from = 0; ; from += tileSide - 2 * margin) {
    parts.push([from, Math.min(length, from + tileSide)]);
    if (from + tileSide >= length) return parts;
  }
}

function raw({ data, width, height }: Pixels) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}
