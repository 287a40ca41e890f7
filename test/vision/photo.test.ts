import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pictureOf, readPhoto } from "../../src/devices/camera/photo.ts";
import { smallSide } from "../../src/devices/ports.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "brim-photo-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Left half red, right half blue. */
function halves(width: number, height: number): Sharp {
  const svg = `<svg width="${width}" height="${height}"><rect width="50%" height="100%" fill="#f00"/><rect x="50%" width="50%" height="100%" fill="#00f"/></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

async function file(name: string, content: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("a photo", () => {
  it("lies in the middle of the detector's square, the rest black", async () => {
    const path = await file("wide.png", await halves(800, 400).png().toBuffer());
    const small = await pictureOf(await readPhoto(path)).small();
    expect(small).toMatchObject({ left: 0, top: 104, width: 416, height: 208 });
    const pixel = (x: number, y: number) => [...small.data.subarray((y * smallSide + x) * 3).subarray(0, 3)];
    expect([pixel(100, 50), pixel(100, 200), pixel(300, 200), pixel(300, 400)]).toEqual([
      [0, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
      [0, 0, 0],
    ]);
  });

  it("is turned upright by its EXIF orientation, and measured so", async () => {
    const path = await file(
      "turned.jpg",
      await halves(800, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    );
    const photo = await readPhoto(path);
    expect([photo.width, photo.height]).toEqual([400, 800]);
    const [red = 0, , blue = 0] = await pictureOf(photo).crop([100, 100, 50, 50], 1, 1);
    expect(red).toBeGreaterThan(200);
    expect(blue).toBeLessThan(60);
  });

  it("may be grey, transparent, 16 bits deep or CMYK", async () => {
    const variants = {
      "grey.png": halves(80, 40).greyscale().png(),
      "clear.png": halves(80, 40).ensureAlpha(0.5).png(),
      "deep.png": halves(80, 40).toColourspace("rgb16").png(),
      "print.jpg": halves(80, 40).toColourspace("cmyk").jpeg(),
      "web.webp": halves(80, 40).webp(),
    };
    for (const [name, picture] of Object.entries(variants)) {
      const { pixels } = await readPhoto(await file(name, await picture.toBuffer()));
      expect(pixels.data.length, name).toBe(80 * 40 * 3);
    }
  });

  it("keeps its own size in boxes when it is decoded smaller", async () => {
    const path = await file("large.jpg", await halves(2000, 1000).jpeg().toBuffer());
    const photo = await readPhoto(path, 500_000);
    expect(photo).toMatchObject({ width: 2000, height: 1000, pixels: { width: 1000, height: 500 } });
    const [red = 0, , blue = 255] = await pictureOf(photo).crop([800, 100, 150, 150], 1, 1);
    expect(red).toBeGreaterThan(200);
    expect(blue).toBeLessThan(60);
  });

  it("is given out as a JPEG no larger than asked for, and never enlarged", async () => {
    const path = await file("still.png", await halves(800, 400).png().toBuffer());
    const picture = pictureOf(await readPhoto(path));
    const sizes = await Promise.all(
      [200, 5000].map(async (side) => {
        const { width, height, format } = await sharp(await picture.still(side)).metadata();
        return [width, height, format];
      }),
    );
    expect(sizes).toEqual([
      [200, 100, "jpeg"],
      [800, 400, "jpeg"],
    ]);
  });
});

/** A PNG whose header (IHDR, at byte 12, with its checksum) says that it is `side` × `side`. */
function withSize(png: Buffer, side: number): Buffer {
  png.writeUInt32BE(side, 16);
  png.writeUInt32BE(side, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

describe("what is no photo is refused in one line that names it", () => {
  const cases: [string, () => Promise<string>, RegExp][] = [
    ["a missing file", async () => join(folder, "none.jpg"), /there is no such file/],
    ["a folder", async () => folder, /it is a folder/],
    ["an empty file", () => file("empty.jpg", Buffer.alloc(0)), /it is empty \(0 bytes\)/],
    ["a text", () => file("text.jpg", Buffer.from("no picture at all")), /not a photo that can be read/],
    [
      "a drawing",
      () => file("drawing.svg", Buffer.from('<svg width="9" height="9"/>')),
      /svg is not a photo/,
    ],
    [
      "a JPEG that was cut off",
      async () => {
        const whole = await sharp({
          create: {
            width: 900,
            height: 900,
            channels: 3,
            background: "#345",
            noise: { type: "gaussian", mean: 128, sigma: 40 },
          },
        })
          .jpeg()
          .toBuffer();
        return file("cut.jpg", whole.subarray(0, whole.length / 2));
      },
      /damaged or cut off/,
    ],
    [
      "a picture of 20,000 × 20,000 pixels",
      async () => file("huge.png", withSize(await halves(2, 2).png().toBuffer(), 20_000)),
      /20000 × 20000 pixels are too many/,
    ],
  ];
  it.each(cases)("%s", async (_, make, message) => {
    const path = await make();
    const error: unknown = await readPhoto(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "BrimError", code: "INPUT" });
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain(path);
    expect(String(error)).not.toContain("\n");
  });
});
