import { randomBytes, randomInt } from "node:crypto";
import { statSync } from "node:fs";
import type { Database, Statement } from "better-sqlite3";
import { storageError } from "./errors.ts";
import { memoryPath, openFile, removeDamaged } from "./file.ts";
import type { Entry, Kind, View } from "./types.ts";

/** A view as it lies in the database. */
export interface StoredView extends View {
  key: number;
  entry: string;
}

export interface EntryRow {
  id: string;
  kind: Kind;
  name: string | null;
  number: number;
  createdAt: number;
  seenAt: number | null;
  toldAt: number | null;
}

/** What the database holds at one moment, less the embeddings that the reader has already. */
export interface Snapshot {
  /** See `Store.version`. */
  version: string;
  entries: (Entry & EntryRow)[];
  /** Keys of all views that are sound. */
  views: Set<number>;
  /** Those that the reader did not have. */
  fresh: StoredView[];
}

/** The one file with all that is remembered, in terms of its rows. Rules are the business of memory.ts. */
export class Store {
  #db: Database;
  #inode: number;
  #statements = new Map<string, Statement>();
  keptAside: string | null;

  private constructor(
    private readonly folder: string,
    private readonly busyMs: number,
    private readonly now: () => number,
  ) {
    const { db, inode, keptAside } = openFile(folder, busyMs, now());
    this.#db = db;
    this.#inode = inode;
    this.keptAside = keptAside;
  }

  /** @throws BrimError STORAGE or BUSY, see `openFile` */
  static open(folder: string, busyMs: number, now: () => number): Store {
    return new Store(folder, busyMs, now);
  }

  get path(): string {
    return memoryPath(this.folder);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  /** Opens the file anew when another has taken its place: one process kept a damaged one aside. */
  #followFile(): void {
    if (statSync(this.path, { throwIfNoEntry: false })?.ino === this.#inode) return;
    const { db, inode, keptAside } = openFile(this.folder, this.busyMs, this.now());
    this.close();
    this.#db = db;
    this.#inode = inode;
    this.keptAside ??= keptAside;
  }

  /** Runs `use` as one transaction: when it returns all that it wrote is on the disk, when it throws nothing is. */
  write<T>(use: () => T): T {
    return this.#guarded(() => this.#db.transaction(use).immediate());
  }

  /** Runs `use`, which sees the file at one moment. */
  read<T>(use: () => T): T {
    return this.#guarded(() => this.#db.transaction(use).deferred());
  }

  /** Another number when another process has written, or another file has taken the place of ours. */
  version(): string {
    return this.#guarded(() => `${this.#inode} ${this.#db.pragma("data_version", { simple: true })}`);
  }

  // Rows, to be used inside of `read` and `write`.

  /** @param has whether the reader has a view already */
  snapshot(has: (key: number) => boolean): Snapshot {
    const rows = this.#sql(
      `SELECT id, kind, name, number, created_at AS createdAt, seen_at AS seenAt, told_at AS toldAt,
         EXISTS (SELECT 1 FROM clip WHERE clip.entry = entry.id) AS hasClip
       FROM entry ORDER BY created_at, id`,
    ).all() as (EntryRow & { hasClip: number })[];
    const counts = new Map<string, Record<string, number>>(rows.map(({ id }) => [id, {}]));
    const views = new Set<number>();
    const fresh: StoredView[] = [];
    const embedded = this.#sql("SELECT id AS key, entry, model, embedding, quality FROM view WHERE id = ?");
    const listed = this.#sql("SELECT id AS key, entry, model FROM view").all() as Omit<
      StoredView,
      "embedding" | "quality"
    >[];
    for (const { key, entry, model } of listed) {
      if (!has(key)) {
        const view = soundView(embedded.get(key) as ViewRow);
        // A damaged vector is left out; the others of the entry do.
        if (view === null) continue;
        fresh.push(view);
      }
      views.add(key);
      const count = counts.get(entry);
      if (count !== undefined) count[model] = (count[model] ?? 0) + 1;
    }
    const entries = rows.map((row) => ({
      ...row,
      hasClip: row.hasClip === 1,
      views: counts.get(row.id) ?? {},
    }));
    return { version: this.version(), entries, views, fresh };
  }

  insertEntry(entry: Omit<EntryRow, "id" | "toldAt"> & { id?: string }): string {
    const { id = randomBytes(8).toString("hex"), kind, name, number, createdAt, seenAt } = entry;
    this.#sql(
      "INSERT INTO entry (id, kind, name, number, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
    ).run(id, kind, name, number, createdAt, seenAt);
    return id;
  }

  /** Sets some columns of an entry; returns whether there is such an entry. */
  updateEntry(
    id: string,
    values: Partial<Pick<EntryRow, "name" | "number" | "createdAt" | "seenAt" | "toldAt">>,
  ): boolean {
    const columns = {
      name: "name",
      number: "number",
      createdAt: "created_at",
      seenAt: "seen_at",
      toldAt: "told_at",
    };
    let found = this.#sql("SELECT 1 FROM entry WHERE id = ?").get(id) !== undefined;
    for (const key of Object.keys(values) as (keyof typeof values)[]) {
      const { changes } = this.#sql(`UPDATE entry SET ${columns[key]} = ? WHERE id = ?`).run(values[key], id);
      found &&= changes === 1;
    }
    return found;
  }

  deleteEntry(id: string): boolean {
    return this.#sql("DELETE FROM entry WHERE id = ?").run(id).changes === 1;
  }

  deleteEverything(): void {
    for (const table of ["view", "clip", "entry"]) this.#sql(`DELETE FROM ${table}`).run();
  }

  viewsOf(entry: string): StoredView[] {
    const rows = this.#sql(
      "SELECT id AS key, entry, model, embedding, quality FROM view WHERE entry = ?",
    ).all(entry) as ViewRow[];
    return rows.flatMap((row) => soundView(row) ?? []);
  }

  /** Keys are drawn by lot, so that none is ever used again for another view. */
  insertView(entry: string, { model, embedding, quality }: View): number {
    const key = randomInt(1, 2 ** 48 - 1);
    const bytes = Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
    this.#sql("INSERT INTO view (id, entry, model, embedding, quality) VALUES (?, ?, ?, ?, ?)").run(
      key,
      entry,
      model,
      bytes,
      quality,
    );
    return key;
  }

  deleteView(key: number): void {
    this.#sql("DELETE FROM view WHERE id = ?").run(key);
  }

  setClip(entry: string, wav: Uint8Array | null): void {
    if (wav === null) this.#sql("DELETE FROM clip WHERE entry = ?").run(entry);
    else this.#sql("INSERT OR REPLACE INTO clip (entry, wav) VALUES (?, ?)").run(entry, wav);
  }

  clip(entry: string): Buffer | null {
    const row = this.#sql("SELECT wav FROM clip WHERE entry = ?").get(entry) as { wav: Buffer } | undefined;
    return row?.wav ?? null;
  }

  /** Takes what was deleted out of the log too. When a reader is in the way, the next time does it. */
  scrub(): void {
    try {
      this.#db.pragma("wal_checkpoint(TRUNCATE)");
    } catch {
      // What had to be kept is kept; the log is only longer than need be.
    }
  }

  /** Writes the file anew, without anything that was deleted, and removes damaged ones that were kept aside. */
  rewrite(): void {
    this.#guarded(() => {
      this.#db.pragma("temp_store = MEMORY");
      this.#db.exec("VACUUM");
      this.scrub();
      removeDamaged(this.folder);
    });
  }

  #sql(source: string): Statement {
    let statement = this.#statements.get(source);
    if (statement === undefined) {
      statement = this.#db.prepare(source);
      this.#statements.set(source, statement);
    }
    return statement;
  }

  #guarded<T>(use: () => T): T {
    try {
      if (!this.#db.inTransaction) this.#followFile();
      return use();
    } catch (error) {
      throw storageError(error, this.path);
    }
  }
}

type ViewRow = Omit<StoredView, "embedding"> & { embedding: Buffer };

/** The view of a row, or null where its vector is damaged. */
function soundView(row: ViewRow): StoredView | null {
  const bytes = Uint8Array.from(row.embedding);
  const embedding = new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
  return isUnit(embedding) ? { ...row, embedding } : null;
}

/** Whether a vector is of length 1, to within rounding. */
export function isUnit(vector: Float32Array): boolean {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.abs(sum - 1) < 1e-2;
}
