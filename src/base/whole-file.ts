import { closeSync, fsyncSync, openSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { BrimError, messageOf, systemCode } from "./errors.ts";

/**
 * Writes a file of the state folder for its owner alone; on the disk it is always whole, the old one or the new. One
 * call at a time for each file.
 * @param what is kept, for the message
 * @throws BrimError STORAGE when it cannot be written
 */
export async function writeWhole(folder: string, name: string, text: string, what: string): Promise<void> {
  const path = join(folder, name);
  const part = `${path}.part`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(part, "w", 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    // The name is on the disk only when the folder is.
    syncFolder(folder);
  } catch (error) {
    const why = systemCode(error) === "ENOSPC" ? "the disk is full" : messageOf(error);
    throw new BrimError("STORAGE", `cannot keep ${what} in ${path}: ${why}`, { cause: error });
  }
}

export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
