import type { Picture } from "../devices/ports.ts";
import { wholePixels } from "./boxes.ts";
import { floats } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";
import { openSession, type Session } from "./session.ts";

/** A place in a picture, in pixels. */
export type Point = [x: number, y: number];

const side = 64;

/** Finds the 68 points of a face (iBUG's order: jaw 0–16, brows –26, nose –35, eyes –47, mouth –67). */
export class FaceLandmarker {
  readonly #session: Session;
  readonly #grey = new Uint8Array(side * side);

  private constructor(session: Session) {
    this.#session = session;
  }

  /**
   * @param model path of `face-landmark`
   * @throws BrimError MODEL
   */
  static async open(model: string, threads: number): Promise<FaceLandmarker> {
    return new FaceLandmarker(await openSession(model, { threads }));
  }

  async find(picture: Picture, face: FaceBox): Promise<Point[]> {
    const [left, top, width, height] = wholePixels(face.box, picture.width, picture.height);
    toGrey(await picture.crop([left, top, width, height], side, side), this.#grey);
    const output = await this.#session.run<"points">({
      image: { data: this.#grey, shape: [1, side, side, 1] },
    });
    const shares = floats(output.points);
    const points: Point[] = [];
    for (let i = 0; i + 1 < shares.length; i += 2) {
      points.push([left + (shares[i] ?? 0) * width, top + (shares[i + 1] ?? 0) * height]);
    }
    return points;
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** Luma of ITU-R BT.601, on which the network was trained (libvips would weigh in linear light). */
function toGrey(rgb: Uint8Array, grey: Uint8Array): void {
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = Math.round(0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0));
  }
}
