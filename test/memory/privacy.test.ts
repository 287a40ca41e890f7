import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Agreement } from "../../src/memory/agreement.ts";
import { bytesIn, direction, faceModel, memories, near, randomFrom, viewsOf } from "./helpers.ts";

const { newFolder, openIn, close } = memories();

/** Whether any 16 bytes in a row of a vector lie in a folder. */
function holds(folder: string, vector: Float32Array): boolean {
  const bytes = bytesIn(folder);
  const parts = Buffer.from(vector.buffer);
  for (let at = 0; at < parts.length; at += 64) if (bytes.includes(parts.subarray(at, at + 16))) return true;
  return false;
}

describe("who is forgotten", () => {
  const secrets = (seed: number) => {
    const random = randomFrom(seed);
    const clip = Buffer.alloc(30_000, `the voice of ${seed} `);
    return {
      kind: "person" as const,
      views: viewsOf(direction(random), 5, random),
      name: `Secret ${seed}`,
      clip,
    };
  };
  const traces = (folder: string, secret: ReturnType<typeof secrets>) =>
    [
      bytesIn(folder).includes(secret.name) && "name",
      bytesIn(folder).includes(secret.clip.subarray(0, 40)) && "clip",
      secret.views.some(({ embedding }) => holds(folder, embedding)) && "embedding",
    ].filter(Boolean);

  it("is gone from every byte of the folder, one alone as well as all together", () => {
    const folder = newFolder();
    const memory = openIn(folder);
    const ids = [1, 2, 3, 4].map((seed) => memory.remember(secrets(seed)).entry.id);
    expect(traces(folder, secrets(2))).toEqual(["name", "clip", "embedding"]);
    memory.forget(ids[1] as string);
    expect(traces(folder, secrets(2))).toEqual([]);
    expect(traces(folder, secrets(3))).toEqual(["name", "clip", "embedding"]);
    memory.forgetAll();
    for (const seed of [1, 2, 3, 4]) expect(traces(folder, secrets(seed))).toEqual([]);
    expect(memory.list()).toEqual([]);
    close(memory);
    expect(readdirSync(folder)).toEqual(["memory.db"]);
    expect(openIn(folder).list()).toEqual([]);
  });

  it("leaves nothing either when undone, merged, renamed, or given another spoken name", () => {
    const folder = newFolder();
    const memory = openIn(folder);
    memory.undo(memory.remember(secrets(5)));
    expect(traces(folder, secrets(5))).toEqual([]);
    const { id } = memory.remember(secrets(6)).entry;
    memory.rename(id, "Ana");
    memory.setClip(id, null);
    expect(traces(folder, secrets(6))).toEqual(["embedding"]);
    const other = memory.remember(secrets(7)).entry.id;
    memory.merge(id, other);
    expect(traces(folder, { ...secrets(7), views: [] })).toEqual(["clip"]);
  });
});

describe("an hour of strangers", () => {
  it("leaves every file of the folder as it was, to the last bit", () => {
    const random = randomFrom(8);
    const folder = newFolder();
    const memory = openIn(folder);
    const { entry } = memory.remember({
      kind: "person",
      views: viewsOf(direction(random), 5, random),
      name: "Ana",
    });
    const state = () =>
      readdirSync(folder)
        .sort()
        // Of the -shm, which lies in memory, the locks of readers may change.
        .filter((name) => !name.endsWith("-shm"))
        .map((name) => [name, statSync(join(folder, name)).mtimeMs, readFileSync(join(folder, name), "hex")]);
    const before = state();
    const agreement = new Agreement();
    let said = 0;
    // A stranger every 9 s, each looked at five times a second for 2 s.
    for (let track = 0; track < 400; track++) {
      const stranger = direction(random);
      for (let look = 0; look < 10; look++) {
        const at = track * 9_000 + look * 200;
        const match = memory.match("person", { model: faceModel, embedding: near(stranger, 0.9, random) });
        if (agreement.look(track, at, match)) said++;
        memory.refresh();
      }
    }
    expect(said).toBe(0);
    expect(agreement.size).toBeLessThan(10);
    expect(state()).toEqual(before);
    expect(memory.expireUnnamed()).toEqual([]);
    expect(state()).toEqual(before);
    expect(memory.get(entry.id)?.seenAt).toBeNull();
  });
});

describe("a friend who is met all day", () => {
  it("costs the card a write every quarter of an hour, and the last meeting is kept when the hat goes off", () => {
    const random = randomFrom(9);
    const folder = newFolder();
    let memory = openIn(folder);
    const { id } = memory.remember({ kind: "person", views: viewsOf(direction(random), 3, random) }).entry;
    const start = Date.UTC(2026, 10, 24);
    const sizes = new Set<number>();
    for (let at = start; at < start + 3_600_000; at += 1_000) {
      memory.seen(id, at);
      sizes.add(statSync(join(folder, "memory.db-wal")).size);
    }
    expect(sizes.size).toBeLessThanOrEqual(5);
    expect(memory.get(id)?.seenAt).toBe(start + 3_599_000);
    close(memory);
    memory = openIn(folder);
    expect(memory.get(id)?.seenAt).toBe(start + 3_599_000);
  });
});

describe("what has no name", () => {
  const day = 24 * 3_600_000;
  const start = Date.UTC(2026, 10, 1);

  it("is told of after six days, and forgotten a day after that, unless it was named", () => {
    const random = randomFrom(10);
    let now = start;
    const memory = openIn(newFolder(), { now: () => now });
    const views = () => viewsOf(direction(random), 2, random);
    const unnamed = memory.remember({ kind: "person", views: views() }).entry.id;
    const named = memory.remember({ kind: "thing", views: views(), name: "keys" }).entry.id;
    const spoken = memory.remember({ kind: "person", views: views(), clip: Buffer.from("Ana") }).entry.id;
    now = start + 5.9 * day;
    expect([memory.toTell(), memory.expireUnnamed()]).toEqual([[], []]);
    now = start + 6.1 * day;
    expect(memory.toTell().map(({ id }) => id)).toEqual([unnamed]);
    memory.told([unnamed]);
    expect(memory.toTell()).toEqual([]);
    now = start + 7.05 * day;
    expect(memory.expireUnnamed()).toEqual([]);
    now = start + 7.2 * day;
    expect(memory.expireUnnamed().map(({ id }) => id)).toEqual([unnamed]);
    expect(
      memory
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([named, spoken].sort());
  });

  it("is not forgotten untold when the hat lay in a drawer for a month", () => {
    const random = randomFrom(11);
    let now = start;
    const folder = newFolder();
    let memory = openIn(folder, { now: () => now });
    const { id } = memory.remember({ kind: "person", views: viewsOf(direction(random), 2, random) }).entry;
    close(memory);
    now += 30 * day;
    memory = openIn(folder, { now: () => now });
    expect(memory.expireUnnamed()).toEqual([]);
    memory.told(memory.toTell().map((entry) => entry.id));
    now += 0.9 * day;
    memory.setClip(id, Buffer.from("Ana"));
    now += 10 * day;
    expect(memory.expireUnnamed()).toEqual([]);
  });

  it("has its week also when it was learned before the hat knew the time", () => {
    const random = randomFrom(12);
    let now = 5_000;
    const memory = openIn(newFolder(), { now: () => now });
    memory.remember({ kind: "person", views: viewsOf(direction(random), 2, random) });
    now = start;
    expect([memory.toTell(), memory.expireUnnamed()]).toEqual([[], []]);
    now = start + 5 * day;
    expect(memory.toTell()).toEqual([]);
    now = start + 6.5 * day;
    expect(memory.toTell()).toHaveLength(1);
    now = 5_000;
    expect([memory.toTell(), memory.expireUnnamed()]).toEqual([[], []]);
  });
});

describe("the room's own words", () => {
  it("go to no log: it has none, and its errors name nobody but the name that was asked for", () => {
    const folder = join(import.meta.dirname, "../../src/memory");
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    for (const source of sources) expect(source).not.toMatch(/base\/log|process\.std|console\./);
  });
});
