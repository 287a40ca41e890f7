import type { Box } from "../../base/eyes-protocol.ts";
import { farMetres } from "../../base/walk.ts";
import { smallSide } from "../ports.ts";

/** Where the simulated camera looks. */
export interface Gaze {
  /** Distance to what is ahead, in metres; null while turning. */
  metres: number | null;
  /** How far a turn to this photo has come, 0 to 1; null while walking. */
  turn: number | null;
  /** Where the walk leads to, in pixels of the photo. */
  aim: readonly [x: number, y: number];
}

/** While turning, the photo is seen so much larger, so that there is room to sweep across it. */
const turnZoom = 1.3;

/**
 * The part of a photo that is seen: all of it from 4 m, and at distance d a window 4/d times as small, as a real lens
 * would show what stands upright ahead, until there are no more pixels to show. A turn sweeps in from the photo's left edge.
 * @returns whole pixels inside the photo, of the photo's shape
 */
export function windowOf(width: number, height: number, { metres, turn, aim }: Gaze): Box {
  if (turn !== null) {
    const zoom = turnZoom + (1 - turnZoom) * turn;
    return place(width, height, zoom, (width / 2) * turn, height / 2);
  }
  // A window narrower than the detector's picture would be a blur.
  const most = Math.max(1, Math.max(width, height) / smallSide);
  const zoom = Math.min(most, Math.max(1, farMetres / (metres ?? farMetres)));
  return place(width, height, zoom, aim[0], aim[1]);
}

/** A window centred at a point, as far as the photo's edges let it. */
function place(width: number, height: number, zoom: number, x: number, y: number): Box {
  const w = Math.max(1, Math.round(width / zoom));
  const h = Math.max(1, Math.round(height / zoom));
  const left = Math.min(Math.max(Math.round(x - w / 2), 0), width - w);
  const top = Math.min(Math.max(Math.round(y - h / 2), 0), height - h);
  return [left, top, w, h];
}
