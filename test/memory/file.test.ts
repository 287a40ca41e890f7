import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { memoryPath, openFile } from "../../src/memory/file.ts";
import { Memory } from "../../src/memory/memory.ts";
import { bytesIn, direction, memories, randomFrom, viewsOf } from "./helpers.ts";

const { newFolder, openIn, close } = memories();

/** A folder with a memory of a few people that was closed. */
function filled(people = 5, seed = 1): string {
  const random = randomFrom(seed);
  const folder = newFolder();
  const memory = openIn(folder);
  for (let i = 0; i < people; i++) {
    memory.remember({ kind: "person", views: viewsOf(direction(random), 4, random), name: `Person ${i}` });
  }
  close(memory);
  return folder;
}

const modes = (folder: string) =>
  readdirSync(folder).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

describe("the file of what is remembered", () => {
  it("and all that lies beside it can be read by nobody else, whatever the umask", () => {
    const umask = process.umask(0);
    try {
      const folder = join(newFolder(), "deep", "state");
      const memory = openIn(folder);
      const random = randomFrom(1);
      memory.remember({ kind: "person", views: viewsOf(direction(random), 2, random) });
      expect(readdirSync(folder).sort()).toEqual(["memory.db", "memory.db-shm", "memory.db-wal"]);
      expect(modes(folder)).toEqual(["600", "600", "600"]);
      expect((statSync(folder).mode & 0o777).toString(8)).toBe("700");
      close(memory);
      chmodSync(memoryPath(folder), 0o644);
      openIn(folder);
      expect(modes(folder)).toContain("600");
      expect(modes(folder)).not.toContain("644");
    } finally {
      process.umask(umask);
    }
  });

  it("is written through to the disk before anything is confirmed", () => {
    const { db } = openFile(newFolder(), 1_000, 0);
    const pragma = (name: string) => db.pragma(name, { simple: true });
    expect([pragma("journal_mode"), pragma("synchronous"), pragma("secure_delete")]).toEqual(["wal", 2, 1]);
    db.close();
  });

  it("of a newer Brim is left as it is, in one line", () => {
    const folder = filled();
    const db = new Database(memoryPath(folder));
    db.pragma("user_version = 99");
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const before = readFileSync(memoryPath(folder));
    expect(() => Memory.open(folder)).toThrow(expect.objectContaining({ code: "STORAGE" }));
    expect(() => Memory.open(folder)).toThrow(/newer Brim.*update Brim/);
    expect(readFileSync(memoryPath(folder))).toEqual(before);
    expect(readdirSync(folder)).toEqual(["memory.db"]);
  });

  it.each([
    ["a file is where its folder should be", (state: string) => writeFileSync(state, "")],
    ["a file is above its folder", (state: string) => writeFileSync(dirname(state), "")],
    ["a folder is in its place", (state: string) => mkdirSync(join(state, "memory.db"), { recursive: true })],
  ])("cannot be opened where %s: one line says so", (what, obstruct) => {
    const outer = newFolder();
    const state = join(outer, what.includes("above") ? "above" : "", "state");
    obstruct(state);
    expect(() => Memory.open(state)).toThrow(
      expect.objectContaining({
        name: "BrimError",
        code: "STORAGE",
        message: expect.not.stringContaining("\n"),
      }),
    );
  });
});

describe("a damaged file", () => {
  const damages: [string, (path: string) => void][] = [
    ["is empty", (path) => truncateSync(path, 0)],
    ["was cut off in the middle", (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ["was cut off within its header", (path) => truncateSync(path, 50)],
    ["is no database", (path) => writeFileSync(path, "hello ".repeat(5_000))],
    ["has a page of zeros in front", (path) => overwrite(path, 0, Buffer.alloc(4096))],
    [
      "has junk among its pages",
      (path) => {
        for (let at = 4096; at < statSync(path).size; at += 4096) overwrite(path, at, Buffer.alloc(64, 0xa5));
      },
    ],
    [
      "is another program's database",
      (path) => {
        unlinkSync(path);
        const db = new Database(path);
        db.exec("CREATE TABLE cookie (name TEXT)");
        db.close();
      },
    ],
  ];

  it.each(damages)("that %s is kept aside, told in one line, and the hat goes on", (_what, damage) => {
    const folder = filled();
    damage(memoryPath(folder));
    const damaged = readFileSync(memoryPath(folder));
    const memory = openIn(folder, { now: () => Date.UTC(2026, 10, 24, 1, 2, 3) });
    expect(memory.list()).toEqual([]);
    expect(memory.notice).toBe(
      "memory.db was damaged and is kept as memory.damaged-20261124T010203Z.db; a new one is begun",
    );
    expect(readFileSync(join(folder, "memory.damaged-20261124T010203Z.db"))).toEqual(damaged);
    const random = randomFrom(9);
    memory.remember({ kind: "person", views: viewsOf(direction(random), 2, random), name: "Ana" });
    close(memory);
    const again = openIn(folder);
    expect([again.notice, again.list().map(({ name }) => name)]).toEqual([null, ["Ana"]]);
    expect(new Set(modes(folder))).toEqual(new Set(["600"]));
  });

  it("of a second time is kept beside the first", () => {
    const folder = filled();
    for (let i = 0; i < 3; i++) {
      writeFileSync(memoryPath(folder), "junk");
      close(openIn(folder, { now: () => Date.UTC(2026, 10, 24) }));
    }
    expect(readdirSync(folder).filter((name) => name.startsWith("memory.damaged-"))).toHaveLength(3);
  });

  it("loses one vector and no more where only that is damaged", () => {
    const folder = filled(1);
    const db = new Database(memoryPath(folder));
    const row = db.prepare("SELECT id FROM view LIMIT 1").get() as { id: number };
    db.prepare("UPDATE view SET embedding = ? WHERE id = ?").run(Buffer.alloc(2048, 0xff), row.id);
    db.close();
    const [entry] = openIn(folder).list();
    expect(Object.values(entry?.views ?? {})).toEqual([3]);
  });

  it("leaves no trace once everything is forgotten", () => {
    const folder = filled();
    const marker = "Person 3";
    expect(bytesIn(folder).includes(marker)).toBe(true);
    overwrite(memoryPath(folder), 0, Buffer.alloc(100));
    const memory = openIn(folder);
    expect(bytesIn(folder).includes(marker)).toBe(true);
    memory.forgetAll();
    expect(bytesIn(folder).includes(marker)).toBe(false);
  });
});
