import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { wholePixels } from "./boxes.ts";
import { floats } from "./detect.ts";
import type { Cells } from "./mask.ts";
import { cellsSide } from "./segment-prompt.ts";
import { openSession, type Session } from "./session.ts";

/** Side in pixels of the network's square input. */
export const thingSide = 256;
/** The network sees a square so many times as large as the longer side of the thing's box: some of what is around. */
const margin = 1.25;

/** Turns things that were cut out into unit vectors; the dot product of two says how alike they are. */
export class ThingEmbedder {
  readonly #session: Pick<Session, "run" | "dispose">;

  constructor(session: Pick<Session, "run" | "dispose">) {
    this.#session = session;
  }

  /**
   * @param model path of `thing-embed`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<ThingEmbedder> {
    return new ThingEmbedder(await openSession(model, { threads }));
  }

  /** @param box around the thing, in pixels of the picture */
  async embed(picture: Picture, box: Box, cells: Cells): Promise<Float32Array> {
    const seen = surroundings(box, picture);
    const output = await this.#session.run<"embedding">({
      image: { data: await picture.crop(seen, thingSide, thingSide), shape: [1, thingSide, thingSide, 3] },
      mask: { data: cells.data, shape: [1, cellsSide, cellsSide, 1] },
      theta: { data: toCells(seen, cells.rectangle), shape: [1, 2, 3] },
    });
    return floats(output.embedding);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** The square that the network sees: around the box, moved and, where it must be, cut to lie inside the picture. */
export function surroundings([x, y, width, height]: Box, picture: Pick<Picture, "width" | "height">): Box {
  const side = Math.max(width, height) * margin;
  const across = Math.min(side, picture.width);
  const down = Math.min(side, picture.height);
  const left = Math.min(Math.max(x + width / 2 - across / 2, 0), picture.width - across);
  const top = Math.min(Math.max(y + height / 2 - down / 2, 0), picture.height - down);
  return wholePixels([left, top, across, down], picture.width, picture.height);
}

/** The affine map from `seen` to `rectangle`, both in coordinates from −1 to 1 (see models/recipes/things.ts). */
function toCells(seen: Box, rectangle: Box): Float32Array {
  const [x, y, width, height] = seen;
  const [left, top, w, h] = rectangle;
  return Float32Array.of(
    ...[width / w, 0, (2 * (x - left) + width) / w - 1],
    ...[0, height / h, (2 * (y - top) + height) / h - 1],
  );
}
