import type { TraceLine } from "../../base/trace.ts";
import type { RangeReading } from "../ports.ts";

/** The reading that a line of a trace holds, as if it came at `at`; null for a line that holds only a rate of turn. */
export function readingOf(line: TraceLine, at: number): RangeReading | null {
  const signal = line.signal === undefined ? {} : { signal: line.signal };
  if (line.metres !== undefined) return { kind: "range", metres: line.metres, at, ...signal };
  if (line.fault !== undefined) return { kind: "fault", reason: line.fault, at };
  if (!line.noEcho) return null;
  return { kind: "noEcho", at, ...signal, ...(line.reach === undefined ? {} : { reach: line.reach }) };
}
