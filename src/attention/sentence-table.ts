import { verbosities } from "../base/settings.ts";
import {
  eyesEvents,
  type FactEvent,
  groupEvents,
  namedEvents,
  powerEvents,
  type SpeechEvent,
  safetyEvents,
} from "./events.ts";
import type { Wording } from "./wording/wording.ts";

/** What the arguments of a row are is known to the row alone. */
type AnyEvent = SpeechEvent<never[]> | FactEvent<never[]>;

/** All that is said unasked, as Markdown tables for wearers: when, an example of the words, at which verbosity, and when again. */
export function sentenceTables(wording: Wording): Record<"safety" | "power" | "eyes" | "facts", string> {
  return {
    safety: table(Object.values(safetyEvents), wording),
    power: table(Object.values(powerEvents), wording),
    eyes: table(Object.values(eyesEvents), wording),
    facts: table([...Object.values(namedEvents), ...groupEvents], wording),
  };
}

function table(events: readonly unknown[], wording: Wording): string {
  return [
    "| when | what is said, for example | how much is said | again |",
    "|---|---|---|---|",
    ...(events as AnyEvent[]).map((event) => {
      const text = event.say(wording, ...event.example);
      return `| ${event.when} | ${text} | ${spoken(event)} | ${event.again} |`;
    }),
  ].join("\n");
}

function spoken({ verbosity }: AnyEvent): string {
  return verbosity.length === verbosities.length ? "always" : verbosity.join(", ");
}
