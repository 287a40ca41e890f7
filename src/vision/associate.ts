import type { Box } from "../base/eyes-protocol.ts";
import { intersectionOverUnion } from "./boxes.ts";
import { mayBeSame } from "./confusable.ts";
import type { Label } from "./labels.ts";

interface Seen {
  label: Label;
  box: Box;
}

/** Overlap from which a detection continues a track. */
const minOverlap = 0.3;
/** Where boxes do not overlap so much (small, or the head turns): distance of the centres in sizes, and ratio of areas. */
const maxDistance = 0.8;
const maxGrowth = 2;

/** How well a detection continues a track: 0 not at all; overlapping ones come before those that are only near. */
export function affinity(track: Seen, detection: Seen): number {
  if (!mayBeSame(track.label, detection.label)) return 0;
  const overlap = intersectionOverUnion(track.box, detection.box);
  if (overlap >= minOverlap) return 1 + overlap;
  const [ax, ay, aw, ah] = track.box;
  const [bx, by, bw, bh] = detection.box;
  const growth = (bw * bh) / (aw * ah);
  if (!(growth < maxGrowth && growth > 1 / maxGrowth)) return 0;
  const size = Math.sqrt(Math.sqrt(aw * ah * bw * bh));
  const distance = Math.hypot(bx + bw / 2 - ax - aw / 2, by + bh / 2 - ay - ah / 2) / size;
  return distance < maxDistance ? 1 - distance : 0;
}

/**
 * Pairs tracks with detections, the best pairs first; each is in one pair at most.
 * @returns `[track, detection]` indices
 */
export function associate(tracks: readonly Seen[], detections: readonly Seen[]): [number, number][] {
  const pairs: { track: number; detection: number; value: number }[] = [];
  tracks.forEach((track, t) => {
    detections.forEach((detection, d) => {
      const value = affinity(track, detection);
      if (value > 0) pairs.push({ track: t, detection: d, value });
    });
  });
  pairs.sort((a, b) => b.value - a.value);
  const usedTracks = new Set<number>();
  const usedDetections = new Set<number>();
  const result: [number, number][] = [];
  for (const { track, detection } of pairs) {
    if (usedTracks.has(track) || usedDetections.has(detection)) continue;
    usedTracks.add(track);
    usedDetections.add(detection);
    result.push([track, detection]);
  }
  return result;
}
