import { BrimError, messageOf, systemCode } from "../base/errors.ts";

/** Whether SQLite or the file's content says that the file is no sound database. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(systemCode(error) ?? "");
}

/** What went wrong with the database file, for a person. What is not the database's fault stays as it is. */
export function storageError(error: unknown, path: string): unknown {
  if (error instanceof BrimError) return error;
  const code = systemCode(error) ?? "";
  const cause = { cause: error };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new BrimError("BUSY", `another Brim is writing to ${path}: try again`, cause);
  }
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") {
    return new BrimError("STORAGE", `the disk is full: nothing was changed in ${path}; make room`, cause);
  }
  if (/^SQLITE_READONLY/.test(code) || code === "EROFS") {
    return new BrimError("STORAGE", `${path} cannot be written: it or its disk is read-only`, cause);
  }
  if (isDamage(error)) {
    return new BrimError(
      "STORAGE",
      `${path} is damaged: start Brim again, and it goes on with a new one`,
      cause,
    );
  }
  if (/^SQLITE_(CANTOPEN|PERM|AUTH)/.test(code) || /^(EACCES|EPERM|ENOTDIR|EISDIR|EEXIST)$/.test(code)) {
    return new BrimError("STORAGE", `${path} cannot be opened: ${messageOf(error)}`, cause);
  }
  if (code.startsWith("SQLITE_IOERR") || code === "EIO") {
    return new BrimError("STORAGE", `the disk failed while ${path} was used: ${messageOf(error)}`, cause);
  }
  return error;
}
