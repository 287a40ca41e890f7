import { wallTime } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";
import { isDue, isSetClock, isToTell } from "./expiry.ts";
import { keptAsideLine } from "./file.ts";
import { Gallery } from "./gallery.ts";
import { keepViews } from "./keep.ts";
import { cleanName, sameName } from "./names.ts";
import { type EntryRow, isUnit, type Snapshot, Store } from "./store.ts";
import type { Change, Entry, Kind, Match, NewEntry, View } from "./types.ts";

export interface MemoryOptions {
  /** How long another process's writing is waited for; the event loop stands still meanwhile. */
  busyMs?: number;
  /** Wall time in ms since 1970. */
  now?: () => number;
}

/** The time of the last meeting is written at most this often, to spare the card. */
const seenEveryMs = 15 * 60_000;

/**
 * All people and things that are remembered: in one file, and in memory ready to be matched. What has returned is on the
 * disk; what throws has changed nothing. Several processes may use one file.
 *
 * Every method that uses the file throws BrimError STORAGE (disk full, read-only, failing) or BUSY.
 */
export class Memory {
  readonly #gallery = new Gallery();
  readonly #entries = new Map<string, Entry & EntryRow>();
  /** What of `seenAt` is in the file. */
  readonly #seenWritten = new Map<string, number>();
  readonly #store: Store;
  readonly #now: () => number;
  #version = "";

  private constructor(folder: string, { busyMs = 1_000, now = wallTime }: MemoryOptions) {
    this.#now = now;
    this.#store = Store.open(folder, busyMs, now);
    this.refresh();
  }

  /**
   * Opens the memory in a state folder, where it is begun if there is none. A damaged one is kept aside; see `notice`.
   * @throws BrimError STORAGE when it cannot be opened or a newer Brim has written it, BUSY
   */
  static open(folder: string, options: MemoryOptions = {}): Memory {
    return new Memory(folder, options);
  }

  /** What a person should know of the file, in one line, or null: it was damaged and kept aside. */
  get notice(): string | null {
    return this.#store.keptAside === null ? null : keptAsideLine(this.#store.keptAside);
  }

  get path(): string {
    return this.#store.path;
  }

  close(): void {
    try {
      for (const { id, seenAt } of this.#entries.values()) {
        if (seenAt !== (this.#seenWritten.get(id) ?? null)) this.#writeSeen(id, seenAt);
      }
    } finally {
      this.#store.close();
    }
  }

  /** Takes over what another process has changed; returns whether there was anything. Cheap when there is not. */
  refresh(): boolean {
    if (this.#store.version() === this.#version) return false;
    this.#apply(this.#store.read(() => this.#snapshot()));
    return true;
  }

  /** All entries, or those of one kind, the oldest first. */
  list(kind?: Kind): Entry[] {
    return [...this.#entries.values()].filter((entry) => kind === undefined || entry.kind === kind);
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** The entry with that typed name, whatever its case. */
  named(kind: Kind, name: string): Entry | undefined {
    return this.list(kind).find((entry) => entry.name !== null && sameName(entry.name, name));
  }

  /** Whom or what a view is most like, when it is like enough for "perhaps"; one frame alone is no proof. */
  match(kind: Kind, view: Pick<View, "model" | "embedding">): Match | null {
    return this.#gallery.match(kind, view);
  }

  /** The entry that views of one subject surely show: most of them agree on it, and none on another. */
  recognise(kind: Kind, views: readonly View[]): Entry | null {
    const sure = views.map((view) => this.match(kind, view)).filter((match) => match?.sure);
    const [first] = sure;
    if (!first || sure.length * 2 <= views.length || sure.some((match) => match?.id !== first.id))
      return null;
    return this.#entries.get(first.id) ?? null;
  }

  /** Entries of a kind that this network cannot know, for it has seen none of their views: they must be enrolled anew. */
  unseenBy(kind: Kind, model: string): Entry[] {
    return this.list(kind).filter((entry) => !Object.hasOwn(entry.views, model));
  }

  /**
   * Keeps a new entry with the best and most varied of its views.
   * @throws BrimError INPUT when there is no view, or another entry of its kind has the name
   */
  remember({ kind, views, name = null, clip = null }: NewEntry): Change {
    assertViews(views);
    const clean = name === null ? null : cleanName(name);
    const { id, added } = this.#write(() => {
      if (clean !== null) this.#assertFree(kind, clean, null);
      const number = this.#freeNumber(kind);
      const id = this.#store.insertEntry({
        kind,
        name: clean,
        number,
        createdAt: this.#now(),
        seenAt: null,
      });
      if (clip !== null) this.#store.setClip(id, clip);
      return { id, added: keepViews(this.#store, id, views).remove.length };
    });
    return { entry: this.#known(id), created: true, added, undo: { remove: [], restore: [] } };
  }

  /**
   * Adds views to an entry, of which the best and most varied are kept, old and new.
   * @throws BrimError INPUT when it has been forgotten
   */
  addViews(id: string, views: readonly View[]): Change {
    assertViews(views);
    const undo = this.#write(() => {
      this.#assertThere(id);
      return keepViews(this.#store, id, views);
    });
    return { entry: this.#known(id), created: false, added: undo.remove.length, undo };
  }

  /**
   * Takes back what `remember` or `addViews` has done.
   * @throws BrimError INPUT when the entry has been forgotten meanwhile
   */
  undo({ entry: { id }, created, undo }: Change): void {
    if (created) {
      this.forget(id);
      return;
    }
    this.#write(() => {
      this.#assertThere(id);
      for (const key of undo.remove) this.#store.deleteView(key);
      for (const view of undo.restore) this.#store.insertView(id, view);
    });
    this.#store.scrub();
  }

  /**
   * Gives an entry a typed name, or takes it away.
   * @throws BrimError INPUT when it has been forgotten, or another one of its kind has the name
   */
  rename(id: string, name: string | null): Entry {
    const clean = name === null ? null : cleanName(name);
    this.#write(() => {
      const { kind, name: old } = this.#assertThere(id);
      if (clean !== null) this.#assertFree(kind, clean, id);
      const number = clean === null && old !== null ? { number: this.#freeNumber(kind) } : {};
      this.#store.updateEntry(id, { name: clean, toldAt: null, ...number });
    });
    this.#store.scrub();
    return this.#known(id);
  }

  /**
   * Sets the spoken name, a WAV file, or takes it away.
   * @throws BrimError INPUT when the entry has been forgotten
   */
  setClip(id: string, clip: Uint8Array | null): Entry {
    this.#write(() => {
      this.#assertThere(id);
      this.#store.setClip(id, clip);
      this.#store.updateEntry(id, { toldAt: null });
    });
    this.#store.scrub();
    return this.#known(id);
  }

  /** The spoken name as a WAV file, or null. */
  clipOf(id: string): Buffer | null {
    return this.#store.read(() => this.#store.clip(id));
  }

  /** The views of an entry, of all networks. */
  viewsOf(id: string): View[] {
    return this.#store.read(() => this.#store.viewsOf(id));
  }

  /**
   * Makes one entry of two: `into` gets the views of `from`, and its names where it has none; `from` is forgotten.
   * @throws BrimError INPUT when they are of different kinds, the same, or forgotten
   */
  merge(into: string, from: string): Entry {
    if (into === from) throw new BrimError("INPUT", "merge: these two are one already");
    this.#write(() => {
      const [kept, gone] = [this.#assertThere(into), this.#assertThere(from)];
      if (kept.kind !== gone.kind) throw new BrimError("INPUT", "merge: a person and a thing cannot be one");
      const clip = kept.hasClip ? null : this.#store.clip(from);
      const views = this.#store.viewsOf(from);
      this.#store.deleteEntry(from);
      keepViews(this.#store, into, views);
      if (clip !== null) this.#store.setClip(into, clip);
      this.#store.updateEntry(into, {
        name: kept.name ?? gone.name,
        createdAt: Math.min(kept.createdAt, gone.createdAt),
        seenAt: latest(kept.seenAt, gone.seenAt),
      });
    });
    this.#store.scrub();
    return this.#known(into);
  }

  /**
   * Forgets an entry; its bytes are overwritten in the file.
   * @throws BrimError INPUT when it has been forgotten already
   */
  forget(id: string): void {
    this.#write(() => {
      this.#assertThere(id);
      this.#store.deleteEntry(id);
    });
    this.#store.scrub();
  }

  /** Forgets everything, and leaves no trace of it in the folder: damaged files that were kept aside go too. */
  forgetAll(): void {
    this.#write(() => this.#store.deleteEverything());
    this.#store.rewrite();
  }

  /** An entry was met now; see `Entry.seenAt`. Never throws: nobody was promised that this is kept. */
  seen(id: string, at: number = this.#now()): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || at <= (entry.seenAt ?? 0)) return;
    this.#entries.set(id, { ...entry, seenAt: at });
    if (at - (this.#seenWritten.get(id) ?? 0) >= seenEveryMs) this.#writeSeen(id, at);
  }

  /** Entries without a name that will be forgotten in a day, and of which the wearer has not been told. */
  toTell(): Entry[] {
    const now = this.#now();
    return [...this.#entries.values()].filter((entry) => isToTell(entry, now));
  }

  /** The wearer has been told that these will be forgotten. */
  told(ids: readonly string[]): void {
    this.#write(() => {
      for (const id of ids) this.#store.updateEntry(id, { toldAt: this.#now() });
    });
  }

  /** Forgets the entries without a name whose week is over, if the wearer was told a day before; returns them. */
  expireUnnamed(): Entry[] {
    const now = this.#now();
    if (!isSetClock(now)) return [];
    const unset = [...this.#entries.values()].filter(({ createdAt }) => !isSetClock(createdAt));
    const due = [...this.#entries.values()].filter((entry) => isDue(entry, now));
    if (unset.length + due.length === 0) return [];
    const gone = this.#write(() => {
      // Enrolled while the clock was not set yet: their time begins now.
      for (const { id } of unset) this.#store.updateEntry(id, { createdAt: now });
      return due.filter(({ id }) => this.#store.deleteEntry(id));
    });
    if (gone.length > 0) this.#store.scrub();
    return gone;
  }

  /** Runs several changes of rows as one: all of them are kept, or none. For transfer.ts. */
  change<T>(change: (store: Store) => T): T {
    return this.#write(() => change(this.#store));
  }

  #write<T>(change: () => T): T {
    const { result, snapshot } = this.#store.write(() => {
      // What is decided from memory must be decided from what is in the file now.
      if (this.#store.version() !== this.#version) this.#apply(this.#snapshot());
      return { result: change(), snapshot: this.#snapshot() };
    });
    this.#apply(snapshot);
    return result;
  }

  #snapshot(): Snapshot {
    return this.#store.snapshot((key) => this.#gallery.has(key));
  }

  /** Makes memory what the file is. */
  #apply({ version, entries, views, fresh }: Snapshot): void {
    const before = new Map(this.#entries);
    this.#entries.clear();
    this.#seenWritten.clear();
    for (const entry of entries) {
      const { id, seenAt } = entry;
      if (seenAt !== null) this.#seenWritten.set(id, seenAt);
      this.#entries.set(id, { ...entry, seenAt: latest(seenAt, before.get(id)?.seenAt ?? null) });
    }
    for (const key of [...this.#gallery.keys()]) if (!views.has(key)) this.#gallery.remove(key);
    for (const view of fresh) {
      const kind = this.#entries.get(view.entry)?.kind;
      if (kind !== undefined) this.#gallery.add(view.key, kind, view.entry, view);
    }
    this.#version = version;
  }

  #writeSeen(id: string, seenAt: number | null): void {
    if (seenAt === null) return;
    try {
      this.#store.write(() => this.#store.updateEntry(id, { seenAt }));
      this.#seenWritten.set(id, seenAt);
    } catch {
      // A full disk is told where somebody waits for an answer, not here.
      this.#seenWritten.set(id, seenAt);
    }
  }

  #assertThere(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new BrimError("INPUT", "this entry has been forgotten meanwhile");
    return entry;
  }

  #assertFree(kind: Kind, name: string, but: string | null): void {
    const other = this.named(kind, name);
    if (other !== undefined && other.id !== but) {
      throw new BrimError(
        "INPUT",
        `there is a ${kind} called ${other.name} already: merge the two, or choose another name`,
      );
    }
  }

  /** A number that no entry of that kind without a typed name has. */
  #freeNumber(kind: Kind): number {
    const taken = this.list(kind).flatMap(({ name, number }) => (name === null ? [number] : []));
    return Math.max(0, ...taken) + 1;
  }

  #known(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error("what was written is not in memory");
    return entry;
  }
}

function assertViews(views: readonly View[]): void {
  if (views.length === 0) throw new BrimError("INPUT", "there is no view to remember");
  if (!views.every(({ embedding }) => isUnit(embedding))) {
    throw new RangeError("an embedding is not of length 1");
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
