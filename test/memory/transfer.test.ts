import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Memory } from "../../src/memory/memory.ts";
import { isSealed, seal, unseal } from "../../src/memory/sealed.ts";
import { exportMemory, importMemory } from "../../src/memory/transfer.ts";
import { direction, memories, near, randomFrom, viewsOf } from "./helpers.ts";

const { newFolder, openIn } = memories();
const passphrase = "correct horse battery staple";

/** All that a memory holds, to the last bit. */
function contents(memory: Memory): string[] {
  return memory
    .list()
    .map((entry) =>
      JSON.stringify([
        entry,
        memory.clipOf(entry.id)?.toString("hex") ?? null,
        memory
          .viewsOf(entry.id)
          .map(({ model, quality, embedding }) => [model, quality, [...embedding]])
          .sort(),
      ]),
    )
    .sort();
}

/** A memory with people and things, named, spoken and new. */
function filled(seed: number, folder = newFolder()): Memory {
  const random = randomFrom(seed);
  const memory = openIn(folder);
  const count = Math.floor(random() * 6);
  for (let i = 0; i < count; i++) {
    const { entry } = memory.remember({
      kind: random() < 0.7 ? "person" : "thing",
      views: viewsOf(direction(random), 1 + Math.floor(random() * 9), random),
      name: random() < 0.5 ? `Name ${seed} ${i}` : null,
      clip: random() < 0.5 ? Buffer.from(`clip ${seed} ${i}`) : null,
    });
    if (random() < 0.3) memory.seen(entry.id, 1_790_000_000_000 + i);
  }
  return memory;
}

describe("what was exported", () => {
  it("comes back to the last bit, and coming back twice changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
        const from = filled(seed);
        const file = await exportMemory(from, passphrase);
        const to = openIn(newFolder());
        const count = from.list().length;
        expect(await importMemory(to, file, passphrase, "keep")).toEqual({
          added: count,
          changed: 0,
          unchanged: 0,
        });
        expect(contents(to)).toEqual(contents(from));
        expect(await importMemory(to, file, passphrase, "keep")).toEqual({
          added: 0,
          changed: 0,
          unchanged: count,
        });
        expect(contents(to)).toEqual(contents(from));
      }),
      { numRuns: 3 },
    );
  });

  it("is merged with what another hat has learned: nothing of either is lost or doubled", async () => {
    const random = randomFrom(1);
    const [ana, ben, other] = [direction(random), direction(random), direction(random)];
    const first = openIn(newFolder());
    const second = openIn(newFolder());
    first.remember({ kind: "person", views: viewsOf(ana, 3, random), name: "Ana" });
    first.remember({ kind: "person", views: viewsOf(ben, 3, random), name: "Ben" });
    first.remember({ kind: "person", views: viewsOf(direction(random), 3, random) });
    const clip = Buffer.from("spoken");
    const there = second.remember({ kind: "person", views: viewsOf(ana, 3, random), name: "ana" }).entry;
    second.remember({ kind: "person", views: viewsOf(other, 3, random), name: "Ben", clip });
    second.remember({ kind: "person", views: viewsOf(direction(random), 3, random) });
    const file = await exportMemory(first, passphrase);
    const done = await importMemory(second, file, passphrase, "keep");
    // The same Ana; two Bens who look unlike; two new people, who keep apart.
    expect(done).toEqual({ added: 2, changed: 1, unchanged: 0 });
    expect(second.list().map(({ name, number }) => name ?? number)).toEqual(
      expect.arrayContaining(["ana", "Ben", "Ben 2", 1, 2]),
    );
    expect(second.list()).toHaveLength(5);
    expect(second.get(there.id)?.views).toEqual({ [Object.keys(there.views)[0] ?? ""]: 6 });
    const look = (centre: Float32Array) => ({
      model: Object.keys(there.views)[0] ?? "",
      embedding: near(centre, 0.8, random),
    });
    const nameOf = (centre: Float32Array) => second.get(second.match("person", look(centre))?.id ?? "")?.name;
    expect([nameOf(ana), nameOf(ben), nameOf(other)]).toEqual(["ana", "Ben 2", "Ben"]);
  });

  it("brings the names that the entry lacks", async () => {
    const from = filled(3);
    const random = randomFrom(4);
    const { id } = from.remember({ kind: "person", views: viewsOf(direction(random), 2, random) }).entry;
    const to = openIn(newFolder());
    await importMemory(to, await exportMemory(from, passphrase), passphrase, "keep");
    from.rename(id, "Ana");
    from.setClip(id, Buffer.from("spoken"));
    const done = await importMemory(to, await exportMemory(from, passphrase), passphrase, "keep");
    expect(done.changed).toBe(1);
    expect(to.get(id)).toMatchObject({ name: "Ana", hasClip: true });
  });

  it("holds no name, clip or vector in the open, and differs each time", async () => {
    const memory = filled(7);
    const random = randomFrom(8);
    const views = viewsOf(direction(random), 2, random);
    memory.remember({ kind: "person", views, name: "Marker Name", clip: Buffer.from("marker clip") });
    const files = [await exportMemory(memory, passphrase), await exportMemory(memory, passphrase)];
    for (const file of files) {
      expect(isSealed(file)).toBe(true);
      for (const text of ["Marker", "marker", "person", "name"]) expect(file.includes(text)).toBe(false);
      expect(file.includes(Buffer.from(views[0]?.embedding.slice(0, 3).buffer ?? new ArrayBuffer(0)))).toBe(
        false,
      );
    }
    const [a, b] = files as [Buffer, Buffer];
    expect(a.subarray(12)).not.toEqual(b.subarray(12));
  });

  it.each([
    ["another passphrase", (file: Buffer) => file, "wrong", /the passphrase is not that of keep/],
    ["its end cut off", (file: Buffer) => file.subarray(0, -1), passphrase, /damaged or cut off/],
    ["only its header left", (file: Buffer) => file.subarray(0, 48), passphrase, /damaged or cut off/],
    ["nothing in it", () => Buffer.alloc(0), passphrase, /was not written by/],
    ["something else in it", () => Buffer.from("a photo of a cat"), passphrase, /was not written by/],
    [
      "a newer version",
      (file: Buffer) => Buffer.concat([file.subarray(0, 8), Buffer.from([2]), file.subarray(9)]),
      passphrase,
      /newer Brim/,
    ],
    [
      "a cost that would take all memory",
      (file: Buffer) => Buffer.concat([file.subarray(0, 9), Buffer.from([30, 255, 255]), file.subarray(12)]),
      passphrase,
      /damaged/,
    ],
  ])("with %s is refused in one line, and nothing is changed", async (_what, spoil, phrase, message) => {
    const file = await exportMemory(filled(9), passphrase);
    const to = filled(10);
    const before = contents(to);
    const attempt = importMemory(to, spoil(file), phrase, "keep");
    await expect(attempt).rejects.toMatchObject({
      name: "BrimError",
      code: "INPUT",
      message: expect.stringMatching(message),
    });
    expect(contents(to)).toEqual(before);
  });

  it("with any one bit turned is refused", async () => {
    const file = await seal(Buffer.from("what is kept ".repeat(20)), passphrase);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length * 8 - 1), async (bit) => {
        const spoilt = Buffer.from(file);
        spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(unseal(spoilt, passphrase, "keep")).rejects.toMatchObject({ code: "INPUT" });
      }),
      { numRuns: 6 },
    );
  });

  it("of something that is no memory is refused, though the passphrase is right", async () => {
    const to = filled(11);
    const before = contents(to);
    for (const text of ["no JSON", "[]", '{"entries":[{"id":"x"}]}']) {
      const file = await seal(Buffer.from(text), passphrase);
      await expect(importMemory(to, file, passphrase, "keep")).rejects.toMatchObject({ code: "INPUT" });
    }
    expect(contents(to)).toEqual(before);
  });
});
