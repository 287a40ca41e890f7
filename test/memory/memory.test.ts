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
});
