import { beforeEach, describe, expect, test } from "vitest";
import type { Name } from "../../src/attention/wording/names.ts";
import type { Kind } from "../../src/attention/wording/wording.ts";
import type { Sight, Track } from "../../src/base/eyes-protocol.ts";
import { Ear, sight, status, track } from "./helpers.ts";

let entries: Map<string, { kind: Kind; name: Name }>;
let ear: Ear;
beforeEach(() => {
  entries = new Map([
    ["ana", { kind: "person", name: { text: "Ana", clip: Buffer.from("ana") } }],
    ["ben", { kind: "person", name: { text: "Ben", clip: null } }],
    ["keys", { kind: "thing", name: { text: "your keys", clip: null } }],
  ]);
  ear = new Ear({ nameOf: (id) => entries.get(id) ?? null });
});

const face = (whole: Track): Track => ({
  ...whole,
  face: { box: [whole.box[0], whole.box[1], 40, 50], score: 0.9, view: null },
});

/** Sights of these tracks, each of which is looked at in every frame. */
function looks(tracks: Track[], who: Record<number, [id: string, sure: boolean] | null>) {
  return (at: number): Sight => {
    const seen = sight(at, tracks);
    // The mind tells the sight first, and then of whom it recognised in it.
    ear.attention.sight(seen);
    for (const [id, identity] of Object.entries(who)) {
      ear.attention.recognised(Number(id), identity && { id: identity[0], sure: identity[1] }, at);
    }
    return seen;
  };
}
const ana = face(track(1, "person", 1.5));
const nobody = (at: number) => sight(at, []);

describe("somebody who is known", () => {
  test("is named, once, and not told as a person before", () => {
    expect(ear.pass(60_000, looks([ana], { 1: ["ana", true] }))).toEqual(["Ana, 12 o'clock, near."]);
    expect(ear.heard[0]?.priority).toBe("recognised");
    expect(ear.heard[0]?.at).toBeLessThanOrEqual(1_000);
  });

  test("is named with their own recording", () => {
    ear.pass(2_000, looks([ana], { 1: ["ana", true] }));
    expect(ear.utterances[0]?.parts).toEqual([
      { clip: Buffer.from("ana"), text: "Ana" },
      ", 12 o'clock, near.",
    ]);
  });

  test("is perhaps somebody until that is sure, which is told once more", () => {
    ear.pass(8_000, looks([ana], { 1: ["ana", false] }));
    ear.pass(8_000, looks([ana], { 1: ["ana", true] }));
    ear.pass(8_000, looks([ana], { 1: ["ana", false] }));
    expect(ear.heard.map(({ text }) => text)).toEqual([
      "Perhaps Ana, 12 o'clock, near.",
      "Ana, 12 o'clock, near.",
    ]);
  });

  test("is named when they are recognised only after they were told as a person", () => {
    ear.pass(6_000, looks([ana], {}));
    ear.pass(6_000, looks([ana], { 1: ["ana", true] }));
    expect(ear.heard.map(({ text }) => text)).toEqual([
      "Person, 12 o'clock, near.",
      "Ana, 12 o'clock, near.",
    ]);
  });

  test("is not named again when their track changes, or their head turns, for a minute", () => {
    ear.pass(5_000, looks([ana], { 1: ["ana", true] }));
    ear.pass(40_000, nobody);
    expect(ear.pass(10_000, looks([face(track(9, "person", 4, 25))], { 9: ["ana", true] }))).toEqual([]);
    ear.pass(61_000, nobody);
    expect(ear.pass(5_000, looks([ana], { 1: ["ana", true] }))).toEqual(["Ana, 12 o'clock, near."]);
  });

  test("is nobody any more once forgotten", () => {
    entries.delete("ana");
    expect(ear.pass(10_000, looks([ana], { 1: ["ana", true] }))).toEqual(["Person, 12 o'clock, near."]);
    expect(ear.attention.seen(ear.now)[0]?.text).toBe("Person, 12 o'clock, near.");
  });

  test("whom the wearer has just learned is not told to them", () => {
    ear.pass(400, looks([ana], { 1: ["ana", true] }), null);
    ear = new Ear({ nameOf: (id) => entries.get(id) ?? null });
    ear.attention.sight(sight(0, [ana]));
    ear.attention.recognised(1, { id: "ana", sure: true }, 0);
    ear.attention.told("ana", 0);
    expect(ear.pass(30_000, looks([ana], { 1: ["ana", true] }))).toEqual([]);
  });

  test("is named among strangers in one sentence when they come together", () => {
    const three = [face(track(1, "person", 1.5, -25)), track(2, "person", 2, 0), track(3, "person", 2, 25)];
    expect(ear.pass(20_000, looks(three, { 1: ["ana", true] }))).toEqual([
      "Three people. Ana left, two unknown.",
    ]);
  });

  test("a stranger is told as a person when three looks have known nobody", () => {
    expect(ear.pass(20_000, looks([ana], { 1: null }))).toEqual(["Person, 12 o'clock, near."]);
    expect(ear.heard[0]?.at).toBeLessThanOrEqual(1_000);
  });

  test("a face that is never looked at does not keep a person from being told", () => {
    expect(ear.pass(2_200, looks([ana], {}))).toEqual(["Person, 12 o'clock, near."]);
  });

  test("what a warning has cut off is told again", () => {
    ear.pass(1_000, looks([ana], { 1: ["ana", true] }));
    ear.interrupt();
    ear.pass(10_000, looks([ana], { 1: ["ana", true] }));
    expect(ear.heard.map(({ text }) => text)).toEqual(["Ana, 12 o'clock, near.", "Ana, 12 o'clock, near."]);
  });
});

describe("what lies at the centre", () => {
  const box: Track["box"] = [450, 300, 100, 100];
  const central = (who: string | null) => (at: number) => {
    const seen = sight(at, []);
    ear.attention.sight(seen);
    if (at % 1_000 === 0)
      ear.attention.recognisedCentral(box, who === null ? null : { id: who, sure: false }, at);
    return seen;
  };

  test("is named without a track, once", () => {
    expect(ear.pass(20_000, central("keys"))).toEqual(["Perhaps your keys, 12 o'clock, near."]);
    ear.pass(31_000, central(null));
    expect(ear.pass(5_000, central("keys"))).toEqual(["Perhaps your keys, 12 o'clock, near."]);
  });

  test("is nothing of its own where a track shows it", () => {
    const cup = { ...track(4, "cup", 1), box };
    const both = (at: number) => {
      const seen = sight(at, [cup]);
      ear.attention.sight(seen);
      ear.attention.recognisedCentral(box, { id: "keys", sure: true }, at);
      return seen;
    };
    ear.pass(10_000, both);
    expect(ear.heard.map(({ text }) => text)).toEqual([expect.stringMatching(/^Your keys, 12 o'clock/)]);
    expect(ear.attention.seen(ear.now)).toHaveLength(1);
  });

  test("is gone two seconds after it was looked at last", () => {
    ear.pass(1_000, central("keys"));
    ear.pass(3_000, nobody);
    expect(ear.attention.seen(ear.now)).toEqual([]);
  });
});

describe("asked what is around", () => {
  test("the known are named, people first, in three sentences at most", () => {
    const crowd = [
      face(track(1, "person", 1.5, -25)),
      face(track(2, "person", 2, 25)),
      track(3, "person", 3, 0),
      track(4, "chair", 1.2, 0, 0.9),
      track(5, "car", 8, 10, 1.5),
    ];
    ear.attention.guard(status(0));
    looks(crowd, { 1: ["ana", true], 2: ["ben", false] })(0);
    const { text, parts } = ear.attention.around(0);
    expect(text).toBe("Three people. Ana left, perhaps Ben right, one unknown. Chair, 12 o'clock, near.");
    expect(parts?.some((part) => typeof part !== "string" && part.text === "Ana")).toBe(true);
  });

  test("a tie is no thing of its own while somebody wears it", () => {
    const [x, y, w, h] = ana.box;
    const tie = {
      ...track(2, "tie", 1.5),
      box: [x + w * 0.4, y + h * 0.3, w * 0.15, h * 0.3] as Track["box"],
    };
    expect(ear.pass(10_000, looks([ana, tie], {}))).toEqual(["Person, 12 o'clock, near."]);
    expect(ear.attention.around(ear.now).text).toBe("Person, 12 o'clock, near.");
  });
});
