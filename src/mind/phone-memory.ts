import type { Wording } from "../attention/wording/wording.ts";
import { wallTime } from "../base/clock.ts";
import type { MemoryEntry } from "../companion/api.ts";
import type { MemoryPorts } from "../companion/ports.ts";
import { dueAt } from "../memory/expiry.ts";
import type { Entry } from "../memory/types.ts";
import type { MemoryKeeper } from "./memory-keeper.ts";

export interface PhoneMemoryOptions {
  memory: MemoryKeeper;
  wording: Wording;
  /** Tells the wearer what was done on a phone. */
  say(text: string): void;
}

/** People and things as phones see and change them; each change is told on the hat. */
export function phoneMemory({ memory, wording, say }: PhoneMemoryOptions): MemoryPorts {
  const { phone } = wording;
  const shown = (entry: Entry) => shownEntry(entry, wording);
  return {
    list: () => memory.list().map(shown),
    rename(id, name) {
      const entry = shown(memory.rename(id, name));
      say(phone.named(entry.title));
      return entry;
    },
    clip: (id) => memory.clipOf(id),
    merge(into, from) {
      const entry = shown(memory.merge(into, from));
      say(phone.merged(entry.title));
      return entry;
    },
    forget(id) {
      const title = memory.nameOf(id)?.name.text ?? "";
      memory.forget(id);
      say(phone.forgotten(title));
    },
    forgetAll() {
      memory.forgetAll();
      say(phone.forgottenAll);
    },
    async export(passphrase) {
      const sealed = await memory.export(passphrase);
      say(phone.exported);
      return sealed;
    },
    async import(sealed, passphrase) {
      const done = await memory.import(sealed, passphrase);
      say(phone.imported(done.added + done.changed));
      return done;
    },
  };
}

/** An entry as the page shows it. */
export function shownEntry(entry: Entry, wording: Wording): MemoryEntry {
  const { id, kind, name, hasClip, views, createdAt, seenAt } = entry;
  return {
    ...{ id, kind, name, hasClip, createdAt, seenAt },
    title: wording.name(entry),
    views: Object.values(views).reduce((sum, count) => sum + count, 0),
    forgottenAt: dueAt(entry, wallTime()),
  };
}
