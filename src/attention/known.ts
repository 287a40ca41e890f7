import { distanceOf } from "./geometry.ts";
import type { Subject } from "./subjects.ts";
import { type Name, type Words, withNames } from "./wording/names.ts";
import type { Kind, Side, Wording } from "./wording/wording.ts";

/** A subject that was recognised, and whose entry is still there. */
export interface Known {
  subject: Subject;
  id: string;
  kind: Kind;
  name: Name;
  sure: boolean;
}

/** "Ana, 1 o'clock, near." · "Perhaps your keys, 12 o'clock, arm's length." */
export function knownWords(
  { subject, kind, name, sure }: Known,
  range: number | null,
  wording: Wording,
): Words {
  const { placement } = subject;
  const distance = distanceOf(placement, range);
  return withNames([name], ([text = ""]) =>
    wording.known({ kind, name: text, sure, hour: placement.hour, distance }),
  );
}

/** "Three people. Ana left, two unknown." */
export function knownPeopleWords(count: number, known: readonly Known[], wording: Wording): Words {
  const fromLeft = known.toSorted((a, b) => a.subject.placement.angle - b.subject.placement.angle);
  return withNames(
    fromLeft.map(({ name }) => name),
    (names) =>
      wording.knownPeople({
        count,
        known: fromLeft.map(({ subject, sure }, i) => ({
          name: names[i] ?? "",
          sure,
          side: sideOf(subject),
        })),
      }),
  );
}

function sideOf({ placement: { hour } }: Subject): Side {
  if (hour === 12) return "ahead";
  return hour > 6 ? "left" : "right";
}
