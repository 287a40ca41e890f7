import type { Box } from "../base/eyes-protocol.ts";
import type { Picture } from "../devices/ports.ts";
import type { Detection } from "./detect.ts";
import type { FaceDetector } from "./face-detect.ts";
import type { FaceEmbedder } from "./face-embed.ts";
import type { FaceLandmarker, Point } from "./face-landmark.ts";

import { searchFaces } from "./face-search.ts";

/** Persons from this score get a closer look, at most so many. */
const personScore = 0.4;
const closerLooks = 10;

/** A face with its points and its vector, in pixels of the picture. */
export interface Face {
  score: number;
  box: Box;
  /** 68 points. */
  landmarks: Point[];
  /** 512 numbers of length 1. */
  embedding: Float32Array;
}

/** The way from a picture to its faces: detect, find the points, align, embed. */
export class Faces {
  constructor(
    private readonly detector: FaceDetector,
    private readonly landmarker: FaceLandmarker,
    private readonly embedder: FaceEmbedder,
  ) {}

  /**
   * Faces of a picture, best first.
   * @param objects what was found in it; persons without a face get a closer look
   */
  async find(picture: Picture, objects: readonly Detection[]): Promise<Face[]> {
    const persons = objects.filter(({ label, score }) => label === "person" && score >= personScore);
    const faces: Face[] = [];
    for (const { score, box } of await searchFaces(picture, persons, this.detector, closerLooks)) {
      const landmarks = await this.landmarker.find(picture, { score, box });
      faces.push({ score, box, landmarks, embedding: await this.embedder.embed(picture, landmarks) });
    }
    return faces;
  }

  async dispose(): Promise<void> {
    await Promise.all([this.detector.dispose(), this.landmarker.dispose(), this.embedder.dispose()]);
  }
}
