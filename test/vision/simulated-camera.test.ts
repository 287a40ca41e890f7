import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { walkAt } from "../../src/base/walk.ts";
import { createCamera } from "../../src/devices/camera/index.ts";
import type { Camera, Frame } from "../../src/devices/ports.ts";

const never = new AbortController().signal;
let folder = "";
let clock = new SimulatedClock();
let troubles: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "brim-camera-"));
  clock = new SimulatedClock(1_000_000);
  troubles = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A grey photo of 1920 × 1080 with a person's worth of red, 60 pixels wide, at (1300, 400). */
async function photo(name: string, background = "#888"): Promise<void> {
  const svg = `<svg width="1920" height="1080"><rect width="100%" height="100%" fill="${background}"/><rect x="1270" y="310" width="60" height="180" fill="#f00"/></svg>`;
  await writeFile(join(folder, name), await sharp(Buffer.from(svg)).removeAlpha().jpeg().toBuffer());
}

function camera(driver = "simulated"): Promise<Camera> {
  return createCamera(driver, {
    env: {},
    clock,
    fps: 5,
    folder,
    epoch: 1_000_000,
    aim: async () => [1300, 400],
    onTrouble: (message) => troubles.push(message),
  });
}

/** Share of the frame's width that is red, along the row where the person stands. */
async function redShare(frame: Frame): Promise<number> {
  const { data, left, top, width, height } = await frame.small();
  let red = 0;
  for (let y = 0; y < height; y++) {
    let inRow = 0;
    for (let x = 0; x < width; x++) {
      const at = ((top + y) * 416 + left + x) * 3;
      if ((data[at] ?? 0) > 200 && (data[at + 1] ?? 0) < 90) inRow++;
    }
    red = Math.max(red, inRow);
  }
  return red / width;
}

async function frameAt(eyes: Camera, elapsed: number): Promise<Frame> {
  clock.advanceTo(1_000_000 + elapsed);
  return eyes.next(never);
}

describe("the simulated walk", () => {
  it("makes what is ahead grow as the distance falls, as a lens would", async () => {
    await photo("a.jpg");
    const eyes = await camera();
    await eyes.start(never);
    const far = await redShare(await frameAt(eyes, 1_000));
    for (const elapsed of [3_000, 4_500, 6_000]) {
      const metres = walkAt(elapsed).metres ?? 4;
      const share = await redShare(await frameAt(eyes, elapsed));
      expect(share / far).toBeCloseTo(4 / metres, 0);
    }
  });

  it("brings what it walks towards before the eyes", async () => {
    await photo("a.jpg");
    const eyes = await camera();
    await eyes.start(never);
    const frame = await frameAt(eyes, 8_500);
    const [red = 0, green = 255] = await frame.crop(
      [frame.width / 2 - 5, frame.height / 2 - 5, 10, 10],
      1,
      1,
    );
    expect(red).toBeGreaterThan(200);
    expect(green).toBeLessThan(90);
  });

  it("goes on to the next photo, and begins again after the last", async () => {
    await photo("a.jpg", "#222");
    await photo("b.png", "#ddd");
    const eyes = await camera();
    await eyes.start(never);
    const grey = async (elapsed: number) =>
      (await (await frameAt(eyes, elapsed)).crop([0, 0, 9, 9], 1, 1))[0] ?? 0;
    expect(await grey(1_000)).toBeLessThan(60);
    expect(await grey(13_000)).toBeGreaterThan(200);
    expect(await grey(25_000)).toBeLessThan(60);
  });

  it("keeps to the distance that is set by hand, until the walk is wanted again", async () => {
    await photo("a.jpg");
    const eyes = await camera();
    await eyes.start(never);
    const far = await redShare(await frameAt(eyes, 1_000));
    eyes.setDistance?.(2);
    expect((await redShare(await frameAt(eyes, 7_000))) / far).toBeCloseTo(2, 0);
    eyes.setDistance?.(null);
    expect(await redShare(await frameAt(eyes, 12_500))).toBeCloseTo(far, 2);
  });

  it("gives frames no faster than asked for", async () => {
    await photo("a.jpg");
    const eyes = await camera();
    await eyes.start(never);
    const first = await eyes.next(never);
    const second = eyes.next(never);
    await clock.advanceSettling(1_000, 10);
    expect((await second).at - first.at).toBeCloseTo(200, -1);
  });

  it("ends its waiting when it is stopped", async () => {
    await photo("a.jpg");
    const eyes = await camera();
    await eyes.start(never);
    await eyes.next(never);
    const stop = new AbortController();
    const waiting = eyes.next(stop.signal).then(() => "a frame", String);
    stop.abort(new Error("enough"));
    expect(await waiting).toContain("enough");
  });
});

describe("a folder of photos", () => {
  it("may hold other things, which are skipped with one line", async () => {
    await photo("a.jpg");
    await writeFile(join(folder, "notes.txt"), "hello");
    await mkdir(join(folder, "more"));
    const eyes = await camera();
    await eyes.start(never);
    await eyes.next(never);
    expect(troubles).toEqual([`${folder}: skipped what is no photo: more, notes.txt`]);
  });

  it("may hold a damaged photo, which is told of once and left out", async () => {
    await photo("b.jpg");
    await writeFile(join(folder, "a.jpg"), "no photo");
    const eyes = await camera();
    await eyes.start(never);
    await eyes.next(never);
    await frameAt(eyes, 30_000);
    expect(troubles).toEqual([expect.stringContaining("a.jpg: it is not a photo")]);
  });

  it("is told of in one line when it is missing, empty or all damaged", async () => {
    const eyes = await camera();
    await expect(eyes.start(never)).rejects.toMatchObject({ code: "DEVICE", message: /it has no photo/ });
    await writeFile(join(folder, "a.jpg"), "no photo");
    await eyes.start(never);
    await expect(eyes.next(never)).rejects.toMatchObject({ code: "DEVICE", message: /can be read/ });
    await rm(folder, { recursive: true });
    await expect(eyes.start(never)).rejects.toMatchObject({ code: "DEVICE", message: /no such folder/ });
    await mkdir(folder);
  });
});

describe("a camera that there is not", () => {
  it("is refused with the names of those that there are", async () => {
    await expect(camera("simulate")).rejects.toThrow(
      /camera.driver = "simulate".*valid: auto, rpicam, v4l2, simulated/,
    );
  });

  it("gives a still of what is ahead in all the detail of the file, where frames hold less", async () => {
    await photo("a.jpg");
    const eye = await camera();
    await expect(eye.still()).rejects.toThrow("no photo");
    await eye.start(never);
    eye.setDistance?.(4);
    const whole = await sharp(await eye.still()).metadata();
    expect([whole.format, whole.width, whole.height]).toEqual(["jpeg", 1920, 1080]);
    // At two metres half of it is seen.
    eye.setDistance?.(2);
    const near = await eye.still();
    expect(await sharp(near).metadata()).toMatchObject({ width: 960, height: 540 });
    // Around where the walk leads to: the red of the person is in the middle of it.
    const part = sharp(near).extract({ left: 475, top: 265, width: 10, height: 10 });
    const [red = 0, green = 255] = await part.resize(1, 1).raw().toBuffer();
    expect(red).toBeGreaterThan(200);
    expect(green).toBeLessThan(90);
    await eye.stop();
  });
});
