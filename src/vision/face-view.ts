import type { Picture } from "../devices/ports.ts";
import type { FaceBox } from "./face-detect.ts";
import type { FaceEmbedder } from "./face-embed.ts";
import type { FaceLandmarker, Point } from "./face-landmark.ts";
import { measureFace } from "./face-measure.ts";
import { faceQuality } from "./face-quality.ts";
import type { Lazy } from "./lazy.ts";
import type { Quality } from "./quality.ts";

/** A face with its points, judged. */
export interface FaceLook extends Quality {
  /** 68 points in pixels of the picture. */
  points: Point[];
}

/** From a face's box to its vector, in two steps: a poor look is not worth the second, which is the dear one. */
export interface FaceViewer {
  /** Mark of the model that makes the vectors. */
  readonly model: string;
  /** @throws BrimError MODEL */
  look(picture: Picture, face: FaceBox): Promise<FaceLook>;
  /**
   * @returns 512 numbers of length 1
   * @throws BrimError MODEL
   */
  embed(picture: Picture, look: FaceLook): Promise<Float32Array>;
}

/** Looks at faces with networks that are loaded when the first face is there. */
export class NetworkFaceViewer implements FaceViewer {
  constructor(
    readonly model: string,
    private readonly landmarker: Lazy<Pick<FaceLandmarker, "find">>,
    private readonly embedder: Lazy<Pick<FaceEmbedder, "embed">>,
  ) {}

  async look(picture: Picture, face: FaceBox): Promise<FaceLook> {
    const points = await (await this.landmarker.get()).find(picture, face);
    return { points, ...faceQuality(await measureFace(picture, face, points)) };
  }

  async embed(picture: Picture, { points }: FaceLook): Promise<Float32Array> {
    return (await this.embedder.get()).embed(picture, points);
  }
}
