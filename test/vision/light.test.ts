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

  it("has neither contrast nor sharpness in an even picture, nor in one of a pixel", () => {
    expect(lightOf(new Uint8Array(8 * 8 * 3).fill(90), 8, 8)).toEqual({
      brightness: expect.closeTo(90),
      contrast: expect.closeTo(0),
      sharpness: expect.closeTo(0),
    });
    expect(lightOf(Uint8Array.of(10, 20, 30), 1, 1)).toMatchObject({ contrast: 0, sharpness: 0 });
  });
});
