import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { openSession, type TensorInfo } from "../vision/session.ts";
import { type Entry, type ModelEntry, modelsFolder, type OwnEntry } from "./manifest.ts";
import { builtPath } from "./registry.ts";

/** `missing`: not built or fetched; `damaged`: there, but not what the manifest says. */
export type State = "ready" | "missing" | "damaged";

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The files of an entry once it is built, and what their sha256 must be. */
export function builtFiles(entry: Entry, folder = modelsFolder): { path: string; sha256: string }[] {
  const path = builtPath(entry, folder);
  if (entry.kind !== "photos") return [{ path, sha256: entry.sha256 }];
  return entry.files.map((file) => ({ path: join(path, basename(file.path)), sha256: file.sha256 }));
}

/** Whether an entry is there and right, by the hashes of its files. */
export function stateOf(entry: Entry, folder = modelsFolder): State {
  const files = builtFiles(entry, folder);
  if (files.some(({ path }) => !existsSync(path))) return "missing";
  return files.every(({ path, sha256 }) => sha256Of(readFileSync(path)) === sha256) ? "ready" : "damaged";
}

/** What is wrong with a built model, by loading it; undefined when it is as the manifest says. */
export async function faultOf(
  entry: ModelEntry | OwnEntry,
  folder = modelsFolder,
): Promise<string | undefined> {
  try {
    const session = await openSession(builtPath(entry, folder), { threads: 1 });
    const ends = { inputs: session.inputs, outputs: session.outputs };
    await session.dispose();
    for (const end of ["inputs", "outputs"] as const) {
      const [is, promised] = [describe(ends[end]), describe(entry[end])];
      if (is !== promised) return `its ${end} are ${is}, where the manifest says ${promised}`;
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function describe(infos: readonly TensorInfo[]): string {
  return infos.map(({ name, type, shape }) => `${name} ${type}[${shape}]`).join(", ");
}
