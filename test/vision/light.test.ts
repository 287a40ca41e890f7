import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { lightOf } from "../../src/vision/light.ts";

/** A picture of stripes, smeared by `blur` pixels. */
async function stripes(blur: number): Promise<Buffer> {
  const bars = Array.from(
    { length: 14 },
    (_, i) => `<rect x="${i * 8}" width="4" height="112" fill="#ccc"/>`,
  );
  const svg = `<svg width="112" height="112"><rect width="112" height="112" fill="#333"/>${bars.join("")}</svg>`;
  const picture = sharp(Buffer.from(svg)).removeAlpha();
  return (blur > 0 ? picture.blur(blur) : picture).raw().toBuffer();
}

/** The light of a picture, counted pixel by pixel. */
function counted(rgb: Uint8Array, width: number, height: number, stride: number) {
  const channel = (x: number, y: number, c: number) => rgb[y * stride + 3 * x + c] ?? 0;
  const luma = (x: number, y: number) =>
    0.2126 * channel(x, y, 0) + 0.7152 * channel(x, y, 1) + 0.0722 * channel(x, y, 2);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = (values: number[]) =>
    values.length === 0
      ? 0
      : Math.sqrt(Math.max(0, mean(values.map((value) => value ** 2)) - mean(values) ** 2));
  const channels: [number[], number[], number[]] = [[], [], []];
  const edges: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      channels.forEach((values, c) => {
        values.push(channel(x, y, c));
      });
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      edges.push(luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1) - 4 * luma(x, y));
    }
  }
  return {
    brightness: mean(channels.map(mean)),
    contrast: mean(channels.map(deviation)),
    sharpness: deviation(edges) / 9,
  };
}

describe("the light in a picture", () => {
  it.each([0, 0.8, 1.6])("is as libvips measures it, smeared by %f pixels", async (blur) => {
    const rgb = await stripes(blur);
    const { channels, sharpness } = await sharp(rgb, {
      raw: { width: 112, height: 112, channels: 3 },
    }).stats();
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
    const light = lightOf(rgb, 112, 112);
    expect(light.brightness).toBeCloseTo(mean(channels.map((channel) => channel.mean)), 2);
    expect(light.contrast).toBeCloseTo(mean(channels.map((channel) => channel.stdev)), 1);
    expect(light.sharpness / sharpness).toBeGreaterThan(0.85);
    expect(light.sharpness / sharpness).toBeLessThan(1.15);
  });

  it("is that of its pixels, whatever its size and however far its rows are apart", () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, fc.nat(9), fc.infiniteStream(fc.nat(255)), (width, height, gap, bytes) => {
        const stride = 3 * width + gap;
        const rgb = Uint8Array.from({ length: stride * height }, () => Number(bytes.next().value));
        const light = lightOf(rgb, width, height, stride);
        const wanted = counted(rgb, width, height, stride);
        expect(light.brightness).toBeCloseTo(wanted.brightness, 6);
        expect(light.contrast).toBeCloseTo(wanted.contrast, 6);
        // The luma is rounded to a thirty-second.
        expect(light.sharpness).toBeCloseTo(wanted.sharpness, 1);
      }),
    );
  });

  it("has neither contrast nor sharpness in an even picture, nor in one of a pixel", () => {
    expect(lightOf(new Uint8Array(8 * 8 * 3).fill(90), 8, 8)).toEqual({
      brightness: expect.closeTo(90),
      contrast: expect.closeTo(0),
      sharpness: expect.closeTo(0),
    });
    expect(lightOf(Uint8Array.of(10, 20, 30), 1, 1)).toMatchObject({ contrast: 0, sharpness: 0 });
  });
});
