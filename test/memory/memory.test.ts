import { describe, expect, it } from "vitest";
import type { View } from "../../src/memory/types.ts";
import { direction, faceModel, memories, near, randomFrom, viewsOf } from "./helpers.ts";

const { newFolder, openIn, close } = memories();
const clip = Buffer.from("RIFF a spoken name");
const vectors = (views: readonly View[]) => views.map(({ embedding }) => [...embedding]);

describe("what the hat has learned", () => {
  it("is known again, also after the hat was off", () => {
    const random = randomFrom(1);
    const ana = direction(random);
    const folder = newFolder();
    let memory = openIn(folder);
    const { entry, added } = memory.remember({
      kind: "person",
      views: viewsOf(ana, 4, random),
      name: " Ana ",
    });
    expect([entry.name, added, entry.views]).toEqual(["Ana", 4, { [faceModel]: 4 }]);
    for (let i = 0; i < 2; i++) {
      const view = { model: faceModel, embedding: near(ana, 0.8, random) };
      expect(memory.match("person", view)).toMatchObject({ id: entry.id, sure: true });
      expect(memory.match("thing", view)).toBeNull();
      expect(memory.match("person", { ...view, embedding: direction(random) })).toBeNull();
      close(memory);
      memory = openIn(folder);
    }
  });

  it("keeps a spoken name, and says which entries have neither", () => {
    const random = randomFrom(2);
    const memory = openIn(newFolder());
    const first = memory.remember({ kind: "person", views: viewsOf(direction(random), 3, random) }).entry;
    const second = memory.remember({
      kind: "person",
      views: viewsOf(direction(random), 3, random),
      clip,
    }).entry;
    expect([first.number, second.number, first.hasClip, second.hasClip]).toEqual([1, 2, false, true]);
    expect(memory.clipOf(second.id)).toEqual(clip);
    expect(memory.clipOf(first.id)).toBeNull();
    expect(memory.setClip(first.id, clip).hasClip).toBe(true);
    expect(memory.setClip(first.id, null).hasClip).toBe(false);
  });

  it("keeps the best and most varied views, and no more than eight", () => {
    const random = randomFrom(3);
    const ana = direction(random);
    const memory = openIn(newFolder());
    const { entry } = memory.remember({ kind: "person", views: viewsOf(ana, 5, random) });
    const again = memory.addViews(entry.id, viewsOf(ana, 5, random));
    expect(again.entry.views[faceModel]).toBe(8);
    const known = memory.viewsOf(entry.id);
    const same = memory.addViews(entry.id, known.slice(0, 3));
    expect([same.added, same.entry.views[faceModel]]).toEqual([0, 8]);
  });

  it("is taken back by undo, to the last bit", () => {
    const random = randomFrom(4);
    const ana = direction(random);
    const memory = openIn(newFolder());
    const { entry } = memory.remember({ kind: "person", views: viewsOf(ana, 6, random) });
    const before = vectors(memory.viewsOf(entry.id)).sort();
    const change = memory.addViews(
      entry.id,
      viewsOf(ana, 5, random).map((view) => ({ ...view, quality: 1 })),
    );
    expect(change.undo.restore.length).toBeGreaterThan(0);
    memory.undo(change);
    expect(vectors(memory.viewsOf(entry.id)).sort()).toEqual(before);
    const other = memory.remember({ kind: "person", views: viewsOf(direction(random), 2, random) });
    memory.undo(other);
    expect(memory.list().map(({ id }) => id)).toEqual([entry.id]);
    expect(() => memory.undo(other)).toThrow(/forgotten/);
  });

  it("is recognised in a burst when most views surely agree, and in no other", () => {
    const random = randomFrom(5);
    const [ana, ben] = [direction(random), direction(random)];
    const memory = openIn(newFolder());
    const { entry } = memory.remember({ kind: "person", views: viewsOf(ana, 3, random) });
    memory.remember({ kind: "person", views: viewsOf(ben, 3, random) });
    const [a, b, c] = [
      viewsOf(ana, 1, random),
      viewsOf(ben, 1, random),
      viewsOf(direction(random), 1, random),
    ];
    expect(memory.recognise("person", [...a, ...viewsOf(ana, 1, random), ...c])?.id).toBe(entry.id);
    expect(memory.recognise("person", [...a, ...c])).toBeNull();
    expect(memory.recognise("person", [...a, ...viewsOf(ana, 3, random), ...b])).toBeNull();
    expect(memory.recognise("thing", a)).toBeNull();
    expect(memory.recognise("person", [])).toBeNull();
  });

  it("becomes one when two are merged: by the views of both, and the names that there are", () => {
    const random = randomFrom(6);
    const [before, after] = [direction(random), direction(random)];
    const memory = openIn(newFolder());
    const into = memory.remember({ kind: "person", views: viewsOf(before, 3, random), clip }).entry;
    const from = memory.remember({ kind: "person", views: viewsOf(after, 3, random), name: "Ana" }).entry;
    const merged = memory.merge(into.id, from.id);
    expect(merged).toMatchObject({ id: into.id, name: "Ana", hasClip: true, views: { [faceModel]: 6 } });
    expect(memory.list()).toEqual([merged]);
    for (const centre of [before, after]) {
      const view = { model: faceModel, embedding: near(centre, 0.8, random) };
      expect(memory.match("person", view)?.id).toBe(into.id);
    }
    const keys = memory.remember({ kind: "thing", views: viewsOf(before, 1, random) }).entry;
    expect(() => memory.merge(into.id, keys.id)).toThrow(/cannot be one/);
    expect(() => memory.merge(into.id, from.id)).toThrow(/forgotten/);
  });
});
