import type { Seeing } from "../../base/eyes-protocol.ts";
import type { Distance } from "../geometry.ts";

/** Several like things, or one, that are said in one sentence. */
export interface Group {
  /** COCO-80 name. */
  label: string;
  count: number;
  /** Others of the same label were told before and are still in view. */
  more: boolean;
  /** Hours of the clock face from the leftmost to the rightmost; equal where all are in one direction. */
  from: number;
  to: number;
  /** To the nearest of them. */
  distance: Distance;
}

/** Whether collision warning can be relied on, and if not, why not. */
export type CollisionState =
  | { kind: "on" }
  | { kind: "starting" }
  | { kind: "off" }
  | { kind: "paused" }
  /** `reason` as the guard words it, in English. */
  | { kind: "blind"; reason: string };

/**
 * All that Brim says, in one language; another language is another file that fills this type.
 *
 * Every sentence has at most 12 words, the changing word first, and is harmless if its last word is lost. None
 * says that a way is free to walk.
 */
export interface Wording {
  /** BCP 47 tag, for the synthesiser and the page. */
  language: string;
  /** "Three people, 12 o'clock, near." */
  group(group: Group): string;
  /** The range finder has something near that the eyes have no name for. */
  something(metres: number): string;
  /** The eyes see well and know nothing of what they see. */
  nothingRecognised: string;
  /** Why nothing can be told, and whether collision warning goes on all the same. */
  notSeeing(seeing: Exclude<Seeing, "good"> | "off", collision: CollisionState): string;
  /** First sentence after the start; says what is missing. */
  greeting(collision: CollisionState, eyes: boolean): string;
  collision: {
    off: string;
    on: string;
    blind(reason: string): string;
    /** One of several range finders is blind. */
    sensorBlind(name: string, reason: string): string;
    sensorAgain(name: string): string;
    onAgain: string;
    /** The sensor reaches only so far in this light. */
    shortReach(metres: number): string;
    fullReach: string;
    paused(minutes: number): string;
    pauseOver: string;
  };
  eyes: { off: string; onAgain: string; seeingAgain: string };
  /** The answer to a gesture that does nothing yet: silence would be taken for a broken button. */
  notYet: Record<"click" | "triple" | "hold" | "clickHold", string>;
  /** Sound was lost, and can be heard again. */
  soundAgain: string;
}
