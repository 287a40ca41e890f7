import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import { isSealed } from "../memory/sealed.ts";

/** Larger files are none of ours: it would take 100,000 people. */
const mostBytes = 2 ** 30;

/**
 * Reads a file that `writeSealed` has written.
 * @throws BrimError INPUT when it cannot be read
 */
export function readSealed(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > mostBytes) throw new BrimError("INPUT", `${file} is too large to be an exported memory`);
    return readFileSync(file);
  } catch (error) {
    throw fileError(error, `cannot read ${file}`);
  }
}

/**
 * Writes a file for its owner alone, whole or not at all. An earlier export is replaced, anything else is not.
 * @throws BrimError INPUT when it cannot be written
 */
export function writeSealed(file: string, sealed: Buffer): void {
  assertOurs(file);
  const part = `${file}.part-${process.pid}`;
  try {
    const descriptor = openSync(part, "wx", 0o600);
    try {
      writeFileSync(descriptor, sealed);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, file);
    syncFolder(dirname(file));
  } catch (error) {
    rmSync(part, { force: true });
    throw fileError(error, `cannot write ${file}`);
  }
}

function assertOurs(file: string): void {
  let head: Buffer;
  try {
    const info = statSync(file, { throwIfNoEntry: false });
    if (info === undefined) return;
    if (!info.isFile()) throw new BrimError("INPUT", `cannot write ${file}: it is not a file`);
    head = Buffer.alloc(16);
    const descriptor = openSync(file, "r");
    readSync(descriptor, head);
    closeSync(descriptor);
  } catch (error) {
    throw fileError(error, `cannot write ${file}`);
  }
  if (!isSealed(head)) {
    throw new BrimError("INPUT", `${file} is there already and no exported memory: choose another name`);
  }
}

/** The name is on the disk only when the folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function fileError(error: unknown, what: string): BrimError {
  if (error instanceof BrimError) return error;
  const code = systemCode(error);
  const why =
    code === "ENOENT"
      ? "there is no such file or folder"
      : code === "EISDIR"
        ? "it is a folder"
        : code === "ENOSPC"
          ? "the disk is full"
          : messageOf(error);
  return new BrimError(code === "ENOSPC" ? "STORAGE" : "INPUT", `${what}: ${why}`, { cause: error });
}
