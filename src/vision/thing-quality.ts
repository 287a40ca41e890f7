import { productOf, type Quality, ramp } from "./quality.ts";
import type { ThingMeasures } from "./thing-measure.ts";

const scaleRamp = [0.1, 0.5] as const;
const sharpnessRamp = [0.004, 0.014] as const;
/** A small thing is smooth because it was enlarged: its sharpness falls with this power of its scale. */
const smoothing = 0.85;
const contrastRamp = [4, 16] as const;
/** Touching no border of the picture, or one (the arm that holds it comes from there), nothing is thought to be cut off. */
const cutOffRamp = [4, 1] as const;
/** Filling so much of the picture, a thing is too near. */
const fillsRamp = [1, 0.8] as const;
const scoreRamp = [0.05, 0.5] as const;
/** A thing at the side is as good as one in the middle, but may not be the one that is meant. */
const aside = 0.4;
const backlitDifference = 40;
const backlitRatio = 1.8;

/** How good a look at a thing is for knowing it again. Its brightness alone says nothing: things may be black. */
export function thingQuality(thing: ThingMeasures): Quality {
  const { brightness, surroundings, contrast } = thing;
  const backlit =
    surroundings - brightness > backlitDifference && surroundings > backlitRatio * Math.max(1, brightness);
  const relative = thing.sharpness / Math.max(1, contrast) / Math.min(1, thing.scale) ** smoothing;
  return productOf([
    [backlit ? "backlit" : "dark", ramp(contrast, ...contrastRamp)],
    ["near", ramp(thing.fills, ...fillsRamp) * ramp(thing.cutOff, ...cutOffRamp)],
    ["offCentre", 1 - aside * thing.offset],
    ["far", ramp(thing.scale, ...scaleRamp)],
    ["blurred", ramp(relative, ...sharpnessRamp)],
    ["nothing", ramp(thing.score, ...scoreRamp)],
  ]);
}
