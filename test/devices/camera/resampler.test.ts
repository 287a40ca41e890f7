import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filterOf } from "../../../src/devices/camera/filter.ts";
import { type PlanePart, Resampler } from "../../../src/devices/camera/resampler.ts";

/** Numbers from 0 to 255 that are the same every time. */
function noise(bytes: Uint8Array, seed: number): void {
  let state = seed;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
}

/** A part of a plane, stretched in the plainest way: number by number, in floats. */
function stretched(
  data: Uint8Array,
  part: PlanePart,
  kernel: "lanczos3" | "linear",
  width: number,
  height: number,
) {
  const across = filterOf(kernel, { count: part.width, length: part.width, target: width }, 1, 1);
  const down = filterOf(kernel, { count: part.height, length: part.height, target: height }, 1, 1);
  return (x: number, y: number) => {
    let sum = 0;
    for (let m = 0; m < down.taps; m++) {
      const row = part.offset + ((down.firsts[y] ?? 0) + m) * part.stride;
      let inRow = 0;
      for (let n = 0; n < across.taps; n++) {
        inRow += (across.weights[x * across.taps + n] ?? 0) * (data[row + (across.firsts[x] ?? 0) + n] ?? 0);
      }
      sum += ((down.weights[y * down.taps + m] ?? 0) * inRow) / (1 << 28);
    }
    return sum;
  };
}

/** ITU-T T.871, section 7. */
function rgbOf(y: number, cb: number, cr: number): number[] {
  const [blue, red] = [cb - 128, cr - 128];
  return [y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue].map((value) =>
    Math.min(255, Math.max(0, value)),
  );
}

const pictures = fc.record({
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 60 }),
  padding: fc.integer({ min: 0, max: 20 }),
  targetWidth: fc.integer({ min: 1, max: 90 }),
  targetHeight: fc.integer({ min: 1, max: 60 }),
  inPlace: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

describe("a picture in planes", () => {
  test("is scaled and coloured as by plain arithmetic, whatever its size", () => {
    const resampler = new Resampler(1, 3 * 110 * 60);
    fc.assert(
      fc.property(pictures, ({ width, height, padding, targetWidth, targetHeight, inPlace, seed }) => {
        // Less than a third is told of below.
        fc.pre(width < 3 * targetWidth || height < 3 * targetHeight);
        const stride = width + padding;
        const data = inPlace ? (resampler.places[0] as Buffer) : Buffer.alloc(3 * stride * height);
        noise(data, seed);
        const parts = [0, 1, 2].map((n) => ({ offset: n * stride * height, stride, width, height }));
        const rgb = resampler.rgb(data, parts, targetWidth, targetHeight);
        const [y, cb, cr] = parts.map((part, n) =>
          stretched(data, part, n === 0 ? "lanczos3" : "linear", targetWidth, targetHeight),
        );
        if (!y || !cb || !cr) throw new Error("three planes");
        for (let row = 0; row < targetHeight; row++) {
          for (let x = 0; x < targetWidth; x++) {
            const wanted = rgbOf(y(x, row), cb(x, row), cr(x, row));
            for (const [n, value] of wanted.entries()) {
              const found = rgb[(row * targetWidth + x) * 3 + n] ?? -99;
              if (Math.abs(found - value) > 2) expect([x, row, n, found]).toEqual([x, row, n, value]);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test("that becomes much smaller has the means of its parts", () => {
    const resampler = new Resampler(1, 3 * 900 * 700);
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 900 }),
        fc.integer({ min: 300, max: 700 }),
        fc.integer({ min: 5, max: 40 }),
        fc.integer({ min: 5, max: 30 }),
        (width, height, targetWidth, targetHeight) => {
          const data = resampler.places[0] as Buffer;
          // Brighter to the right and to the bottom.
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++)
              data[y * width + x] = Math.round((160 * x) / width + (80 * y) / height);
          }
          data.fill(128, width * height);
          const size = { stride: width, width, height };
          const parts = [0, width * height, width * height].map((offset) => ({ offset, ...size }));
          const rgb = resampler.rgb(data, parts, targetWidth, targetHeight);
          for (let y = 1; y < targetHeight - 1; y++) {
            for (let x = 1; x < targetWidth - 1; x++) {
              const wanted = (160 * (x + 0.5)) / targetWidth + (80 * (y + 0.5)) / targetHeight;
              expect(Math.abs((rgb[(y * targetWidth + x) * 3] ?? -99) - wanted)).toBeLessThan(4);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("for which there is no room is refused", () => {
    const resampler = new Resampler(1, 100);
    const part = { offset: 0, stride: 10, width: 10, height: 10 };
    expect(() => resampler.rgb(Buffer.alloc(300), [part, part, part], 5000, 5000)).toThrow("room");
  });
});
