import { readFileSync, statSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { freemem, totalmem, uptime } from "node:os";
import { join } from "node:path";
import type { Health, Privacy } from "../companion/api.ts";
import { readManifest } from "../models/manifest.ts";
import { builtPath } from "../models/registry.ts";

/** Bytes of a page of memory, in which /proc counts. */
const pageBytes = 4096;
const version = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;

/** What this machine tells of itself, for the page's view of health. `folder` is the state folder. */
export async function machineHealth(
  folder: string,
): Promise<
  Pick<Health, "version" | "node" | "upSeconds" | "machineUpSeconds" | "models" | "memory" | "disk">
> {
  const disk = await statfs(folder).catch(() => null);
  return {
    version,
    node: process.versions.node,
    upSeconds: Math.round(process.uptime()),
    machineUpSeconds: Math.round(uptime()),
    models: models(),
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    disk: disk && { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize },
  };
}

/** Resident memory of a process in bytes, or null where it cannot be told. */
export function residentBytes(pid: number | null): number | null {
  if (pid === null) return null;
  try {
    const [, resident] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    return Number(resident) * pageBytes;
  } catch {
    return null;
  }
}

const files = [
  { what: "memory", name: "memory.db" },
  { what: "settings", name: "settings.json" },
  { what: "phones", name: "phones.json" },
  { what: "certificate", name: "page-certificate.json" },
] as const;

/** What is kept in the state folder. */
export async function keptFiles(folder: string): Promise<Privacy["files"]> {
  const sizes = await Promise.all(
    files.map(async (file) => {
      const found = await stat(join(folder, file.name)).catch(() => null);
      return found === null ? [] : [{ ...file, bytes: found.size }];
    }),
  );
  return sizes.flat();
}

function models(): Health["models"] {
  return readManifest()
    .entries.filter(({ kind }) => kind !== "photos")
    .map((entry) => {
      const found = statSync(builtPath(entry), { throwIfNoEntry: false });
      return { name: entry.name, built: found !== undefined, bytes: found?.size ?? null };
    });
}
