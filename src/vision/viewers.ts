import { modelId } from "../models/model-id.ts";
import { modelPath } from "../models/registry.ts";
import { FaceEmbedder } from "./face-embed.ts";
import { FaceLandmarker } from "./face-landmark.ts";
import { type FaceViewer, NetworkFaceViewer } from "./face-view.ts";
import { Lazy } from "./lazy.ts";
import type { ThingViewer } from "./thing-view.ts";

/**
 * Looks at faces; its networks are loaded when the first face is there.
 * @throws BrimError MODEL when the manifest does not know them
 */
export function createFaceViewer(threads: number): FaceViewer {
  return new NetworkFaceViewer(
    modelId("face-embed"),
    new Lazy(() => FaceLandmarker.open(modelPath("face-landmark"), threads)),
    new Lazy(() => FaceEmbedder.open(modelPath("face-embed"), threads)),
  );
}

/** Looks at things, where there are networks for them. */
export function createThingViewer(_threads: number): ThingViewer | null {
  return null;
}
