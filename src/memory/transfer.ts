import { z } from "zod";
import { BrimError } from "../base/errors.ts";
import { keepViews } from "./keep.ts";
import type { Memory } from "./memory.ts";
import { cleanName, sameName } from "./names.ts";
import { ofOneSubject } from "./one-subject.ts";
import { seal, unseal } from "./sealed.ts";
import { isUnit, type Store } from "./store.ts";
import { calibrationOf } from "./thresholds.ts";
import { type Entry, kinds, type View } from "./types.ts";

const bytesSchema = z.base64().transform((text) => Buffer.from(text, "base64"));

const viewSchema = z.strictObject({
  model: z.string().min(1).max(100),
  quality: z.number().min(0).max(1),
  /** Little-endian 32-bit floats. */
  embedding: bytesSchema
    .transform((bytes) => floatsOf(bytes))
    .refine((vector) => isUnit(vector), "an embedding is not of length 1"),
});

const archiveSchema = z.strictObject({
  entries: z.array(
    z.strictObject({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      kind: z.enum(kinds),
      name: z
        .string()
        .transform((name) => cleanName(name))
        .nullable(),
      number: z.number().int().min(1),
      createdAt: z.number().int(),
      seenAt: z.number().int().nullable(),
      clip: bytesSchema.nullable(),
      views: z.array(viewSchema),
    }),
  ),
});
type Archived = z.output<typeof archiveSchema>["entries"][number];

/** What an import has done, in entries. */
export interface Imported {
  added: number;
  changed: number;
  unchanged: number;
}

/** All that is remembered, as bytes that only the passphrase opens. */
export async function exportMemory(memory: Memory, passphrase: string): Promise<Buffer> {
  const entries = memory.list().map(({ id, kind, name, number, createdAt, seenAt }) => ({
    id,
    kind,
    name,
    number,
    createdAt,
    seenAt,
    clip: memory.clipOf(id)?.toString("base64") ?? null,
    views: memory.viewsOf(id).map(({ model, quality, embedding }) => ({
      model,
      quality,
      embedding: Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength).toString("base64"),
    })),
  }));
  return seal(Buffer.from(JSON.stringify({ entries } satisfies z.input<typeof archiveSchema>)), passphrase);
}

/**
 * Adds what was exported to what is remembered. What is there already, by its id or by its name and looks, gets the
 * views, and the names that it lacks; all is done, or nothing.
 * @param name of the file, for messages
 * @throws BrimError INPUT when the passphrase is wrong or the file is damaged; STORAGE, BUSY
 */
export async function importMemory(
  memory: Memory,
  sealed: Buffer,
  passphrase: string,
  name: string,
): Promise<Imported> {
  const { entries } = parseArchive(await unseal(sealed, passphrase, name), name);
  return memory.change((store) => {
    const done: Imported = { added: 0, changed: 0, unchanged: 0 };
    // What is remembered at this moment of the transaction; the ones that were added included.
    const present = memory.list();
    for (const entry of entries) {
      const home = present.find(({ id }) => id === entry.id) ?? namesake(store, present, entry);
      if (home === undefined) {
        present.push(insert(store, present, entry));
        done.added++;
      } else if (complete(store, present, home, entry)) done.changed++;
      else done.unchanged++;
    }
    return done;
  });
}

function parseArchive(plain: Buffer, name: string): z.output<typeof archiveSchema> {
  let json: unknown;
  try {
    json = JSON.parse(plain.toString("utf8"));
  } catch (error) {
    throw new BrimError("INPUT", `${name} holds no memory: nothing was changed`, { cause: error });
  }
  const parsed = archiveSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".");
  throw new BrimError("INPUT", `${name} holds no memory that this Brim knows (${where}: ${issue?.message})`);
}

/** The entry that has the same name and, where one can tell, the same looks. */
function namesake(
  store: Store,
  present: readonly Entry[],
  { kind, name, views }: Archived,
): Entry | undefined {
  if (name === null) return undefined;
  return present.find(
    (entry) =>
      entry.kind === kind &&
      entry.name !== null &&
      sameName(entry.name, name) &&
      looksLike(store.viewsOf(entry.id), views),
  );
}

function looksLike(known: readonly View[], views: readonly View[]): boolean {
  const models = new Set(known.map(({ model }) => model));
  const comparable = views.filter(({ model }) => models.has(model) && calibrationOf(model) !== undefined);
  if (comparable.length === 0) return true;
  return comparable.some((view) => {
    const sameModel = known.filter(({ model }) => model === view.model);
    return ofOneSubject([view], sameModel, calibrationOf(view.model)?.another ?? -1)[0];
  });
}

function insert(store: Store, present: readonly Entry[], archived: Archived): Entry {
  const { id, kind, createdAt, seenAt, clip, views } = archived;
  const name = archived.name === null ? null : freeName(present, archived, archived.name);
  const taken = present.flatMap((other) =>
    other.kind === kind && other.name === null ? [other.number] : [],
  );
  const number = taken.includes(archived.number) ? Math.max(...taken) + 1 : archived.number;
  store.insertEntry({ id, kind, name, number, createdAt, seenAt });
  if (clip !== null) store.setClip(id, clip);
  for (const view of views) store.insertView(id, view);
  return { id, kind, name, number, hasClip: clip !== null, views: {}, createdAt, seenAt };
}

/** Gives an entry what the archived one has and it lacks; returns whether there was anything. */
function complete(store: Store, present: Entry[], home: Entry, archived: Archived): boolean {
  const { remove, restore } = keepViews(store, home.id, archived.views);
  const lacksClip = !home.hasClip && archived.clip !== null;
  if (lacksClip) store.setClip(home.id, archived.clip);
  const lacksName = home.name === null && archived.name !== null;
  const name = lacksName ? freeName(present, archived, archived.name ?? "") : home.name;
  const seenAt = Math.max(home.seenAt ?? 0, archived.seenAt ?? 0) || null;
  if (lacksName || seenAt !== home.seenAt) store.updateEntry(home.id, { name, seenAt });
  present[present.indexOf(home)] = { ...home, name, seenAt, hasClip: home.hasClip || lacksClip };
  return remove.length + restore.length > 0 || lacksClip || lacksName || seenAt !== home.seenAt;
}

/** The name, or "Ana 2" where another one is called Ana. */
function freeName(present: readonly Entry[], { kind }: Archived, name: string): string {
  const taken = (text: string) =>
    present.some((other) => other.kind === kind && other.name !== null && sameName(other.name, text));
  if (!taken(name)) return name;
  for (let i = 2; ; i++) if (!taken(`${name} ${i}`)) return `${name} ${i}`;
}

function floatsOf(bytes: Buffer): Float32Array {
  const copy = Uint8Array.from(bytes);
  return new Float32Array(copy.buffer, 0, Math.floor(copy.length / 4));
}
