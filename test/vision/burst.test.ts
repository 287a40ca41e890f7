import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { type FromEyes, fromEyesSchema, type Seeing, vectorOf } from "../../src/base/eyes-protocol.ts";
import { Burst, type BurstFrame } from "../../src/vision/burst.ts";
import type { FaceBox } from "../../src/vision/face-detect.ts";
import type { ThingViewer } from "../../src/vision/thing-view.ts";
import { FakeFaces, frameAt, vectorOfPerson } from "./looking.ts";

const ana: FaceBox = { score: 1, box: [700, 300, 1, 150] };
const ben: FaceBox = { score: 1, box: [835, 300, 2, 145] };

interface Show {
  faces?: FaceBox[];
  detections?: BurstFrame["detections"];
  seeing?: Seeing;
}

/** A burst under way, to which frames are shown every 200 ms. */
function burst(options: { things?: ThingViewer; embedMs?: number } = {}) {
  const clock = new SimulatedClock(5_000);
  const told: (FromEyes & { after: number })[] = [];
  const faces = new FakeFaces(clock, options.embedMs);
  const collector = new Burst({
    id: 7,
    clock,
    metres: null,
    faces,
    things: options.things ?? null,
    tell: (message) => told.push({ ...fromEyesSchema.parse(message), after: clock.now() - 5_000 }),
  });
  collector.start();
  const show = async (show: Show, frames = 1) => {
    for (let i = 0; i < frames; i++) {
      await clock.advanceSettling(200, 20);
      const taking = collector.take({
        frame: frameAt(clock.now()),
        faces: show.faces ?? [],
        detections: show.detections ?? [],
        seeing: show.seeing ?? "good",
        tracker: { trackOf: () => 42 },
      });
      await clock.advanceSettling((options.embedMs ?? 0) + 5, 5);
      await taking;
    }
  };
  return { clock, told, faces, show, collector };
}

describe("a burst at somebody", () => {
  it("says within a second that it is a face, and after 1.5 s gives three to five views with their track", async () => {
    const { told, show } = burst();
    await show({ faces: [ana] }, 8);
    expect(told).toMatchObject([
      { type: "burstKind", id: 7, kind: "face" },
      { type: "burstDone", id: 7, kind: "face", verdict: null, track: 42 },
    ]);
    expect(told[0]?.after).toBeLessThan(1_000);
    expect(told[1]?.after).toBeGreaterThanOrEqual(1_500);
    expect(told[1]?.after).toBeLessThan(1_700);
    const done = told[1];
    if (done?.type !== "burstDone") return expect.unreachable();
    expect(done.views.length).toBeGreaterThanOrEqual(3);
    expect(done.views.length).toBeLessThanOrEqual(5);
    for (const view of done.views) {
      expect(view).toMatchObject({ model: "faces-1", quality: 0.9 });
      const vector = vectorOf(view);
      expect(Math.hypot(...vector)).toBeCloseTo(1);
      expect(vector[1]).toBeGreaterThan(0.9);
    }
  });

  it("keeps its second though every look takes 300 ms", async () => {
    const { told, show } = burst({ embedMs: 300 });
    await show({ faces: [ana] }, 4);
    expect(told[0]).toMatchObject({ type: "burstKind", kind: "face" });
    expect(told[0]?.after).toBeLessThan(1_000);
    expect(told[1]).toMatchObject({ type: "burstDone", verdict: null });
  });

  it("waits for its first look where the eyes are slow, rather than say that nothing is there", async () => {
    const { clock, told, show, collector } = burst();
    collector.expect();
    await clock.advanceSettling(1_000, 20);
    expect(told).toEqual([]);
    await clock.advanceSettling(1_000, 20);
    await show({ faces: [ana] });
    expect(told).toMatchObject([
      { type: "burstKind", kind: "face" },
      { type: "burstDone", kind: "face", verdict: null, track: 42 },
    ]);
    expect(told[1]).toHaveProperty("views.length", 1);
  });

  it("does not wait for longer than three seconds", async () => {
    const { clock, told, collector } = burst();
    collector.expect();
    await clock.advanceSettling(2_900, 20);
    expect(told).toEqual([]);
    await clock.advanceSettling(200, 20);
    expect(told).toMatchObject([
      { type: "burstKind", kind: "nothing" },
      { type: "burstDone", kind: "nothing", verdict: "nothing" },
    ]);
  });

  it("learns nothing from two, and says so at once", async () => {
    const { told, show } = burst();
    await show({ faces: [ana, ben] }, 3);
    expect(told).toMatchObject([
      { type: "burstKind", kind: "twoFaces" },
      { type: "burstDone", kind: "twoFaces", views: [], verdict: null },
    ]);
    expect(told[1]?.after).toBeLessThan(1_000);
  });

  it("gives the most frequent reason where the looks are poor", async () => {
    const { told, show, faces } = burst();
    const reasons = ["blurred", "backlit", "backlit", "far", "backlit", "blurred", "backlit"] as const;
    faces.judge = () => ({ quality: 0.1, weakest: reasons[faces.looks % reasons.length] ?? "far" });
    await show({ faces: [ana] }, 8);
    expect(told[1]).toMatchObject({ kind: "face", views: [], verdict: "backlit" });
    expect(faces.embedded).toEqual([]);
  });

  it("says that they look away where a person has no face", async () => {
    const { told, show } = burst();
    await show({ detections: [{ label: "person", score: 0.9, box: [600, 60, 350, 800] }] }, 8);
    expect(told[1]).toMatchObject({ kind: "face", views: [], verdict: "turned" });
  });

  it("leaves out who walks through it", async () => {
    const { told, show } = burst();
    await show({ faces: [ana] }, 4);
    await show({ faces: [{ score: 1, box: [700, 200, 2, 400] }] }, 2);
    await show({ faces: [ana] }, 2);
    const done = told[1];
    if (done?.type !== "burstDone") return expect.unreachable();
    expect(done.views.length).toBeGreaterThanOrEqual(3);
    for (const view of done.views) expect(vectorOf(view)[1]).toBeGreaterThan(0.9);
  });
});

describe("a burst at a thing", () => {
  const cup = { label: "cup", score: 0.7, box: [650, 330, 260, 300] } as const;
  const things = (quality: number): ThingViewer => ({
    model: "things-1",
    look: async () => ({
      box: [650, 330, 260, 300],
      quality,
      weakest: "far",
      vector: vectorOfPerson(9),
    }),
  });
  const held: Show = { faces: [ana], detections: [{ ...cup, box: [...cup.box] }] };

  it("says so, and gives its views", async () => {
    const { told, show } = burst({ things: things(0.8) });
    await show(held, 8);
    expect(told).toMatchObject([
      { type: "burstKind", kind: "thing" },
      { type: "burstDone", kind: "thing", verdict: null, track: 42 },
    ]);
    expect(told[1]).toHaveProperty("views.0.model", "things-1");
  });

  it("says so within a second though the networks for things must be loaded first", async () => {
    const loading: ThingViewer = { model: "things-1", look: () => new Promise(() => {}) };
    const { told, show } = burst({ things: loading });
    await show(held, 3);
    expect(told).toMatchObject([{ type: "burstKind", kind: "thing", after: expect.any(Number) }]);
    expect(told[0]?.after).toBeLessThan(1_000);
  });

  it("says what is wrong with the looks", async () => {
    const { told, show } = burst({ things: things(0.1) });
    await show(held, 8);
    expect(told[1]).toMatchObject({ kind: "thing", views: [], verdict: "far" });
  });

  it("says that nothing was found where things cannot be looked at", async () => {
    const { told, show } = burst();
    await show(held, 8);
    expect(told[1]).toMatchObject({ kind: "thing", views: [], verdict: "nothing" });
  });
});

describe("a burst that sees nothing", () => {
  it.each(["dark", "covered"] as const)("says why: %s", async (seeing) => {
    const { told, show } = burst();
    await show({ seeing }, 3);
    expect(told).toMatchObject([
      { type: "burstKind", kind: "nothing" },
      { type: "burstDone", kind: "nothing", views: [], verdict: seeing },
    ]);
  });

  it("says so within a second where the camera gives no frame at all", async () => {
    const { told, clock } = burst();
    await clock.advanceSettling(1_000, 10);
    expect(told).toMatchObject([
      { type: "burstKind", kind: "nothing" },
      { type: "burstDone", verdict: "nothing" },
    ]);
  });
});

describe("the frames of a burst", () => {
  it("are not held: each is free as soon as it was looked at", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const { collector, clock } = burst();
    const shown: WeakRef<object>[] = [];
    const show = async () => {
      const frame = frameAt(clock.now());
      shown.push(new WeakRef(frame));
      const tracker = { trackOf: () => 42 };
      await collector.take({ frame, faces: [ana], detections: [], seeing: "good", tracker });
    };
    for (let i = 0; i < 4; i++) {
      await clock.advanceSettling(200, 20);
      await show();
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(collector.ended).toBe(false);
    expect(shown.map((frame) => frame.deref())).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("a burst that is thrown away", () => {
  it("says nothing more, whenever it happens", async () => {
    for (const frames of [0, 1, 2]) {
      const { told, show, collector, clock } = burst();
      await show({ faces: [ana] }, frames);
      collector.cancel();
      await clock.advanceSettling(2_000, 50);
      await show({ faces: [ana] }, 2);
      expect(told).toEqual([]);
      expect(collector.ended).toBe(true);
    }
  });

  it("says nothing of the look that it was thrown away in", async () => {
    const { told, clock, collector, faces } = burst({ embedMs: 400 });
    const taking = collector.take({
      frame: frameAt(clock.now()),
      faces: [ana],
      detections: [],
      seeing: "good",
      tracker: { trackOf: () => 42 },
    });
    await clock.advanceSettling(100, 10);
    expect(faces.embedded).toEqual([1]);
    collector.cancel();
    await clock.advanceSettling(3_000, 50);
    await taking;
    expect(told).toEqual([]);
  });
});
