import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { systemCode } from "../base/errors.ts";
import { isDamage, storageError } from "./errors.ts";
import { applicationId, migrate } from "./schema.ts";

const fileName = "memory.db";
const asidePrefix = "memory.damaged-";
const newPrefix = "memory.new-";
/** What SQLite keeps beside a database. */
const companions = ["", "-wal", "-shm"];

/** The database in a state folder. */
export function memoryPath(folder: string): string {
  return join(folder, fileName);
}

export interface Opened {
  db: Database.Database;
  /** Says which file is open, so that one which took its place is noticed. */
  inode: number;
  /** Path to which a damaged file was moved, or null. */
  keptAside: string | null;
}

/**
 * Opens the database in `folder`, which is made where it is missing. A damaged file is moved aside and a new one begun.
 * Files and folder are for their owner alone.
 *
 * @param busyMs how long another process's writing is waited for
 * @param now wall time, for the name of a damaged file
 * @throws BrimError STORAGE, or BUSY; a file that a newer Brim has written is left as it is
 */
export function openFile(folder: string, busyMs: number, now: number): Opened {
  const path = memoryPath(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let keptAside: string | null = null;
    for (;;) {
      if (!existsSync(path)) create(path, busyMs);
      const { ino: inode, size, mode } = statSync(path);
      if ((mode & 0o077) !== 0) chmodSync(path, 0o600);
      // Ours are never empty, not even for a moment: see `create`.
      const db = size === 0 ? null : openSound(path, busyMs);
      if (db !== null) return { db, inode, keptAside };
      keptAside = moveAside(path, inode, now) ?? keptAside;
    }
  } catch (error) {
    throw storageError(error, path);
  }
}

/** Removes the damaged files that were kept aside. */
export function removeDamaged(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(asidePrefix) || name.startsWith(newPrefix))
      rmSync(join(folder, name), { force: true });
  }
}

/** Begins a database beside its place and then links it there whole: it is never seen half made. */
function create(path: string, busyMs: number): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(newPrefix)) rmSync(join(folder, name), { force: true });
  }
  const temporary = join(folder, `${newPrefix}${process.pid}.db`);
  closeSync(openSync(temporary, "w", 0o600));
  const db = new Database(temporary, { timeout: busyMs });
  try {
    configure(db);
    migrate(db, temporary);
  } finally {
    db.close();
  }
  // A log that was left of a file that is gone would be taken for the new one's.
  for (const suffix of companions.slice(1)) rmSync(path + suffix, { force: true });
  try {
    linkSync(temporary, path);
  } catch (error) {
    // Another process was quicker; or the file system knows no links.
    if (systemCode(error) === "EPERM" || systemCode(error) === "ENOTSUP") renameSync(temporary, path);
    else if (systemCode(error) !== "EEXIST" && systemCode(error) !== "ENOENT") throw error;
  }
  rmSync(temporary, { force: true });
}

/** The database, or null when its file is damaged or none of ours. */
function openSound(path: string, busyMs: number): Database.Database | null {
  const db = new Database(path, { timeout: busyMs, fileMustExist: true });
  let sound = false;
  try {
    sound =
      db.pragma("application_id", { simple: true }) === applicationId &&
      db.pragma("quick_check(1)", { simple: true }) === "ok";
    if (sound) {
      configure(db);
      migrate(db, path);
    }
  } catch (error) {
    db.close();
    if (isDamage(error)) return null;
    throw error;
  }
  if (sound) return db;
  db.close();
  return null;
}

function configure(db: Database.Database): void {
  db.pragma("journal_mode = WAL");
  // A transaction that has returned outlives a power cut.
  db.pragma("synchronous = FULL");
  // What is forgotten is overwritten with zeros.
  db.pragma("secure_delete = ON");
  db.pragma("foreign_keys = ON");
  db.pragma("trusted_schema = OFF");
}

/** Moves a damaged file aside, unless another process has done so meanwhile; returns where to, or null. */
function moveAside(path: string, inode: number, now: number): string | null {
  if (statSync(path, { throwIfNoEntry: false })?.ino !== inode) return null;
  const aside = freeName(dirname(path), now);
  for (const suffix of companions) {
    try {
      renameSync(path + suffix, aside + suffix);
      chmodSync(aside + suffix, 0o600);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
  return aside;
}

function freeName(folder: string, now: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: writes a given time in words, asks for none
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  for (let i = 0; ; i++) {
    const path = join(folder, `${asidePrefix}${time}${i === 0 ? "" : `-${i}`}.db`);
    if (!existsSync(path)) return path;
  }
}

/** For a person: which file was kept aside. */
export function keptAsideLine(aside: string): string {
  return `${fileName} was damaged and is kept as ${basename(aside)}; a new one is begun`;
}
