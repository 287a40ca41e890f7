import { describe, expect, test } from "vitest";
import { openSession } from "../../src/vision/session.ts";
import { openBuilt, sourceFiles, waves, whySkipped } from "./built.ts";
import { largestDifference } from "./tfjs.ts";

const skipped = whySkipped();

/** The network as it is shipped, on planes of (value − middle) / range. */
async function shipped(name: string, image: Uint8Array, size: number[], middle: number, range: number) {
  const [bytes = new Uint8Array(0)] = sourceFiles(name);
  const [channels = 1, height = 1, width = 1] = size;
  const data = Float32Array.from({ length: image.length }, (_, i) => {
    const [channel, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
    return ((image[pixel * channels + channel] ?? 0) - middle) / range;
  });
  const session = await openSession(bytes, { threads: 1 });
  const outputs = await session.run({ input: { data, shape: [1, ...size] } });
  await session.dispose();
  return outputs;
}

function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

describe.skipIf(skipped)(`the face networks${skipped ? ` (${skipped})` : ""}`, () => {
  test("the detector takes bytes and gives what the shipped network gives", async () => {
    const image = waves(320, 240);
    const session = await openBuilt("face-detect");
    const { scores, boxes } = await session.run({ image: { data: image, shape: [1, 240, 320, 3] } });
    await session.dispose();
    const truth = await shipped("face-detect", image, [3, 240, 320], 127, 128);
    expect(largestDifference(scores?.data ?? [], truth.scores?.data ?? [])).toBeLessThan(1e-4);
    expect(largestDifference(boxes?.data ?? [], truth.boxes?.data ?? [])).toBeLessThan(1e-4);
  });

  test("so does the finder of landmarks", async () => {
    const image = waves(64, 64, 1);
    const session = await openBuilt("face-landmark");
    const { points } = await session.run({ image: { data: image, shape: [1, 64, 64, 1] } });
    await session.dispose();
    const truth = await shipped("face-landmark", image, [1, 64, 64], 0, 256);
    expect(largestDifference(points?.data ?? [], truth.output?.data ?? [])).toBeLessThan(1e-4);
  });

  describe("the embedder", () => {
    const aligned = waves(112, 112);
    const embed = async (data: Uint8Array, width: number, height: number, theta: number[]) => {
      const session = await openBuilt("face-embed");
      const { embedding } = await session.run({
        image: { data, shape: [1, height, width, 3] },
        theta: { data: Float32Array.from(theta), shape: [1, 2, 3] },
      });
      await session.dispose();
      return Array.from(embedding?.data ?? [], Number);
    };
    const truth = async () => {
      const { output } = await shipped("face-embed", aligned, [3, 112, 112], 127, 128);
      return unit(Array.from(output?.data ?? [], Number));
    };

    test("of an aligned face gives the shipped network's vector, at length 1", async () => {
      const embedding = await embed(aligned, 112, 112, [1, 0, 0, 0, 1, 0]);
      expect(largestDifference(embedding, await truth())).toBeLessThan(1e-4);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    });

    test("finds the face in a larger picture by the affine map, pixel on pixel", async () => {
      const [width, height, left, top] = [200, 160, 40, 12];
      const picture = new Uint8Array(width * height * 3);
      for (let y = 0; y < 112; y++) {
        picture.set(aligned.subarray(y * 336, (y + 1) * 336), ((top + y) * width + left) * 3);
      }
      // Coordinates go from −1 to 1 over each picture's outer edges.
      const theta = [
        ...[112 / width, 0, (2 * (left + 56)) / width - 1],
        ...[0, 112 / height, (2 * (top + 56)) / height - 1],
      ];
      expect(largestDifference(await embed(picture, width, height, theta), await truth())).toBeLessThan(1e-3);
    });
  });
});
