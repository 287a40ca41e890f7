import { beforeEach, describe, expect, it } from "vitest";
import { embeddingOf, type Sight, type Track } from "../../src/base/eyes-protocol.ts";
import type { Verdict } from "../../src/memory/agreement.ts";
import type { Match } from "../../src/memory/types.ts";
import { Recognition } from "../../src/mind/recognition.ts";

/** A view by which the tests know whom it shows. */
const view = (n: number) => ({ model: "m@1", embedding: embeddingOf(Float32Array.of(n)), quality: 0.9 });
const box: Track["box"] = [400, 300, 100, 100];

let told: [number | "central", Verdict | null][];
let known: [number, boolean][];
let met: string[];
let matches: Map<number, Match>;
let recognition: Recognition;
let at: number;

beforeEach(() => {
  told = [];
  known = [];
  met = [];
  matches = new Map([
    [1, { id: "ana", similarity: 0.8, sure: true }],
    [2, { id: "keys", similarity: 0.7, sure: true }],
    [3, { id: "ana", similarity: 0.4, sure: false }],
  ]);
  at = 0;
  recognition = new Recognition({
    match: (_kind, { embedding }) => matches.get(embedding[0] ?? 0) ?? null,
    onTrack: (track, who) => told.push([track, who]),
    onCentral: (_box, who) => told.push(["central", who]),
    onMet: (id) => met.push(id),
    onKnown: (track, sure) => known.push([track, sure]),
  });
});

function see(tracks: Partial<Track>[], central: Sight["central"] = null, ms = 400): void {
  at += ms;
  const whole = tracks.map(
    (track): Track => ({
      id: 7,
      label: "person",
      score: 0.9,
      box,
      since: 0,
      frames: 9,
      face: null,
      thing: null,
      ...track,
    }),
  );
  recognition.sight({
    type: "sight",
    at,
    width: 1000,
    height: 700,
    seeing: "good",
    tracks: whole,
    central,
    ms: 50,
  });
}
const person = (n: number, id = 7) => ({ id, face: { box, score: 0.9, view: view(n) } });

describe("whom the eyes see", () => {
  it("is named when three looks agree, and not before", () => {
    for (let i = 0; i < 3; i++) see([person(1)]);
    expect(told).toEqual([
      [7, null],
      [7, null],
      [7, { id: "ana", sure: true }],
    ]);
    expect(known).toEqual([[7, true]]);
    expect(met).toEqual(["ana"]);
  });

  it("is perhaps somebody when the looks are poor, and is not taken to have been met", () => {
    for (let i = 0; i < 4; i++) see([person(3)]);
    expect(told.at(-1)).toEqual([7, { id: "ana", sure: false }]);
    expect(met).toEqual([]);
  });

  it("is nothing new in a frame that looks at nobody", () => {
    for (let i = 0; i < 3; i++) see([person(1)]);
    told = [];
    see([{ face: { box, score: 0.9, view: null } }]);
    see([{ face: null }]);
    expect(told).toEqual([]);
    expect(recognition.verdict(7)).toEqual({ id: "ana", sure: true });
  });

  it("is known at once when it was just learned", () => {
    recognition.learned({ kind: "person", id: "ben", how: "new", views: 4, named: true, track: 9 }, 50);
    expect(told).toEqual([[9, { id: "ben", sure: true }]]);
    expect(known).toEqual([[9, true]]);
  });

  it("is nobody once it was forgotten", () => {
    for (let i = 0; i < 3; i++) see([person(1)]);
    recognition.forgotten(["ana"]);
    expect(recognition.verdict(7)).toBeNull();
  });
});

describe("what lies at the centre", () => {
  const central = (n: number) => ({ box, view: view(n) });

  it("is named without a track when three looks agree", () => {
    for (let i = 0; i < 3; i++) see([], central(2));
    expect(told.at(-1)).toEqual(["central", { id: "keys", sure: true }]);
    expect(recognition.centralBox("keys", at)).toEqual(box);
    expect(recognition.centralBox("keys", at - 1)).toBeNull();
  });

  it("is another thing as soon as a look says so", () => {
    for (let i = 0; i < 3; i++) see([], central(2));
    see([], central(5));
    expect(told.at(-1)).toEqual(["central", null]);
    expect(recognition.centralBox("keys", at)).toBeNull();
  });

  it("begins anew after the eyes have looked elsewhere", () => {
    for (let i = 0; i < 3; i++) see([], central(2));
    see([], central(2), 4_000);
    expect(told.at(-1)).toEqual(["central", null]);
  });

  it("is told once where a track shows the same", () => {
    const thing = view(2);
    for (let i = 0; i < 3; i++) see([{ id: 4, label: "cup", thing }], { box, view: thing });
    expect(told.map(([what]) => what)).toEqual([4, 4, 4]);
  });
});
