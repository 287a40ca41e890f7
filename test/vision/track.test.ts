import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Box } from "../../src/base/eyes-protocol.ts";
import type { Detection } from "../../src/vision/detect.ts";
import type { Label } from "../../src/vision/labels.ts";
import { Tracker } from "../../src/vision/track.ts";

const frameMs = 200;
const seen = (label: Label, box: Box, score = 0.7): Detection => ({ label, box, score });
const person = (x: number): Detection => seen("person", [x, 100, 200, 500]);

/** Shows frames to a tracker and returns it with the time of the last one. */
function show(frames: Detection[][], tracker = new Tracker({ minScore: 0.4 }), from = 0) {
  let at = from;
  for (const frame of frames) {
    at += frameMs;
    tracker.update(frame, at);
  }
  return { tracker, at, tracks: tracker.tracks(at) };
}

const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe("what the wearer is told of", () => {
  it("is what three frames in a row agree on", () => {
    expect(show(times(2, [person(100)])).tracks).toEqual([]);
    expect(show(times(3, [person(100)])).tracks).toMatchObject([{ label: "person", frames: 3, since: 200 }]);
  });

  it("is never a flicker, whatever it looks like", () => {
    const label = fc.constantFrom<Label>("person", "dog", "car");
    const side = fc.integer({ min: 10, max: 400 });
    const flicker = fc.tuple(label, side, side, side, side, fc.double({ min: 0.4, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.array(flicker, { maxLength: 5 }), { maxLength: 20 }), (flickers) => {
        // Every flicker is alone: an empty frame follows.
        const frames = flickers.flatMap((frame) => [
          frame.map(([name, x, y, w, h, score]) => seen(name, [x, y, w, h], score)),
          [],
        ]);
        expect(show(frames).tracks).toEqual([]);
      }),
    );
  });

  it("stays through missed frames for a second, then is gone", () => {
    const { tracker, at } = show(times(3, [person(100)]));
    expect(show(times(5, []), tracker, at).tracks).toHaveLength(1);
    expect(show([[]], tracker, at + 5 * frameMs).tracks).toEqual([]);
  });

  it("stays while it is seen badly, but not for ever", () => {
    const weak = [seen("person", [100, 100, 200, 500], 0.25)];
    const { tracker, at } = show(times(3, [person(100)]));
    expect(show(times(10, weak), tracker, at).tracks).toHaveLength(1);
    expect(show(times(2, weak), tracker, at + 10 * frameMs).tracks).toEqual([]);
  });

  it("is never begun by something seen badly", () => {
    expect(show(times(10, [seen("person", [100, 100, 200, 500], 0.3)])).tracks).toEqual([]);
  });

  it("is one thing where the network says cup and bottle of the same", () => {
    const frames = times(4, [seen("cup", [100, 100, 60, 90], 0.6), seen("bottle", [102, 98, 60, 92], 0.5)]);
    expect(show(frames).tracks).toMatchObject([{ label: "cup" }]);
  });

  it("keeps its name when one frame calls it something else", () => {
    const couch: Box = [100, 300, 500, 200];
    const { tracker, at, tracks } = show(times(5, [seen("couch", couch)]));
    const after = show([[seen("chair", couch)]], tracker, at).tracks;
    expect(after).toMatchObject([{ id: tracks[0]?.id, label: "couch" }]);
  });
});

describe("who is who", () => {
  it("stays the same while people sway, walk and are missed now and then", () => {
    const sway = fc.integer({ min: -20, max: 20 });
    const missed = fc.constantFrom("left", "right", "nobody");
    const walk = fc.array(fc.tuple(sway, sway, missed), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(walk, fc.integer({ min: -10, max: 10 }), (moments, speed) => {
        const { tracker, at } = show(times(3, [person(300), person(900)]));
        const before = tracker.tracks(at).map(({ id }) => id);
        const frames = moments.map(([left, right, gone], i) => {
          const both = [person(900 + speed * i + right), person(300 + speed * i + left)];
          // Everybody is seen in every third frame.
          if (i % 3 === 2 || gone === "nobody") return both;
          return gone === "left" ? both.slice(0, 1) : both.slice(1);
        });
        expect(show(frames, tracker, at).tracks.map(({ id }) => id)).toEqual(before);
      }),
    );
  });

  it("stays the same when somebody comes nearer at every step", () => {
    const frames = Array.from({ length: 30 }, (_, i) => {
      const size = 1.08 ** i;
      return [seen("person", [768 - 40 * size, 432 - 100 * size, 80 * size, 200 * size])];
    });
    const { tracks } = show(frames);
    expect(tracks).toMatchObject([{ id: 1, frames: 30 }]);
    // Smoothing trails by less than a step.
    const last = frames.at(-1)?.[0]?.box ?? [0, 0, 0, 0];
    expect(tracks[0]?.box[3]).toBeGreaterThan(last[3] / 1.08);
  });

  it("stays the same through the turn of a head", () => {
    const frames = Array.from({ length: 8 }, (_, i) => [person(1200 - i * 130)]);
    expect(show(frames).tracks).toMatchObject([{ id: 1, frames: 8 }]);
  });
});

describe("a face", () => {
  const face = (x: number, y: number, size: number) => ({
    score: 0.9,
    box: [x, y, size, size] satisfies Box,
  });

  it("belongs to the person around it, the largest first", () => {
    const { tracker, at } = show(times(3, [person(100), person(600)]));
    tracker.attach([face(680, 120, 40), face(650, 110, 80), face(1200, 100, 50)], at);
    expect(tracker.tracks(at).map((track) => track.face?.box[2] ?? null)).toEqual([null, 80]);
  });

  it("is forgotten when it has not been found for a while", () => {
    const { tracker, at } = show(times(3, [person(100)]));
    tracker.attach([face(150, 120, 60)], at);
    expect(show(times(5, [person(100)]), tracker, at).tracks[0]?.face).not.toBeNull();
    expect(show(times(3, [person(100)]), tracker, at + 1000).tracks[0]?.face).toBeNull();
  });
});

describe("a crowd", () => {
  it("has a limit, and ids that never come twice", () => {
    const crowd = Array.from({ length: 100 }, (_, i) =>
      seen("person", [(i % 20) * 70, Math.floor(i / 20) * 170, 60, 160]),
    );
    const { tracker, at, tracks } = show(times(3, crowd));
    expect(tracks).toHaveLength(50);
    const again = show([...times(6, []), ...times(3, crowd)], tracker, at).tracks;
    const ids = new Set([...tracks, ...again].map(({ id }) => id));
    expect(ids.size).toBe(100);
  });
});
