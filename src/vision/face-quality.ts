import { isBacklit } from "./backlit.ts";
import type { FaceMeasures } from "./face-measure.ts";
import { productOf, type Quality, ramp } from "./quality.ts";

/*
 * The figures are from 60 photos of 12 people of LFW, made smaller, smeared and darkened. Beside each stands how alike a
 * face so spoilt still is to itself (the median cosine; two people of a kind: 0.6, strangers: 0).
 *
 * scale 0.67 .98, 0.40 .92, 0.32 .83, 0.25 .64, 0.21 .48
 * sharpness ÷ contrast 0.018 .99, 0.0096 .88, 0.0067 .60, 0.0059 .32
 * contrast 25 .97, 15 .91, 10 .83, 6.5 .68
 */
const scaleRamp = [0.22, 0.9] as const;
const sharpnessRamp = [0.006, 0.018] as const;
const contrastRamp = [6, 22] as const;
/** A face that is small has been smoothed by that: its sharpness falls with this power of its scale. */
const smoothing = 0.85;
/** Turned further, one eye is behind the nose; nodding, the nose hides the mouth or the brow the eyes. */
const yawRamp = [1, 0.45] as const;
const pitchRamp = [0.5, 0.25] as const;
/** 90 % of LFW's faces fit the template better than the second, 99 % better than the first; what is no face fits worse. */
const misfitRamp = [9, 6] as const;
const outsideRamp = [0.35, 0.05] as const;
/** Filling so much of the picture's height, a face is too near for the lens; and too near, where it is cut off. */
const heightRamp = [1, 0.75] as const;
const largeHeight = 0.5;
const scoreRamp = [0.5, 0.9] as const;
/** A face at the side is as good as one in the middle but for the lens, and may soon leave the picture. */
const aside = 0.4;
/** How good a look at a face is for knowing whose it is. A face's brightness alone says nothing: skins differ. */
export function faceQuality(face: FaceMeasures): Quality {
  const { brightness, surroundings, contrast } = face;
  // Dark skin in good light has contrast; a face against the light has little.
  const backlit = isBacklit(brightness, surroundings);
  const relative = face.sharpness / Math.max(1, contrast) / Math.min(1, face.scale) ** smoothing;
  return productOf([
    [backlit ? "backlit" : "dark", ramp(contrast, ...contrastRamp)],
    ["near", ramp(face.height, ...heightRamp)],
    [
      face.height > largeHeight ? "near" : "offCentre",
      ramp(face.outside, ...outsideRamp) * (1 - aside * Math.min(1, face.offset)),
    ],
    ["far", ramp(face.scale, ...scaleRamp)],
    ["blurred", ramp(relative, ...sharpnessRamp)],
    [
      "turned",
      ramp(Math.abs(face.yaw), ...yawRamp) *
        ramp(Math.abs(face.pitch), ...pitchRamp) *
        ramp(face.misfit, ...misfitRamp),
    ],
    ["nothing", ramp(face.score, ...scoreRamp)],
  ]);
}
