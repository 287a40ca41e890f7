import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { type FromEyes, type Sight, vectorOf } from "../../src/base/eyes-protocol.ts";
import { legMs } from "../../src/base/walk.ts";
import { createCamera } from "../../src/devices/camera/index.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { aimAt } from "../../src/vision/aim.ts";
import { Burst } from "../../src/vision/burst.ts";
import { cosine } from "../../src/vision/choose-views.ts";
import type { Detector } from "../../src/vision/detect.ts";
import type { FaceDetector } from "../../src/vision/face-detect.ts";
import { openDetector, openFaceDetector } from "../../src/vision/models.ts";
import { Pipeline } from "../../src/vision/pipeline.ts";
import { Recogniser } from "../../src/vision/recognise.ts";
import { createFaceViewer } from "../../src/vision/viewers.ts";
import { built, needingModels } from "./built.ts";

/** From this likeness on a name is said without "perhaps", and below the other one none is said (FACTS of LFW). */
const sureFrom = 0.45;
const perhapsFrom = 0.35;
const never = new AbortController().signal;

describe.skipIf(!built)(needingModels("one click in the simulation"), () => {
  let detector: Detector;
  let faceDetector: FaceDetector;
  beforeAll(async () => {
    [detector, faceDetector] = await Promise.all([openDetector("int8", 2), openFaceDetector(2)]);
  });
  afterAll(() => Promise.all([detector.dispose(), faceDetector.dispose()]));

  /** The eyes on a walk through the sample photos, with virtual time. */
  async function walk(photo: number, metres: number) {
    const clock = new SimulatedClock(1_000_000);
    const camera = await createCamera("simulated", {
      env: {},
      clock,
      fps: 5,
      folder: samplePhotosFolder(),
      epoch: clock.now() - (photo - 1) * legMs,
      aim: (picture) => aimAt(picture, detector, faceDetector),
      onTrouble: (message) => expect.unreachable(message),
    });
    await camera.start(never);
    camera.setDistance?.(metres);
    const faces = createFaceViewer(2);
    const recogniser = new Recogniser({ clock, faces, things: null });
    const sights: Sight[] = [];
    const pipeline = new Pipeline({
      clock,
      camera,
      detector,
      faceDetector,
      minScore: 0.4,
      recogniser,
      onSight: (sight) => sights.push(sight),
    });
    const look = async (frames: number) => {
      const from = sights.length;
      for (let i = 0; i < frames; i++) {
        clock.advance(200);
        await pipeline.process(await camera.next(never));
      }
      return sights.slice(from);
    };
    const click = async () => {
      const told: FromEyes[] = [];
      const tell = (message: FromEyes) => told.push(message);
      pipeline.learn(new Burst({ id: 1, clock, metres: null, faces, things: null, tell }));
      await look(9);
      const done = told.find(({ type }) => type === "burstDone");
      if (done?.type !== "burstDone") throw new Error("the burst did not end");
      return done;
    };
    return { camera, look, click };
  }

  it("learns who is ahead, and knows her from further away, and nobody else", async () => {
    const { camera, look, click } = await walk(4, 1.2);
    const done = await click();
    expect(done).toMatchObject({ kind: "face", verdict: null });
    expect(done.views.length).toBeGreaterThanOrEqual(3);
    const learned = done.views.map(vectorOf);
    const likeness = (sights: Sight[]) => {
      const best = new Map<number, number>();
      for (const { tracks } of sights) {
        for (const { id, face } of tracks) {
          if (!face?.view) continue;
          const vector = vectorOf(face.view);
          best.set(id, Math.max(...learned.map((view) => cosine(view, vector)), best.get(id) ?? -1));
        }
      }
      return [...best.values()].sort((a, b) => b - a);
    };
    camera.setDistance?.(2.5);
    const [her = 0, ...others] = likeness(await look(15));
    expect(her).toBeGreaterThan(sureFrom);
    expect(others.length).toBeGreaterThanOrEqual(1);
    for (const other of others) expect(other).toBeLessThan(perhapsFrom);

    const strangers = await walk(5, 4);
    const unlike = likeness(await strangers.look(15));
    expect(unlike.length).toBeGreaterThanOrEqual(3);
    for (const other of unlike) expect(other).toBeLessThan(perhapsFrom);
  });

  it("learns nobody from a group, and nobody in profile", async () => {
    const group = await (await walk(6, 4)).click();
    expect(group).toMatchObject({ kind: "twoFaces", views: [], verdict: null });
    const profile = await (await walk(2, 2)).click();
    expect(profile).toMatchObject({ kind: "face", views: [], verdict: "turned" });
  });
});
