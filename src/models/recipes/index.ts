import type { Model } from "../onnx/messages.ts";
import { buildFaceDetect, buildFaceEmbed, buildFaceLandmark } from "./faces.ts";
import { buildNanodet } from "./nanodet.ts";
import { buildTextDetect, buildTextRead } from "./text.ts";
import { buildThingEmbed } from "./things.ts";

/** Makes a model of the source files that its manifest entry lists, given in that order, and then its table. */
export type Recipe = (...files: [Uint8Array, Uint8Array, Uint8Array]) => Model;

/** By the name that the manifest uses. */
export const recipes: Readonly<Record<string, Recipe>> = {
  nanodet: buildNanodet,
  "face-detect": buildFaceDetect,
  "face-landmark": buildFaceLandmark,
  "face-embed": buildFaceEmbed,
  "thing-embed": buildThingEmbed,
  "text-detect": buildTextDetect,
  "text-read": buildTextRead,
};
