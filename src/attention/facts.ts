import type { Seeing } from "../base/eyes-protocol.ts";
import type { Level } from "../base/protocol.ts";
import { type Distance, distanceOf } from "./geometry.ts";
import type { Known } from "./known.ts";
import type { Subject } from "./subjects.ts";
import type { Name } from "./wording/names.ts";
import type { Kind } from "./wording/wording.ts";

/** Somebody or something in view. */
export interface FactThing {
  /** COCO-80 name; null for what only its own name is known of. */
  label: string | null;
  /** Hour of the clock face. */
  hour: number;
  distance: Distance;
  known: { id: string; kind: Kind; name: Name; sure: boolean } | null;
}

/** What the hat knows of what lies ahead, for whoever describes it. */
export interface Facts {
  seeing: Seeing | "off";
  /** The guard's level; `off` while it is lost. */
  level: Level | "off";
  /** Metres that the guard measures straight ahead, or null. */
  range: number | null;
  /** Near before far. */
  things: FactThing[];
}

/** Those in view as facts, near before far. */
export function factThings(
  inView: readonly Subject[],
  known: readonly Known[],
  range: number | null,
): FactThing[] {
  const of = new Map(known.map((one) => [one.subject, one]));
  return inView
    .filter(({ carried }) => !carried)
    .toSorted((a, b) => a.placement.metres - b.placement.metres)
    .map((subject) => {
      const one = of.get(subject);
      return {
        label: subject.label,
        hour: subject.placement.hour,
        distance: distanceOf(subject.placement, range),
        known: one === undefined ? null : { id: one.id, kind: one.kind, name: one.name, sure: one.sure },
      };
    });
}
