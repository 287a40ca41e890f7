import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import type { Quality } from "./quality.ts";
import type { Cut } from "./thing.ts";

/** A thing that was cut out of a picture, judged and turned into a vector. */
export interface ThingLook extends Quality {
  box: Box;
  /** Of length 1. */
  vector: Float32Array;
}

/** From a place in a picture to the vector of the thing there. */
export interface ThingViewer {
  /** Mark of the model that makes the vectors. */
  readonly model: string;
  /**
   * @param around the box of the thing where it is known; null for whatever is at the centre
   * @returns null where nothing stands out
   * @throws BrimError MODEL
   */
  look(picture: Picture, around: Box | null): Promise<ThingLook | null>;
}

/** From a thing that somebody has pointed at to its vector. */
export interface CutViewer extends Pick<ThingViewer, "model"> {
  /** @throws BrimError MODEL */
  lookAt(picture: Picture, cut: Cut): Promise<ThingLook>;
}
