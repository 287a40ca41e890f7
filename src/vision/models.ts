import { vectorMark } from "../models/mark.ts";
import { modelPath } from "../models/registry.ts";
import { Detector } from "./detect.ts";
import { FaceDetector } from "./face-detect.ts";
import { FaceEmbedder } from "./face-embed.ts";
import { FaceLandmarker } from "./face-landmark.ts";
import { Faces } from "./faces.ts";
import { Segmenter } from "./segment.ts";
import { Things } from "./thing.ts";
import { ThingEmbedder } from "./thing-embed.ts";

export type Precision = "int8" | "fp32";

/**
 * Opens the detector of objects.
 * @throws BrimError MODEL when it is not built or damaged
 */
export function openDetector(precision: Precision, threads: number): Promise<Detector> {
  return Detector.open(modelPath(precision === "int8" ? "nanodet" : "nanodet-fp32"), threads);
}

/**
 * Opens the detector of faces alone.
 * @throws BrimError MODEL when it is not built or damaged
 */
export function openFaceDetector(threads: number): Promise<FaceDetector> {
  return FaceDetector.open(modelPath("face-detect"), threads);
}

/**
 * Opens the three networks of faces.
 * @throws BrimError MODEL when one is not built or damaged
 */
export async function openFaces(threads: number): Promise<Faces> {
  const [detector, landmarker, embedder] = await Promise.all([
    openFaceDetector(threads),
    FaceLandmarker.open(modelPath("face-landmark"), threads),
    FaceEmbedder.open(modelPath("face-embed"), threads),
  ]);
  return new Faces(detector, landmarker, embedder);
}

/**
 * Opens SqueezeSAM.
 * @throws BrimError MODEL when it is missing or damaged
 */
export function openSegmenter(threads: number): Promise<Segmenter> {
  return Segmenter.open(modelPath("squeezesam"), threads);
}

/**
 * Opens what cuts things out and what turns them into vectors.
 * @param segmenter what cuts out, where it is open already
 * @throws BrimError MODEL when one is missing or damaged
 */
export async function openThings(threads: number, segmenter?: Segmenter): Promise<Things> {
  const [cutter, embedder] = await Promise.all([
    segmenter ?? openSegmenter(threads),
    ThingEmbedder.open(modelPath("thing-embed"), threads),
  ]);
  return new Things(vectorMark("thing-embed"), cutter, embedder);
}
