import type { Name } from "../attention/wording/names.ts";
import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { EnrolMemory } from "../enrol/ports.ts";
import { Memory, type MemoryOptions } from "../memory/memory.ts";
import { exportMemory, type Imported, importMemory } from "../memory/transfer.ts";
import type { Change, Entry, Kind, Match, NewEntry, View } from "../memory/types.ts";
import type { Utterance } from "../voice/utterance.ts";

export interface MemoryKeeperOptions extends MemoryOptions {
  clock: Clock;
  log: Log;
  wording: Wording;
  folder: string;
  speech: { say(utterance: Utterance): void };
  /** What a person should know, in one line for the page. */
  onTrouble(why: string): void;
  /** Something that is remembered has changed. */
  onChanged?(): void;
  /** These entries are there no more. */
  onForgotten(ids: readonly string[]): void;
}

/** What another process has changed is taken over this often. */
const refreshMs = 1_000;
/** A memory that cannot be opened is tried again this often. */
const reopenMs = 30_000;
/** Entries whose week is over are looked for this often. */
const expiryMs = 60_000;
/** Another process's writing is waited for so long, while the mind stands still. */
const busyMs = 150;
const ttl = 30_000;

/**
 * The memory as the hat uses it: opened, and opened again when that failed; kept equal to the file, which `brim memory`
 * may change meanwhile; rid of those whose time is over. Without its file nobody is recognised, and that is said; all else
 * goes on.
 */
export class MemoryKeeper implements Part, EnrolMemory {
  readonly name = "memory";
  readonly #options: MemoryKeeperOptions;
  readonly #clips = new Map<string, Buffer | null>();
  readonly #oldModels = new Set<string>();
  #memory: Memory | null = null;
  #ids = new Set<string>();
  #timers: Timer[] = [];
  #toldOff = false;
  #telling = false;

  constructor(options: MemoryKeeperOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { clock } = this.#options;
    this.#open();
    this.#timers = [
      clock.every(refreshMs, () => this.#refresh()),
      clock.every(reopenMs, () => this.#open()),
      clock.every(expiryMs, () => this.#expire()),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#guarded(() => this.#memory?.close());
    this.#memory = null;
  }

  /** Whom or what a view is like; null without a memory. Says once when nobody can be known with this network. */
  match(kind: Kind, view: View): Match | null {
    const memory = this.#memory;
    if (memory === null) return null;
    if (!this.#oldModels.has(`${kind} ${view.model}`)) {
      this.#oldModels.add(`${kind} ${view.model}`);
      this.#tellUnseen(memory.unseenBy(kind, view.model));
    }
    return memory.match(kind, view);
  }

  list(): Entry[] {
    return this.#memory?.list() ?? [];
  }

  /** How an entry is called: in words where a name was typed, else by its recording, else by its number. */
  nameOf(id: string): { kind: Kind; name: Name } | null {
    const entry = this.#memory?.get(id);
    if (entry === undefined) return null;
    const clip = entry.name === null && entry.hasClip ? this.#clip(id) : null;
    return { kind: entry.kind, name: { text: this.#options.wording.name(entry), clip } };
  }

  /** An entry was met now. */
  seen(id: string): void {
    this.#memory?.seen(id);
  }

  /** Tells those without a name that they will be forgotten tomorrow. To be called while nothing else is said. */
  tellForgetting(): void {
    const { wording, speech } = this.#options;
    const [first, ...others] = this.#telling ? [] : (this.#memory?.toTell() ?? []);
    if (first === undefined) return;
    this.#telling = true;
    speech.say({
      text: wording.forgetting(wording.name(first), others.length),
      priority: "recognised",
      action: "enqueue",
      ttl,
      onEnd: (how) => {
        this.#telling = false;
        const ids = [first, ...others].map(({ id }) => id);
        // Only what was heard to its end, or hushed by whom it was meant for, starts the last day.
        if (how === "finished" || how === "hushed") this.#guarded(() => this.#memory?.told(ids));
      },
    });
  }

  recognise(kind: Kind, views: readonly View[]): Entry | null {
    return this.#opened().recognise(kind, views);
  }

  remember(entry: NewEntry): Change {
    return this.#changed(() => this.#opened().remember(entry));
  }

  addViews(id: string, views: readonly View[]): Change {
    return this.#changed(() => this.#opened().addViews(id, views));
  }

  setClip(id: string, clip: Buffer | null): Entry {
    return this.#changed(() => this.#opened().setClip(id, clip));
  }

  undo(change: Change): void {
    this.#changed(() => this.#opened().undo(change));
  }

  forget(id: string): void {
    this.#changed(() => this.#opened().forget(id));
  }

  clipOf(id: string): Buffer | null {
    return this.#opened().clipOf(id);
  }

  rename(id: string, name: string | null): Entry {
    return this.#changed(() => this.#opened().rename(id, name));
  }

  merge(into: string, from: string): Entry {
    return this.#changed(() => this.#opened().merge(into, from));
  }

  forgetAll(): void {
    this.#changed(() => this.#opened().forgetAll());
  }

  /** All that is remembered as one encrypted file; see `exportMemory`. */
  export(passphrase: string): Promise<Buffer> {
    return exportMemory(this.#opened(), passphrase);
  }

  /** Adds what such a file holds; see `importMemory`. */
  async import(sealed: Buffer, passphrase: string): Promise<Imported> {
    const done = await importMemory(this.#opened(), sealed, passphrase, "the file");
    this.#compare();
    return done;
  }

  #open(): void {
    if (this.#memory !== null) return;
    const { folder, log, wording, onTrouble, now } = this.#options;
    try {
      this.#memory = Memory.open(folder, { busyMs, ...(now === undefined ? {} : { now }) });
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      if (!this.#toldOff) {
        log.error(error.message);
        onTrouble(error.message);
        this.#say(wording.memory.off);
      }
      this.#toldOff = true;
      return;
    }
    const { notice } = this.#memory;
    if (notice !== null) {
      log.error(notice);
      onTrouble(notice);
      this.#say(wording.memory.damaged);
    } else if (this.#toldOff) this.#say(wording.memory.onAgain);
    this.#toldOff = false;
    this.#compare();
  }

  #refresh(): void {
    this.#guarded(() => {
      if (this.#memory?.refresh()) this.#compare();
    });
  }

  #expire(): void {
    this.#guarded(() => {
      const gone = this.#memory?.expireUnnamed() ?? [];
      if (gone.length === 0) return;
      this.#compare();
      this.#say(this.#options.wording.forgotten(gone.length));
    });
  }

  /** Finds out who is there no more. */
  #compare(): void {
    const before = this.#ids;
    this.#clips.clear();
    this.#ids = new Set(this.#memory?.list().map(({ id }) => id));
    this.#options.onChanged?.();
    const gone = [...before].filter((id) => !this.#ids.has(id));
    if (gone.length > 0) this.#options.onForgotten(gone);
  }

  #changed<T>(change: () => T): T {
    const result = change();
    this.#compare();
    return result;
  }

  #opened(): Memory {
    if (this.#memory !== null) return this.#memory;
    throw new BrimError("STORAGE", "the memory is not open");
  }

  #clip(id: string): Buffer | null {
    const kept = this.#clips.get(id);
    if (kept !== undefined) return kept;
    let clip: Buffer | null = null;
    this.#guarded(() => {
      clip = this.#memory?.clipOf(id) ?? null;
    });
    this.#clips.set(id, clip);
    return clip;
  }

  #tellUnseen(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const { log, wording, onTrouble } = this.#options;
    const why = `${entries.length} remembered with an earlier model cannot be recognised: learn them again`;
    log.warn(why);
    onTrouble(why);
    this.#say(wording.memory.learnAgain(entries.length));
  }

  /** What fails here is tried again, and nobody waits for it. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      this.#options.log.warn(`memory: ${messageOf(error)}`);
    }
  }

  #say(text: string): void {
    this.#options.speech.say({ text, priority: "answer", action: "enqueue", ttl });
  }
}
