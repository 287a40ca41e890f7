import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { characterError } from "../../src/models/evaluate-text.ts";
import { openSession } from "../../src/vision/session.ts";
import { openBuilt, sourceFiles, waves, whySkipped } from "./built.ts";
import { largestDifference } from "./tfjs.ts";

const skipped = whySkipped();

/** The network as it is shipped, on BGR planes of value × factor + shift. */
async function shipped(
  name: string,
  image: Uint8Array,
  height: number,
  width: number,
  scale: [number, number][],
) {
  const [bytes = new Uint8Array(0)] = sourceFiles(name);
  const area = height * width;
  const data = Float32Array.from({ length: image.length }, (_, i) => {
    const channel = Math.floor(i / area);
    const [factor, shift] = scale[channel] ?? [1, 0];
    return (image[(i % area) * 3 + 2 - channel] ?? 0) * factor + shift;
  });
  const session = await openSession(bytes, { threads: 1 });
  const outputs = await session.run({ x: { data, shape: [1, 3, height, width] } });
  await session.dispose();
  return Object.values(outputs)[0];
}

describe.skipIf(skipped)(`the networks of text${skipped ? ` (${skipped})` : ""}`, () => {
  test("the detector takes bytes and gives what the shipped network gives, as bytes", async () => {
    // H, E, L and T drawn with strokes, for which no font is needed.
    const strokes =
      "M40 40v40m0-20h24m0-20v40 M80 40h24m-24 0v40h24m-24-20h20 M120 40v40h24 M156 40h28m-14 0v40";
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="224" height="128"><rect width="224" height="128" fill="#fe9"/>
      <path d="${strokes}" stroke="#228" stroke-width="6" fill="none"/></svg>`;
    const image = new Uint8Array(await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer());
    const session = await openBuilt("text-detect");
    const { text } = await session.run({ image: { data: image, shape: [1, 128, 224, 3] } });
    await session.dispose();
    const imageNet: [number, number][] = [
      [1 / (255 * 0.229), -0.485 / 0.229],
      [1 / (255 * 0.224), -0.456 / 0.224],
      [1 / (255 * 0.225), -0.406 / 0.225],
    ];
    const truth = await shipped("text-detect", image, 128, 224, imageNet);
    const bytes = Array.from(truth?.data as Float32Array, (share) => share * 255);
    // Cut off, not rounded.
    expect(largestDifference(text?.data ?? [], bytes)).toBeLessThan(1.01);
    expect(Math.max(...bytes)).toBeGreaterThan(200);
  });

  test("the reader gives the shipped network's probabilities of what is kept, and names it", async () => {
    const image = waves(160, 48);
    const session = await openBuilt("text-read");
    const { classes, alphabet } = await session.run({ image: { data: image, shape: [1, 48, 160, 3] } });
    await session.dispose();
    const letters = new TextDecoder()
      .decode(alphabet?.data as Uint8Array)
      .split("\n")
      .slice(0, -1);
    const count = letters.length + 2;
    expect(classes?.shape).toEqual([1, 20, count]);
    for (const letter of "AZaz09.,:;!?%&@$é") expect(letters).toContain(letter);
    expect(letters.join("")).not.toMatch(/\p{Script=Han}|\n/u);
    const half: [number, number] = [1 / 127.5, -1];
    const truth = await shipped("text-read", image, 48, 160, [half, half, half]);
    const all = truth?.data as Float32Array;
    const [keys = new Uint8Array(0)] = sourceFiles("text-read").slice(1);
    const place = new TextDecoder().decode(keys).split("\n").indexOf("e") + 1;
    const total = truth?.shape[2] ?? 0;
    for (let step = 0; step < 20; step++) {
      const at = (index: number) => (classes?.data[step * count + index] as number) ?? 0;
      expect(at(0)).toBeCloseTo(all[step * total] ?? 0, 4);
      expect(at(count - 1)).toBeCloseTo(all[(step + 1) * total - 1] ?? 0, 4);
      expect(at(letters.indexOf("e") + 1)).toBeCloseTo(all[step * total + place] ?? 0, 4);
    }
  });
});

test("what is wrong with a reading is counted in characters, missing spaces too", () => {
  expect(characterError("Mind the gap", "Mind the gap")).toBe(0);
  expect(characterError("Mind the gap", "Mindthe gap")).toBeCloseTo(1 / 12);
  expect(characterError("Mind the gap", "Mint the  gap.")).toBeCloseTo(3 / 12);
  expect(characterError("abc", "")).toBe(1);
  expect(characterError("", "abc")).toBe(3);
});
