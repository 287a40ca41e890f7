import { unlinkSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { memoryPath } from "../../src/memory/file.ts";
import { direction, faceModel, memories, near, randomFrom, viewsOf } from "./helpers.ts";

const { newFolder, openIn, close } = memories();

describe("the hat and a command on one file", () => {
  it("know of each other's changes: who is remembered, renamed or forgotten by command is so on the hat", () => {
    const random = randomFrom(1);
    const folder = newFolder();
    const [hat, command] = [openIn(folder), openIn(folder)];
    const ana = direction(random);
    const look = { model: faceModel, embedding: near(ana, 0.8, random) };
    expect(hat.refresh()).toBe(false);
    const { id } = command.remember({ kind: "person", views: viewsOf(ana, 3, random), name: "Ana" }).entry;
    expect(hat.match("person", look)).toBeNull();
    expect(hat.refresh()).toBe(true);
    expect(hat.match("person", look)?.id).toBe(id);
    hat.seen(id, 1_790_000_000_000);
    command.rename(id, "Anna");
    hat.refresh();
    expect(hat.get(id)).toMatchObject({ name: "Anna", seenAt: 1_790_000_000_000 });
    command.forget(id);
    hat.refresh();
    expect([hat.match("person", look), hat.list()]).toEqual([null, []]);
    expect(hat.refresh()).toBe(false);
  });

  it("decide from what is in the file, not from what they knew", () => {
    const random = randomFrom(2);
    const folder = newFolder();
    const [hat, command] = [openIn(folder), openIn(folder)];
    const views = () => viewsOf(direction(random), 2, random);
    const { entry } = hat.remember({ kind: "person", views: views() });
    command.remember({ kind: "person", views: views(), name: "Ana" });
    expect(() => hat.remember({ kind: "person", views: views(), name: "ANA" })).toThrow(/called Ana already/);
    expect(hat.remember({ kind: "person", views: views() }).entry.number).toBe(2);
    command.refresh();
    command.forget(entry.id);
    expect(() => hat.addViews(entry.id, views())).toThrow(/forgotten meanwhile/);
    expect(hat.list()).toHaveLength(2);
  });

  it("wait a moment for each other, and then say who is in the way", () => {
    const folder = newFolder();
    const hat = openIn(folder, { busyMs: 50 });
    const random = randomFrom(3);
    const other = new Database(memoryPath(folder));
    other.exec("BEGIN IMMEDIATE");
    const views = viewsOf(direction(random), 2, random);
    expect(() => hat.remember({ kind: "person", views })).toThrow(
      expect.objectContaining({
        code: "BUSY",
        message: expect.stringMatching(/another Brim is writing.*try again/),
      }),
    );
    expect(hat.list()).toEqual([]);
    other.exec("COMMIT");
    other.close();
    expect(hat.remember({ kind: "person", views }).added).toBe(2);
  });

  it("go on together when one of them keeps a damaged file aside", () => {
    const folder = newFolder();
    const hat = openIn(folder);
    const random = randomFrom(4);
    const ana = direction(random);
    hat.remember({ kind: "person", views: viewsOf(ana, 2, random), name: "Ana" });
    // The command finds junk where the hat has its file open.
    unlinkSync(memoryPath(folder));
    writeFileSync(memoryPath(folder), "junk");
    const command = openIn(folder);
    expect(command.notice).not.toBeNull();
    command.remember({ kind: "person", views: viewsOf(ana, 2, random), name: "Ana again" });
    expect(hat.refresh()).toBe(true);
    expect(hat.list().map(({ name }) => name)).toEqual(["Ana again"]);
    hat.remember({ kind: "person", views: viewsOf(direction(random), 2, random), name: "Ben" });
    close(hat);
    close(command);
    expect(openIn(folder).list()).toHaveLength(2);
  });
});
