import { vectorMark } from "../models/mark.ts";
import { modelPath } from "../models/registry.ts";
import { FaceEmbedder } from "./face-embed.ts";
import { FaceLandmarker } from "./face-landmark.ts";
import { type FaceViewer, NetworkFaceViewer } from "./face-view.ts";
import { Lazy } from "./lazy.ts";
import { openThings } from "./models.ts";
import type { Segmenter } from "./segment.ts";
import type { CutViewer, ThingViewer } from "./thing-view.ts";

/**
 * Looks at faces; its networks are loaded when the first face is there.
 * @throws BrimError MODEL when the manifest does not know them
 */
export function createFaceViewer(threads: number): FaceViewer {
  return new NetworkFaceViewer(
    vectorMark("face-embed"),
    new Lazy(() => FaceLandmarker.open(modelPath("face-landmark"), threads)),
    new Lazy(() => FaceEmbedder.open(modelPath("face-embed"), threads)),
  );
}

/**
 * Looks at things; its networks are loaded when the first thing is there.
 * @param segmenter cuts out for others, too: one network in memory is enough
 * @throws BrimError MODEL when the manifest does not know them
 */
export function createThingViewer(threads: number, segmenter: Lazy<Segmenter>): ThingViewer & CutViewer {
  const things = new Lazy(async () => openThings(threads, (await segmenter.get()).twin()));
  return {
    model: vectorMark("thing-embed"),
    look: async (picture, around) => (await things.get()).look(picture, around),
    lookAt: async (picture, cut) => (await things.get()).lookAt(picture, cut),
  };
}
