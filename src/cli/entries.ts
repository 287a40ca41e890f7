import type { Config } from "../base/config.ts";
import { BrimError } from "../base/errors.ts";
import { Memory } from "../memory/memory.ts";
import { sameName } from "../memory/names.ts";
import { type Entry, isUnnamed, type Kind } from "../memory/types.ts";
import type { Context } from "./command.ts";

/** A person at a terminal waits for the hat to finish writing. */
const busyMs = 5_000;

/**
 * Opens the hat's memory for a command; a damaged one is told.
 * @throws BrimError STORAGE or BUSY
 */
export function openMemory(config: Config, context: Context): Memory {
  const memory = Memory.open(config.state_dir, { busyMs });
  if (memory.notice !== null) context.err(`brim: ${memory.notice}`);
  return memory;
}

/** How an entry is called: by its typed name, else "person 3" (with a recorded name) or "new person 3". */
export function titleOf(entry: Entry): string {
  return entry.name ?? `${isUnnamed(entry) ? "new " : ""}${entry.kind} ${entry.number}`;
}

/** A wall time, to the second. */
export function timeOf(time: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: writes a given time in words, asks for none
  return new Date(time).toISOString().replace(/\.\d+/, "");
}

/**
 * The entry that a person means by an id, a name, or "new person 3".
 * @throws BrimError INPUT when there is none, or more than one
 */
export function findEntry(memory: Memory, text: string): Entry {
  const entries = memory.list();
  const byId = entries.find(({ id }) => id === text);
  const [found, ...more] = byId ? [byId] : entries.filter((entry) => isCalled(entry, text));
  if (found === undefined)
    throw new BrimError("INPUT", `nobody and nothing is called ${text} (brim memory list)`);
  if (more.length > 0) {
    const ids = [found, ...more].map(({ id, kind }) => `${kind} ${id}`).join(", ");
    throw new BrimError("INPUT", `more than one is called ${text}: give the id of one (${ids})`);
  }
  return found;
}

function isCalled(entry: Entry, text: string): boolean {
  return (
    sameName(titleOf(entry), text) || (entry.name === null && sameName(`${entry.kind} ${entry.number}`, text))
  );
}

/** Tells that some entries cannot be known, since another network has made their views. */
export function tellOutdated(memory: Memory, kind: Kind, model: string, context: Context): void {
  const count = memory.unseenBy(kind, model).length;
  if (count === 0) return;
  const what =
    kind === "person"
      ? count === 1
        ? "person was"
        : "people were"
      : count === 1
        ? "thing was"
        : "things were";
  context.err(
    `brim: ${count} ${what} learned with another network and cannot be known: remember them anew (brim memory list)`,
  );
}
