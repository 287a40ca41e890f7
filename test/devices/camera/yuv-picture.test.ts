import { describe, expect, test } from "vitest";
import { FrameBuffers } from "../../../src/devices/camera/frame-buffers.ts";
import { YuvPicture, yuv420 } from "../../../src/devices/camera/yuv-picture.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** What a camera gives: Y, Cb and Cr by the forward formula of ITU-T T.871. */
function toYuv([r, g, b]: Colour): [number, number, number] {
  return [
    0.299 * r + 0.587 * g + 0.114 * b,
    128 - 0.168736 * r - 0.331264 * g + 0.5 * b,
    128 + 0.5 * r - 0.418688 * g - 0.081312 * b,
  ];
}

/** A picture whose pixels (two by two) have the colours that `colourAt` says; padding is full of noise. */
function picture(width: number, height: number, align: number, colourAt: (x: number, y: number) => Colour) {
  const layout = yuv420(width, height, align);
  const buffers = new FrameBuffers(layout.bytes);
  const data = buffers.take().fill(0xa5);
  for (const [n, plane] of layout.planes.entries()) {
    const step = n === 0 ? 1 : 2;
    for (let y = 0; y < plane.height; y++) {
      for (let x = 0; x < plane.width; x++) {
        const colour = toYuv(colourAt(x * step, y * step));
        data[plane.offset + y * plane.stride + x] = Math.min(255, Math.round(colour[n] ?? 0));
      }
    }
  }
  return new YuvPicture(layout, buffers.give(data), 0);
}

const colours: Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
  [200, 120, 40],
];

/** Stripes of all colours, 40 pixels wide. */
const striped = (x: number): Colour => colours[Math.floor(x / 40) % colours.length] ?? [0, 0, 0];

function at(data: Uint8Array, width: number, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function expectColour(found: number[], wanted: Colour): void {
  for (const [n, value] of wanted.entries()) {
    expect(Math.abs((found[n] ?? -99) - value), `${found} is ${wanted}`).toBeLessThanOrEqual(4);
  }
}

describe("a frame in YUV420", () => {
  test.each([
    ["rows without padding", 240, 120, 1],
    ["rows padded to 64 bytes", 240, 120, 64],
  ])("has its own colours, with %s", async (_, width, height, align) => {
    const frame = picture(width, height, align, striped);
    const cut = await frame.crop([0, 0, width, height], width, height);
    for (const [n, colour] of colours.entries()) expectColour(at(cut, width, n * 40 + 20, 60), colour);
  });

  test("is shrunk into the middle of a black square for the detector", async () => {
    const frame = picture(1536, 864, 64, () => [200, 120, 40]);
    const small = await frame.small();
    expect(small).toMatchObject({ left: 0, top: 91, width: 416, height: 234 });
    expect(small.data.length).toBe(416 * 416 * 3);
    expectColour(at(small.data, 416, 200, 90), [0, 0, 0]);
    expectColour(at(small.data, 416, 200, 91 + 117), [200, 120, 40]);
    expectColour(at(small.data, 416, 200, 325), [0, 0, 0]);
  });

  test("gives the part of it that is in a box, stretched", async () => {
    const frame = picture(240, 120, 1, striped);
    const cut = await frame.crop([81, 11, 38, 21], 112, 96);
    expect(cut.length).toBe(112 * 96 * 3);
    expectColour(at(cut, 112, 56, 48), [0, 0, 255]);
  });

  test("is given as a JPEG, never enlarged", async () => {
    const { default: sharp } = await import("sharp");
    const frame = picture(240, 120, 1, () => [200, 120, 40]);
    const { data, info } = await sharp(await frame.still(4608))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([240, 120]);
    expectColour(at(data, 240, 120, 60), [200, 120, 40]);
    const { width, height } = await sharp(await frame.still(120)).metadata();
    expect([width, height]).toEqual([120, 60]);
  });

  test("looks the same when it is kept, after its memory was used for others", async () => {
    const frame = picture(240, 120, 64, striped);
    const before = Buffer.from(await frame.crop([3, 5, 200, 100], 64, 48));
    const kept = frame.keep();
    picture(240, 120, 64, () => [0, 0, 0]);
    expect(Buffer.from(await kept.crop([3, 5, 200, 100], 64, 48)).equals(before)).toBe(true);
  });

  test("of an odd size has a last column and row, too", async () => {
    const frame = picture(41, 31, 1, () => [200, 120, 40]);
    expectColour(at(await frame.crop([40, 30, 1, 1], 4, 4), 4, 2, 2), [200, 120, 40]);
  });
});

describe("the memory of frames", () => {
  test("is used in turn, and never while somebody may read it", () => {
    const buffers = new FrameBuffers(10);
    const seen = new Set<Buffer>();
    let given: Buffer[] = [];
    for (let n = 0; n < 20; n++) {
      const data = buffers.take();
      expect(given).not.toContain(data);
      seen.add(data);
      if (n % 3 === 0) buffers.putBack(data);
      else {
        buffers.give(data);
        given = [...given, data].slice(-2);
      }
    }
    expect(seen.size).toBeLessThanOrEqual(4);
  });

  test("of a frame that is too old is not read, but that of one that was kept is", () => {
    const buffers = new FrameBuffers(3);
    const first = buffers.give(buffers.take().fill(1));
    const kept = first.copy();
    for (let n = 2; n < 6; n++) buffers.give(buffers.take().fill(n));
    expect(() => first.bytes).toThrow("keep it");
    expect([...kept.bytes]).toEqual([1, 1, 1]);
  });

  test("holds their small pictures, too: frame after frame takes no new memory, and none shows another's", async () => {
    const layout = yuv420(64, 48);
    const buffers = new FrameBuffers(layout.bytes);
    const frameOf = (grey: number) =>
      new YuvPicture(
        layout,
        buffers.give(
          buffers
            .take()
            .fill(128)
            .fill(grey, 0, 64 * 48),
        ),
        0,
      );
    const first = frameOf(10);
    await first.small();
    const kept = first.keep();
    const memory = new Set<ArrayBufferLike>();
    for (let n = 0; n < 12; n++) {
      const [one, other] = [frameOf(20 + n), frameOf(120 + n)];
      const smalls = [await one.small(), await other.small()];
      for (const [i, { data }] of smalls.entries()) {
        expectColour(at(data, 416, 200, 200), Array(3).fill((i === 0 ? 20 : 120) + n) as unknown as Colour);
        memory.add(data.buffer);
      }
    }
    expect(memory.size).toBeLessThanOrEqual(4);
    await expect(first.small()).rejects.toThrow("keep it");
    expectColour(at((await kept.small()).data, 416, 200, 200), [10, 10, 10]);
  });
});
