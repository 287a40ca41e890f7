import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { type Sight, type View, vectorOf } from "../../src/base/eyes-protocol.ts";
import { Burst } from "../../src/vision/burst.ts";
import type { Detection } from "../../src/vision/detect.ts";
import type { FaceBox } from "../../src/vision/face-detect.ts";
import { Pipeline } from "../../src/vision/pipeline.ts";
import { Recogniser } from "../../src/vision/recognise.ts";
import type { ThingViewer } from "../../src/vision/thing-view.ts";
import { FakeFaces, frameAt, vectorOfPerson } from "./looking.ts";

interface Before {
  persons?: { who: number; x: number }[];
  things?: Detection[];
}

/** Eyes with a camera of 5 frames a second, before which persons (a face of width `who` each) and things stand. */
function eyes({ embedMs = 15, thingMs = 0 } = {}) {
  const clock = new SimulatedClock();
  const faces = new FakeFaces(clock, embedMs);
  const sights: Sight[] = [];
  /** How old each frame was when it was told of. */
  const ages: number[] = [];
  const thingLooks: number[] = [];
  let before: Before = {};
  const things: ThingViewer = {
    model: "things-1",
    async look(_, around) {
      thingLooks.push(clock.now());
      if (thingMs > 0) await clock.sleep(thingMs);
      return {
        box: around ?? [700, 400, 100, 100],
        quality: 0.8,
        weakest: "nothing",
        vector: vectorOfPerson(7),
      };
    },
  };
  const recogniser = new Recogniser({ clock, faces, things });
  const pipeline = new Pipeline({
    clock,
    minScore: 0.4,
    camera: {
      async next(signal) {
        const now = clock.now();
        await clock.sleep(200 - (now % 200));
        signal.throwIfAborted();
        return frameAt(clock.now());
      },
    },
    detector: {
      async detect() {
        await clock.sleep(40);
        const persons = (before.persons ?? []).map(
          ({ x }): Detection => ({ label: "person", score: 0.8, box: [x, 100, 200, 700] }),
        );
        return [...persons, ...(before.things ?? [])];
      },
    },
    faceDetector: {
      async detect() {
        await clock.sleep(5);
        return (before.persons ?? []).map(
          ({ who, x }): FaceBox => ({ score: 0.9, box: [x + 80, 130, who, 80] }),
        );
      },
    },
    look: () => ({ brightness: 100, contrast: 50, sharpness: 5 }),
    recogniser,
    onSight: (sight) => {
      ages.push(clock.now() - sight.at);
      sights.push(sight);
    },
  });
  const stop = new AbortController();
  const running = pipeline.run(stop.signal);
  const show = async (view: Before, ms: number) => {
    before = view;
    const from = sights.length;
    await clock.advanceSettling(ms, 5);
    return sights.slice(from);
  };
  const end = async () => {
    stop.abort();
    await clock.advanceSettling(1_000, 5);
    await running;
  };
  return { clock, show, end, faces, recogniser, pipeline, thingLooks, ages };
}

/** Views of faces in sights, with their tracks. */
function views(sights: Sight[]): { track: number; who: number; view: View }[] {
  return sights.flatMap(({ tracks }) =>
    tracks.flatMap(({ id, face }) =>
      face?.view ? [{ track: id, who: whoIs(face.view), view: face.view }] : [],
    ),
  );
}

function whoIs(view: View): number {
  const vector = vectorOf(view);
  return vector.indexOf(Math.max(...vector));
}

const ana = { who: 1, x: 600 };
const ben = { who: 2, x: 600 };

describe("somebody who comes into view", () => {
  it("is looked at in several frames within two seconds, each view told once", async () => {
    const { show, end, faces } = eyes();
    const seen = views(await show({ persons: [ana] }, 2_000));
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(Math.abs(faces.embedded.length - seen.length)).toBeLessThanOrEqual(1);
    expect(seen[0]).toMatchObject({ who: 1, view: { model: "faces-1", quality: 0.9 } });
    await end();
  });

  it("is looked at every few seconds once the mind knows them, and as long as they stay", async () => {
    const { show, end, recogniser } = eyes();
    const [first] = views(await show({ persons: [ana] }, 1_000));
    recogniser.known(first?.track ?? 0, true);
    await show({ persons: [ana] }, 400);
    expect(views(await show({ persons: [ana] }, 2_000))).toEqual([]);
    const later = views(await show({ persons: [ana] }, 30_000));
    expect(later.length).toBeGreaterThanOrEqual(7);
    expect(later.length).toBeLessThanOrEqual(12);
    await end();
  });

  it("is looked at more and more seldom where nobody knows them", async () => {
    const { show, end } = eyes();
    await show({ persons: [ana] }, 4_000);
    const soon = views(await show({ persons: [ana] }, 10_000)).length;
    const later = views(await show({ persons: [ana] }, 10_000)).length;
    expect(soon).toBeLessThanOrEqual(4);
    expect(later).toBeLessThanOrEqual(2);
    expect(later).toBeGreaterThan(0);
    await end();
  });

  it("has no vector while the face is tiny, smeared or turned away", async () => {
    const { show, end, faces } = eyes();
    faces.judge = () => ({ quality: 0.05, weakest: "turned" });
    expect(views(await show({ persons: [ana] }, 10_000))).toEqual([]);
    expect(faces.embedded).toEqual([]);
    expect(faces.looks).toBeLessThan(15);
    faces.judge = () => ({ quality: 0.8, weakest: "far" });
    expect(views(await show({ persons: [ana] }, 3_000)).length).toBeGreaterThan(0);
    await end();
  });
});

describe("a track that passes to somebody else", () => {
  it("ends, and another begins, so that nobody keeps another's name", async () => {
    const { show, end, recogniser } = eyes();
    const before = views(await show({ persons: [ana] }, 2_000));
    const track = before[0]?.track ?? 0;
    recogniser.known(track, true);
    const after = await show({ persons: [ben] }, 5_000);
    for (const { track: id, who } of views(after)) expect([id === track, who]).toEqual([false, 2]);
    expect(views(after).length).toBeGreaterThan(0);
    expect(after.at(-1)?.tracks.map(({ id }) => id)).not.toContain(track);
    await end();
  });

  it("is noticed within two frames where the box or the face jumps", async () => {
    const { show, end, recogniser } = eyes();
    const track = views(await show({ persons: [ana] }, 2_000))[0]?.track ?? 0;
    recogniser.known(track, true);
    const after = await show({ persons: [{ ...ben, x: 730 }] }, 1_000);
    expect(after.at(-1)?.tracks[0]?.id).not.toBe(track);
    await end();
  });

  it("does not end because of one odd look", async () => {
    const { show, end } = eyes();
    const track = views(await show({ persons: [ana] }, 1_200))[0]?.track;
    const odd = await show({ persons: [ben] }, 200);
    const after = await show({ persons: [ana] }, 3_000);
    for (const sight of [...odd, ...after]) expect(sight.tracks.map(({ id }) => id)).toEqual([track]);
    await end();
  });
});

describe("five people in view", () => {
  it("do not hold up what is seen: never by more than a frame, and the rate stays", async () => {
    const { show, end, faces, ages } = eyes({ embedMs: 80 });
    const persons = [1, 2, 3, 4, 5].map((who) => ({ who, x: who * 250 }));
    const sights = await show({ persons }, 20_000);
    expect(sights.length).toBeGreaterThan(75);
    const gaps = sights.slice(1).map(({ at }, i) => at - (sights[i]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(400);
    // Detecting and searching for faces, and no more, comes before telling.
    expect(Math.max(...ages)).toBeLessThanOrEqual(50);
    expect(new Set(faces.embedded).size).toBe(5);
    expect(faces.embedded.length * 80).toBeLessThan(0.3 * 20_000);
    await end();
  });
});

describe("things", () => {
  const chair = (x: number): Detection => ({ label: "chair", score: 0.8, box: [x, 300, 250, 300] });

  it("are looked at when they are ahead, with their track", async () => {
    const { show, end } = eyes();
    const sights = await show({ things: [chair(640)] }, 3_000);
    const told = sights.filter(({ central }) => central !== null);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told[0]?.central).toMatchObject({ view: { model: "things-1" } });
    expect(sights.some(({ tracks }) => tracks.some(({ thing }) => thing !== null))).toBe(true);
    await end();
  });

  it("are not looked at beside the way", async () => {
    const { show, end, thingLooks } = eyes();
    await show({ things: [chair(50), chair(1_250)] }, 5_000);
    expect(thingLooks).toEqual([]);
    await end();
  });

  it("are looked at ever more seldom while they stay, and again and again while somebody looks for one", async () => {
    const { show, end, thingLooks, recogniser } = eyes();
    await show({ things: [chair(640)] }, 10_000);
    const idle = thingLooks.length;
    expect(idle).toBeLessThan(10);
    recogniser.attend(true);
    await show({}, 5_000);
    expect(thingLooks.length - idle).toBeGreaterThan(8);
    recogniser.attend(false);
    const attended = thingLooks.length;
    await show({}, 5_000);
    expect(thingLooks.length).toBe(attended);
    await end();
  });

  it("leave time for the frames, however long a look takes", async () => {
    const { show, end, recogniser } = eyes({ thingMs: 250 });
    recogniser.attend(true);
    const sights = await show({ things: [chair(640)] }, 10_000);
    const gaps = sights.slice(1).map(({ at }, i) => at - (sights[i]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(400);
    expect(sights.length).toBeGreaterThan(35);
    await end();
  });
});

describe("learning in the running eyes", () => {
  it("goes on seeing, and gives views of whom the wearer faces", async () => {
    const { show, end, clock, faces, pipeline, ages } = eyes({ embedMs: 60 });
    const ahead = { who: 3, x: 668 };
    await show({ persons: [ahead] }, 1_000);
    const told: { type: string; at: number }[] = [];
    const begin = clock.now();
    pipeline.learn(
      new Burst({
        id: 1,
        clock,
        metres: null,
        faces,
        things: null,
        tell: (message) => told.push({ ...message, at: clock.now() - begin }),
      }),
    );
    const sights = await show({ persons: [ahead] }, 2_000);
    expect(told).toMatchObject([
      { type: "burstKind", kind: "face" },
      { type: "burstDone", kind: "face", verdict: null, track: sights[0]?.tracks[0]?.id },
    ]);
    expect(told[0]?.at).toBeLessThan(1_000);
    const gaps = sights.slice(1).map(({ at }, i) => at - (sights[i]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(400);
    expect(Math.max(...ages)).toBeLessThanOrEqual(50);
    await end();
  });

  it("is thrown away by a second burst, or by its id", async () => {
    const { show, end, clock, faces, pipeline } = eyes();
    const told: string[] = [];
    const burst = (id: number) =>
      new Burst({
        id,
        clock,
        metres: null,
        faces,
        things: null,
        tell: (message) => told.push(`${message.type} ${message.id}`),
      });
    pipeline.learn(burst(1));
    await show({ persons: [ana] }, 300);
    pipeline.learn(burst(2));
    pipeline.cancelLearning(1);
    await show({ persons: [ana] }, 2_000);
    pipeline.learn(burst(3));
    await show({ persons: [ana] }, 300);
    pipeline.cancelLearning(3);
    await show({ persons: [ana] }, 2_000);
    expect(told).toEqual(["burstKind 2", "burstDone 2"]);
    await end();
  });
});
