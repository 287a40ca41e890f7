import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { type SmallPicture, smallSide } from "../../src/devices/ports.ts";
import { judge, lookOf, SeeingWatch } from "../../src/vision/seeing.ts";

const height = 234;
const top = (smallSide - height) / 2;

/** A room of boards and stripes, changed by libvips, in a letterbox. */
async function room(change: (picture: Sharp) => Sharp): Promise<SmallPicture> {
  const stripes = Array.from({ length: 26 }, (_, i) => {
    const grey = (i * 83) % 200;
    return `<rect x="${i * 16}" y="${(i * 37) % 90}" width="11" height="${60 + ((i * 53) % 80)}" fill="rgb(${grey},${grey},${(grey * 2) % 255})"/>`;
  });
  const svg = `<svg width="${smallSide}" height="${height}"><rect width="100%" height="100%" fill="#a98"/>${stripes.join("")}</svg>`;
  const drawn = await sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
  const changed = await change(sharp(drawn)).png().toBuffer();
  const data = await sharp(changed)
    .extend({ top, bottom: smallSide - height - top, background: "black" })
    .raw()
    .toBuffer();
  return { data, left: 0, top, width: smallSide, height };
}

async function seeing(change: (picture: Sharp) => Sharp) {
  return judge(lookOf(await room(change)));
}

describe("how well the eyes see", () => {
  it("is good in a lit room, and in a dim one", async () => {
    expect(await seeing((picture) => picture)).toBe("good");
    expect(await seeing((picture) => picture.linear(0.3, 0))).toBe("good");
  });

  it("is dark at night", async () => {
    expect(await seeing((picture) => picture.linear(0.05, 0))).toBe("dark");
  });

  it("is blurred when the lens is smeared", async () => {
    expect(await seeing((picture) => picture.blur(8))).toBe("blurred");
  });

  it("is covered when a hand is before the lens", async () => {
    expect(await seeing((picture) => picture.blur(60).linear(0.1, 50))).toBe("covered");
  });

  it("is good before a white wall", async () => {
    expect(await seeing((picture) => picture.linear(0.02, 200))).toBe("good");
  });
});

describe("a change of it", () => {
  it("counts from the first frame on", () => {
    expect(new SeeingWatch().take("dark")).toBe("dark");
  });

  it("is no news after one smeared frame, but after three", () => {
    const watch = new SeeingWatch();
    watch.take("good");
    expect(["blurred", "good", "blurred", "blurred"].map((state) => watch.take(state as "good"))).toEqual(
      times("good", 4),
    );
    expect(watch.take("blurred")).toBe("blurred");
  });
});

function times<T>(value: T, n: number): T[] {
  return Array.from({ length: n }, () => value);
}
