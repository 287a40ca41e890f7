import type { Database } from "better-sqlite3";
import { BrimError } from "../base/errors.ts";

/** Written into the header of our database files: "Brim". */
export const applicationId = 0x4272696d;

/**
 * Steps from one version of the database to the next; `user_version` counts those that were done. A step that was
 * released is never changed.
 *
 * A row of `view` never changes, so that a process that has it in memory needs to know of new and removed ones only.
 */
const migrations: readonly string[] = [
  `CREATE TABLE entry (
     id TEXT PRIMARY KEY NOT NULL,
     kind TEXT NOT NULL CHECK (kind IN ('person', 'thing')),
     name TEXT,
     number INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     seen_at INTEGER,
     -- When the wearer was told that it will be forgotten.
     told_at INTEGER
   ) STRICT;
   CREATE TABLE clip (
     entry TEXT PRIMARY KEY NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
     wav BLOB NOT NULL
   ) STRICT;
   CREATE TABLE view (
     id INTEGER PRIMARY KEY NOT NULL,
     entry TEXT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
     model TEXT NOT NULL,
     -- Little-endian 32-bit floats.
     embedding BLOB NOT NULL,
     quality REAL NOT NULL
   ) STRICT;
   CREATE INDEX view_entry ON view (entry);`,
];

export const schemaVersion = migrations.length;

/**
 * Brings a database to the newest version.
 * @throws BrimError STORAGE when a newer Brim has made it; it is left as it is
 */
export function migrate(db: Database, path: string): void {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version > schemaVersion) {
    throw new BrimError(
      "STORAGE",
      `${path} was written by a newer Brim (version ${version} of the file, known up to ${schemaVersion}): update Brim`,
    );
  }
  for (let step = version; step < schemaVersion; step++) {
    db.transaction(() => {
      db.exec(migrations[step] ?? "");
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${step + 1}`);
    }).immediate();
  }
}
