/** What kind of thing went wrong; stable, so that scripts and tests can rely on it. */
export type ErrorCode =
  | "INPUT" // what the person gave is wrong: a file, an argument, a trace
  | "CONFIG" // the configuration file or a BRIM_ variable
  | "DEVICE" // a device is missing, busy or broken
  | "MODEL" // a model is missing, damaged or cannot be converted
  | "PROTOCOL" // a message from another process is not what was agreed
  | "STORAGE" // what is to be kept cannot be: the disk is full or read-only, the file cannot be opened
  | "BUSY"; // somebody else holds it: a port, a socket, a lock

/**
 * An error that Brim understands. Its message is one line for a person: what happened, to what, and what to do
 * about it. Anything else that is thrown is a defect.
 */
export class BrimError extends Error {
  override readonly name = "BrimError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(oneLine(message), options);
  }
}

/** The message of anything that was thrown, as one line. */
export function messageOf(thrown: unknown): string {
  return oneLine(thrown instanceof Error ? thrown.message : String(thrown));
}

/** The `code` of a Node system error such as ENOENT, or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** The known name that is nearest to `name` by edit distance, or undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    // What was cut short counts as near: "gap" for "gap_ms".
    const cut = name.length >= 3 && (candidate.startsWith(name) || name.startsWith(candidate));
    const distance = cut ? 1 : editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}

/** Levenshtein distance: insertions, deletions and substitutions that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitute, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
