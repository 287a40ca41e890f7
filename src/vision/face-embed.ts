import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import { wholePixels } from "./boxes.ts";
import { floats } from "./detect.ts";
import { alignedSide, alignedToPicture, apply, fivePoints, type Similarity, toTheta } from "./face-align.ts";
import type { Point } from "./face-landmark.ts";
import { openSession, type Session } from "./session.ts";

/**
 * The face's surroundings are shrunk by libvips until the aligned face is at most so many times 112 pixels: the network's
 * own warp is bilinear and would alias.
 */
const maxOversampling = 1.5;

/** Turns faces into unit vectors of 512 numbers; the dot product of two says how alike the faces are. */
export class FaceEmbedder {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * @param model path of `face-embed`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<FaceEmbedder> {
    return new FaceEmbedder(await openSession(model, { threads }));
  }

  /** @param points the face's 68 points in pixels of the picture */
  async embed(picture: Picture, points: readonly Point[]): Promise<Float32Array> {
    const map = alignedToPicture(fivePoints(points));
    const region = wholePixels(surroundings(map), picture.width, picture.height);
    const shrink = Math.min(1, maxOversampling / Math.hypot(map.a, map.b));
    const width = Math.max(1, Math.round(region[2] * shrink));
    const height = Math.max(1, Math.round(region[3] * shrink));
    const image = await picture.crop(region, width, height);
    const output = await this.#session.run<"embedding">({
      image: { data: image, shape: [1, height, width, 3] },
      theta: { data: toTheta(within(map, region), region[2], region[3]), shape: [1, 2, 3] },
    });
    return floats(output.embedding);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** The part of the picture that the aligned face covers. */
function surroundings(map: Similarity): Box {
  const end = alignedSide;
  const corners = (
    [
      [-1, -1],
      [end, -1],
      [-1, end],
      [end, end],
    ] satisfies Point[]
  ).map((corner) => apply(map, corner));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const left = Math.floor(Math.min(...xs));
  const top = Math.floor(Math.min(...ys));
  return [left, top, Math.ceil(Math.max(...xs)) + 1 - left, Math.ceil(Math.max(...ys)) + 1 - top];
}

/** The same map, to pixels of a region of the picture. */
function within(map: Similarity, [left, top]: Box): Similarity {
  return { ...map, tx: map.tx - left, ty: map.ty - top };
}
