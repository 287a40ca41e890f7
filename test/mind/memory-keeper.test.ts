import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { SimulatedClock } from "../../src/base/clock.ts";
import { embeddingOf, type Sight } from "../../src/base/eyes-protocol.ts";
import { memoryPath } from "../../src/memory/file.ts";
import { Memory } from "../../src/memory/memory.ts";
import { MemoryKeeper } from "../../src/mind/memory-keeper.ts";
import { Recognition } from "../../src/mind/recognition.ts";
import type { Ending, Utterance } from "../../src/voice/utterance.ts";
import { direction, faceModel, near, randomFrom, viewsOf } from "../memory/helpers.ts";

const clip = Buffer.from("RIFF the spoken name");
const day = 24 * 60 * 60_000;
const box: [number, number, number, number] = [0, 0, 10, 10];

let folder: string;
let clock: SimulatedClock;
let wall: number;
let said: Utterance[];
let lines: string[];
let troubles: string[];
let forgotten: string[];
let keeper: MemoryKeeper;

beforeEach(() => {
  folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "brim-keeper-"));
  clock = new SimulatedClock();
  wall = Date.UTC(2026, 0, 1);
  said = [];
  lines = [];
  troubles = [];
  forgotten = [];
  keeper = keeperIn(folder);
});
afterEach(async () => {
  await keeper.stop();
  rmSync(folder, { recursive: true, force: true });
});

function keeperIn(where: string): MemoryKeeper {
  const line = (text: string) => lines.push(text);
  return new MemoryKeeper({
    clock,
    log: { debug: line, info: line, warn: line, error: line },
    wording: english,
    folder: where,
    now: () => wall,
    speech: { say: (utterance) => said.push(utterance) },
    onTrouble: (why) => troubles.push(why),
    onForgotten: (ids) => forgotten.push(...ids),
  });
}

/** A digest of each file of the folder; that of the locks (-shm) holds no content. */
function kept(): Record<string, string> {
  const files = readdirSync(folder).filter((file) => !file.endsWith("-shm"));
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]),
  );
}

const texts = () => said.map(({ text }) => text);

describe("the memory on the hat", () => {
  it("calls people by their recording, by a name that was typed instead, or by their number", async () => {
    const random = randomFrom(1);
    await keeper.start();
    const views = () => viewsOf(direction(random), 3, random);
    const spoken = keeper.remember({ kind: "person", views: views(), clip }).entry.id;
    const unnamed = keeper.remember({ kind: "person", views: views() }).entry.id;
    expect(keeper.nameOf(spoken)).toEqual({ kind: "person", name: { text: "new person one", clip } });
    expect(keeper.nameOf(unnamed)).toEqual({ kind: "person", name: { text: "new person two", clip: null } });
    const page = Memory.open(folder);
    page.rename(spoken, "Ana");
    page.close();
    clock.advance(1_000);
    expect(keeper.nameOf(spoken)).toEqual({ kind: "person", name: { text: "Ana", clip: null } });
    expect(keeper.nameOf("nobody")).toBeNull();
  });

  it("names nobody any more who was forgotten, wherever that was done", async () => {
    const random = randomFrom(2);
    await keeper.start();
    const first = keeper.remember({ kind: "person", views: viewsOf(direction(random), 3, random) }).entry.id;
    const second = keeper.remember({ kind: "person", views: viewsOf(direction(random), 3, random) }).entry.id;
    keeper.forget(first);
    const command = Memory.open(folder);
    command.forget(second);
    command.close();
    clock.advance(1_000);
    expect(forgotten).toEqual([first, second]);
    expect([keeper.nameOf(first), keeper.nameOf(second)]).toEqual([null, null]);
  });

  it("says once that it cannot be opened, goes on without, and says when it can again", async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "no folder");
    await keeper.start();
    clock.advance(5 * 60_000);
    expect(texts()).toEqual(["Memory cannot be opened. Nobody will be recognised."]);
    expect(troubles).toHaveLength(1);
    const view = { model: faceModel, embedding: direction(randomFrom(3)), quality: 0.9 };
    expect(keeper.match("person", view)).toBeNull();
    expect(() => keeper.remember({ kind: "person", views: [view] })).toThrow(/memory is not open/);
    rmSync(folder);
    clock.advance(30_000);
    expect(texts()).toEqual(["Memory cannot be opened. Nobody will be recognised.", "Memory on again."]);
    keeper.remember({ kind: "person", views: [view] });
    expect(keeper.match("person", view)).not.toBeNull();
  });

  it("says that it was damaged, keeps what is left aside, and goes on", async () => {
    writeFileSync(memoryPath(folder), Buffer.alloc(8_192, 7));
    await keeper.start();
    expect(texts()).toEqual(["Memory was damaged and kept aside. It starts empty."]);
    expect(troubles[0]).toMatch(/kept/);
    keeper.remember({ kind: "person", views: viewsOf(direction(randomFrom(4)), 3, randomFrom(5)) });
    expect(keeper.list()).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() === 0)("cannot be opened where its folder is another's", async () => {
    chmodSync(folder, 0o000);
    await keeper.start();
    chmodSync(folder, 0o700);
    expect(texts()).toEqual(["Memory cannot be opened. Nobody will be recognised."]);
  });

  it("says which were learned with an earlier model, once", async () => {
    const random = randomFrom(6);
    const ana = direction(random);
    await keeper.start();
    keeper.remember({ kind: "person", views: viewsOf(ana, 3, random, "face-embed@another00000") });
    const view = { model: faceModel, embedding: ana, quality: 0.9 };
    for (let i = 0; i < 10; i++) expect(keeper.match("person", view)).toBeNull();
    expect(texts()).toEqual(["One must be learned again: the model is new."]);
  });
});

describe("those without a name", () => {
  async function unnamedAfter(days: number): Promise<string> {
    const random = randomFrom(7);
    await keeper.start();
    const { id } = keeper.remember({ kind: "thing", views: viewsOf(direction(random), 3, random) }).entry;
    wall += days * day;
    return id;
  }
  const end = (how: Ending) => said.at(-1)?.onEnd?.(how);

  it("are forgotten after a week, which is said the day before", async () => {
    const id = await unnamedAfter(6);
    keeper.tellForgetting();
    keeper.tellForgetting();
    expect(texts()).toEqual(["New thing one will be forgotten tomorrow. Name them on the phone."]);
    end("finished");
    wall += day;
    clock.advance(60_000);
    expect(texts().at(-1)).toBe("One without a name forgotten.");
    expect(forgotten).toEqual([id]);
  });

  it("stay a day longer where the wearer could not hear it", async () => {
    await unnamedAfter(7);
    keeper.tellForgetting();
    end("dropped");
    clock.advance(60_000);
    expect(keeper.list()).toHaveLength(1);
    keeper.tellForgetting();
    end("hushed");
    clock.advance(60_000);
    expect(keeper.list()).toHaveLength(1);
    wall += day;
    clock.advance(60_000);
    expect(keeper.list()).toEqual([]);
  });

  it("stay once they have a name", async () => {
    const id = await unnamedAfter(6);
    keeper.setClip(id, clip);
    keeper.tellForgetting();
    wall += 30 * day;
    clock.advance(60_000);
    expect(said).toEqual([]);
    expect(keeper.list()).toHaveLength(1);
  });
});

describe("privacy", () => {
  it("an hour of strangers leaves not one byte behind, and no line in the log", async () => {
    const random = randomFrom(8);
    await keeper.start();
    const { entry } = keeper.remember({ kind: "person", views: viewsOf(direction(random), 4, random), clip });
    const named: string[] = [];
    const recognition = new Recognition({
      match: (kind, view) => keeper.match(kind, view),
      onTrack: (_track, who) => who && named.push(who.id),
      onCentral: () => {},
      onMet: (id) => keeper.seen(id),
      onKnown: () => {},
    });
    const before = kept();
    let stranger = direction(random);
    for (let second = 0; second < 3_600; second++) {
      // Somebody else every ten seconds.
      if (second % 10 === 0) stranger = direction(random);
      const embedding = embeddingOf(near(stranger, 0.85, random));
      const face = { box, score: 0.9, view: { model: faceModel, embedding, quality: 0.9 } };
      const track = { id: Math.floor(second / 10), label: "person", score: 0.9, box, since: 0, frames: 9 };
      const sight: Sight = {
        type: "sight",
        at: second * 1_000,
        width: 100,
        height: 100,
        seeing: "good",
        tracks: [{ ...track, face, thing: null }],
        central: null,
        ms: 50,
      };
      recognition.sight(sight);
      wall += 1_000;
      clock.advance(1_000);
    }
    expect(kept()).toEqual(before);
    expect(named).toEqual([]);
    expect(keeper.list().map(({ id }) => id)).toEqual([entry.id]);
    expect(lines).toEqual([]);
  });

  it("no name, recording or vector is in the log, whatever fails", async () => {
    const random = randomFrom(9);
    await keeper.start();
    const { entry } = keeper.remember({
      kind: "person",
      views: viewsOf(direction(random), 3, random),
      name: "Anastasia",
      clip,
    });
    // Its file is replaced by rubbish under it.
    await keeper.stop();
    writeFileSync(memoryPath(folder), "rubbish");
    keeper = keeperIn(folder);
    await keeper.start();
    keeper.nameOf(entry.id);
    clock.advance(120_000);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("\n")).not.toMatch(/anastasia|spoken name|embedding/i);
  });
});
