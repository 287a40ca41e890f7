import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import type { Sight } from "../../src/base/eyes-protocol.ts";
import { type Frame, type SmallPicture, smallSide } from "../../src/devices/ports.ts";
import type { Detection } from "../../src/vision/detect.ts";
import { Pipeline } from "../../src/vision/pipeline.ts";

const small: SmallPicture = {
  data: new Uint8Array(),
  left: 0,
  top: 0,
  width: smallSide,
  height: smallSide,
};
const person: Detection = { label: "person", score: 0.8, box: [400, 100, 300, 700] };

/** Eyes with a camera of 10 frames a second, on which the networks take `detectMs` and `facesMs`. */
function eyes(detectMs: number, facesMs: number, detections: Detection[] = [person]) {
  const clock = new SimulatedClock();
  const sights: Sight[] = [];
  const calls = { detect: 0, faces: 0, atOnce: 0 };
  const stop = new AbortController();
  const frame = (at: number): Frame => ({
    at,
    width: 1536,
    height: 864,
    small: async () => small,
    crop: async () => new Uint8Array(),
    still: async () => Buffer.alloc(0),
    keep() {
      return this;
    },
  });
  const pipeline = new Pipeline({
    clock,
    minScore: 0.4,
    camera: {
      async next(signal) {
        await clock.sleep(100);
        signal.throwIfAborted();
        return frame(clock.now());
      },
    },
    detector: {
      async detect() {
        calls.detect++;
        calls.atOnce++;
        expect(calls.atOnce).toBe(1);
        await clock.sleep(detectMs);
        calls.atOnce--;
        return detections;
      },
    },
    faceDetector: {
      async detect() {
        calls.faces++;
        await clock.sleep(facesMs);
        return [{ score: 0.9, box: [500, 150, 60, 80] }];
      },
    },
    look: () => ({ brightness: 100, contrast: 50, sharpness: 5 }),
    onSight: (sight) => sights.push(sight),
  });
  const run = async (ms: number) => {
    const running = pipeline.run(stop.signal);
    await clock.advanceSettling(ms, 5);
    stop.abort();
    await clock.advanceSettling(detectMs + facesMs + 200, 5);
    await running;
    return sights;
  };
  return { run, calls, pipeline };
}

describe("the eyes' work", () => {
  it("takes one frame at a time, however slow the networks are", async () => {
    const { run, calls } = eyes(700, 10);
    const sights = await run(5_000);
    expect(calls.detect).toBeGreaterThan(4);
    expect(calls.detect).toBeLessThan(8);
    expect(sights.every(({ ms }) => ms >= 700)).toBe(true);
  });

  it("tells of a person from the third frame on, with the face", async () => {
    const sights = await eyes(20, 10).run(2_000);
    expect(sights.slice(0, 4).map(({ tracks }) => tracks.length)).toEqual([0, 0, 1, 1]);
    expect(sights[3]?.tracks[0]).toMatchObject({ label: "person", face: { score: 0.9 } });
  });

  it("spends no more than a fifth of its time on faces", async () => {
    const { run, calls } = eyes(20, 300);
    await run(12_000);
    expect(calls.faces).toBeGreaterThan(4);
    expect(calls.faces * 300).toBeLessThan(12_000 * 0.25);
  });

  it("looks for no face where nobody is", async () => {
    const { run, calls } = eyes(20, 10, [{ ...person, label: "chair" }]);
    await run(2_000);
    expect(calls.faces).toBe(0);
  });

  it("keeps the newest frame for whoever asks for a picture", async () => {
    const { run, pipeline } = eyes(20, 10);
    expect(pipeline.latest).toBeNull();
    const sights = await run(2_000);
    expect(pipeline.latest?.at).toBe(sights.at(-1)?.at);
  });
});
