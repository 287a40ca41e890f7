import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../../src/base/eyes-protocol.ts";
import { pictureOf, readPhoto } from "../../src/devices/camera/photo.ts";
import { RawPicture } from "../../src/devices/camera/raw-picture.ts";
import type { Picture } from "../../src/devices/ports.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { openThings } from "../../src/vision/models.ts";
import type { Segment } from "../../src/vision/segment.ts";
import { cellsSide, type Prompt } from "../../src/vision/segment-prompt.ts";
import { Things } from "../../src/vision/thing.ts";
import type { ThingMeasures } from "../../src/vision/thing-measure.ts";
import { thingQuality } from "../../src/vision/thing-quality.ts";
import { built, needingModels } from "./built.ts";

/** A grey picture. */
function grey(width: number, height: number): Picture {
  const pixels = { data: Buffer.alloc(width * height * 3, 128), width, height };
  return new RawPicture(pixels, 0);
}

/** What SqueezeSAM would give for a thing that fills a box of a picture of 1280 × 1280. */
function cut(box: Box | null, score = 0.9): Segment {
  const data = new Uint8Array(cellsSide * cellsSide);
  const step = 1280 / cellsSide;
  const [x, y, w, h] = (box ?? [0, 0, 0, 0]).map((value) => value / step) as Box;
  for (let row = y; row < y + h; row++) data.fill(255, row * cellsSide + x, row * cellsSide + x + w);
  return { score, cells: { data, rectangle: [0, 0, 1280, 1280] } };
}

/** Things where SqueezeSAM finds one box as what stands out and another as what fills the box it is given. */
function thingsWith(striking: Segment, inBox: Segment) {
  const asked: Prompt[] = [];
  const embedded: Box[] = [];
  const segmenter = {
    segment: async (_: Picture, prompt: Prompt) => {
      asked.push(prompt);
      return prompt.box === undefined ? striking : inBox;
    },
    dispose: async () => {},
  };
  const embedder = {
    embed: async (_: Picture, box: Box) => {
      embedded.push(box);
      return box[0] < 640 ? Float32Array.of(1, 0) : Float32Array.of(0, 1);
    },
    dispose: async () => {},
  };
  return { things: new Things("thing-embed@test", segmenter, embedder), asked, embedded };
}

describe("the thing that is meant", () => {
  const picture = grey(1280, 1280);

  it("is what stands out about the middle, and what fills the middle: two guesses, the surer one first", async () => {
    const { things, asked } = thingsWith(cut([400, 400, 300, 300], 0.6), cut([500, 500, 200, 200], 0.8));
    const region = await things.find(picture);
    expect(region?.cuts.map(({ box }) => box)).toEqual([
      [500, 500, 200, 200],
      [400, 400, 300, 300],
    ]);
    expect(region).toMatchObject({ box: [500, 500, 200, 200], score: 0.8 });
    expect(asked.map(({ box }) => box)).toEqual([undefined, [320, 320, 640, 640]]);
  });

  it("is not what stands out at the side", async () => {
    const { things } = thingsWith(cut([0, 0, 200, 200]), cut([500, 500, 200, 200]));
    expect((await things.find(picture))?.cuts.map(({ box }) => box)).toEqual([[500, 500, 200, 200]]);
  });

  it("is what stands out at the side when there is nothing in the middle", async () => {
    const { things } = thingsWith(cut([0, 0, 200, 200]), cut(null));
    expect((await things.find(picture))?.box).toEqual([0, 0, 200, 200]);
  });

  it("is what the detector found, where it is known", async () => {
    const { things, asked } = thingsWith(cut([400, 400, 300, 300]), cut([900, 900, 100, 100]));
    expect((await things.find(picture, [880, 880, 150, 150]))?.box).toEqual([900, 900, 100, 100]);
    expect(asked).toEqual([{ clicks: [], box: [880, 880, 150, 150] }]);
  });

  it.each([
    ["nothing is there", cut(null)],
    ["SqueezeSAM is not sure of anything", cut([500, 500, 200, 200], 0.1)],
    ["it is but a crumb", cut([640, 640, 20, 20])],
  ])("is nothing when %s", async (_, found) => {
    const { things } = thingsWith(found, found);
    expect(await things.find(picture)).toBeNull();
    expect(await things.look(picture, null)).toBeNull();
  });

  it("has the mean of the two guesses' vectors, of length 1", async () => {
    const { things, embedded } = thingsWith(cut([500, 500, 300, 300]), cut([700, 500, 200, 200]));
    const region = await things.find(picture);
    if (region === null) throw new Error("not found");
    const { model, embedding } = await things.view(picture, region);
    expect(model).toBe("thing-embed@test");
    expect(embedded).toHaveLength(2);
    expect([...embedding].map((value) => value.toFixed(4))).toEqual(["0.7071", "0.7071"]);
  });
});

describe("how good a look at a thing is", () => {
  const good: ThingMeasures = {
    ...{ score: 0.8, scale: 1, brightness: 120, contrast: 50, sharpness: 3, surroundings: 120 },
    ...{ offset: 0, cutOff: 0, fills: 0.2 },
  };

  it("is 1 for a thing that is near, sharp, well lit and in the middle", () => {
    expect(thingQuality(good).quality).toBe(1);
  });

  it.each<[string, Partial<ThingMeasures>]>([
    ["dark", { contrast: 4.5, brightness: 8, surroundings: 10 }],
    ["backlit", { contrast: 4.5, brightness: 60, surroundings: 200 }],
    ["blurred", { sharpness: 0.25 }],
    ["far", { scale: 0.12, sharpness: 3 }],
    ["near", { fills: 0.99, cutOff: 3 }],
    ["nothing", { score: 0.1 }],
  ])("says that it is %s", (flaw, measures) => {
    const { quality, weakest } = thingQuality({ ...good, ...measures });
    expect(weakest).toBe(flaw);
    expect(quality).toBeLessThan(0.25);
  });

  it("does not call a small thing blurred because it had to be enlarged", () => {
    expect(thingQuality({ ...good, scale: 0.4, sharpness: 1.2 }).weakest).not.toBe("blurred");
  });
});

describe.skipIf(!built)(needingModels("things in real photos"), () => {
  let things: Things;
  let photos: Picture[];
  beforeAll(async () => {
    things = await openThings(1);
    const files = [1, 2, 3, 4].map((i) => join(samplePhotosFolder(), `sample${i}.jpg`));
    photos = await Promise.all(files.map(async (file) => pictureOf(await readPhoto(file, 1e6))));
  });
  afterAll(() => things.dispose());

  async function vectorOf(picture: Picture, around: Box | null = null): Promise<Float32Array> {
    const look = await things.look(picture, around);
    if (look === null) throw new Error("nothing was found");
    return look.vector;
  }

  it("give a vector of length 1 and 256 numbers", async () => {
    const vector = await vectorOf(photos[0] as Picture);
    expect(vector).toHaveLength(256);
    expect(cosine(vector, vector)).toBeCloseTo(1, 4);
  });

  it("are known again in another light and size, and told from each other", async () => {
    const before = [];
    const after = [];
    for (const photo of photos) {
      before.push(await vectorOf(photo));
      after.push(await vectorOf(await relit(photo)));
    }
    for (const [i, vector] of after.entries()) {
      const own = cosine(vector, before[i] as Float32Array);
      const others = before.filter((_, j) => j !== i).map((other) => cosine(vector, other));
      expect(own).toBeGreaterThan(0.6);
      expect(own).toBeGreaterThan(Math.max(...others));
    }
  });

  it("are a vector of what is under the mask, not of all that is in its box", async () => {
    const photo = photos[0] as Picture;
    const region = await things.find(photo);
    const [first] = region?.cuts ?? [];
    if (region === null || first === undefined) throw new Error("nothing was found");
    const all = { ...first, cells: { ...first.cells, data: new Uint8Array(cellsSide ** 2).fill(255) } };
    const under = await things.view(photo, { ...region, cuts: [first] });
    const inBox = await things.view(photo, { ...region, cuts: [all] });
    expect(cosine(under.embedding, inBox.embedding)).toBeLessThan(0.97);
  });

  it("have the same vector however large the part is that the mask was made for", async () => {
    const photo = photos[1] as Picture;
    const [first] = (await things.find(photo, [300, 200, 300, 300]))?.cuts ?? [];
    if (first === undefined) throw new Error("nothing was found");
    const [x, y, w, h] = first.cells.rectangle;
    // The same mask in the top left quarter of a rectangle of twice the size.
    const quarter = await sharp(first.cells.data, {
      raw: { width: cellsSide, height: cellsSide, channels: 1 },
    })
      .resize(cellsSide / 2, cellsSide / 2, { kernel: "linear" })
      .extend({ right: cellsSide / 2, bottom: cellsSide / 2, background: "black" })
      .toColourspace("b-w")
      .raw()
      .toBuffer();
    const data = new Uint8Array(quarter);
    const wide = { ...first, cells: { data, rectangle: [x, y, 2 * w, 2 * h] as Box } };
    const region = { box: first.box, score: first.score };
    const one = await things.view(photo, { ...region, cuts: [first] });
    const two = await things.view(photo, { ...region, cuts: [wide] });
    expect(cosine(one.embedding, two.embedding)).toBeGreaterThan(0.98);
  });
});

/** The same picture, darker, warmer and two thirds as large. */
async function relit(picture: Picture): Promise<Picture> {
  const width = Math.round(picture.width / 1.5);
  const height = Math.round(picture.height / 1.5);
  const data = await picture.crop([0, 0, picture.width, picture.height], width, height);
  const changed = await sharp(data, { raw: { width, height, channels: 3 } })
    .linear([0.75, 0.7, 0.62], [6, 4, 0])
    .raw()
    .toBuffer();
  return new RawPicture({ data: changed, width, height }, 0);
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
