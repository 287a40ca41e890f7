import { availableParallelism } from "node:os";
import type { Config } from "../base/config.ts";
import type { Box } from "../base/eyes-protocol.ts";
import { pictureOf, readPhoto } from "../devices/camera/photo.ts";
import type { Kind, View } from "../memory/types.ts";
import { vectorMark } from "../models/mark.ts";
import { believableFaces } from "../vision/believe.ts";
import { measureFace } from "../vision/face-measure.ts";
import { faceQuality } from "../vision/face-quality.ts";
import { openDetector, openFaces, openThings } from "../vision/models.ts";
import type { Flaw } from "../vision/quality.ts";

/** A face or thing in a photo. */
export interface Look {
  /** In pixels of the photo. */
  box: Box;
  view: View;
  /** The worst of the look. */
  weakest: Flaw;
  /** Surely a face, or a thing: what is not must not be learned. */
  believable: boolean;
}

/** Finds and embeds persons, or things, in photos. */
export interface Looker {
  /** The mark of its vectors. */
  readonly model: string;
  /**
   * What a photo shows, the largest first; nothing where there is nothing.
   * @throws BrimError INPUT when the photo cannot be read
   */
  look(file: string): Promise<Look[]>;
  dispose(): Promise<void>;
}

/** Opens what looks for one kind. */
export function openLooker(kind: Kind, config: Config): Promise<Looker> {
  return kind === "person" ? openFaceLooker(config) : openThingLooker(config);
}

/** Why a photo has nothing to remember. */
export const nothingThere: Record<Kind, string> = {
  person: "no face was found",
  thing: "nothing stands out",
};

async function openFaceLooker({ vision }: Config): Promise<Looker> {
  const threads = vision.threads || availableParallelism();
  const faces = await openFaces(threads);
  const detector = await openDetector(vision.precision, threads);
  const model = vectorMark("face-embed");
  return {
    model,
    async look(file) {
      const picture = pictureOf(await readPhoto(file));
      const objects = await detector.detect(picture, vision.min_score);
      let found = await faces.find(picture, []);
      // Somebody far away has a face that only a closer look at the person finds.
      if (found.length === 0) found = await faces.find(picture, objects);
      const believed = new Set<object>(believableFaces(found, objects));
      const looks: Look[] = [];
      for (const face of found) {
        const { quality, weakest } = faceQuality(await measureFace(picture, face, face.landmarks));
        const view = { model, embedding: face.embedding, quality };
        looks.push({ box: face.box, view, weakest, believable: believed.has(face) });
      }
      return looks.sort((a, b) => area(b.box) - area(a.box));
    },
    async dispose() {
      await Promise.all([faces.dispose(), detector.dispose()]);
    },
  };
}

async function openThingLooker({ vision }: Config): Promise<Looker> {
  const things = await openThings(vision.threads || availableParallelism());
  const { model } = things;
  return {
    model,
    async look(file) {
      const look = await things.look(pictureOf(await readPhoto(file)), null);
      if (look === null) return [];
      const { box, vector: embedding, quality, weakest } = look;
      return [{ box, view: { model, embedding, quality }, weakest, believable: true }];
    },
    dispose: () => things.dispose(),
  };
}

function area([, , width, height]: Box): number {
  return width * height;
}
