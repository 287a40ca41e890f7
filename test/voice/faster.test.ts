import { expect, test } from "vitest";
import { faster } from "../../src/voice/synthesis/faster.ts";
import { seconds, sine, strength } from "./sound.ts";

async function sped(sound: Buffer, speed: number, chunk: number): Promise<Buffer> {
  async function* cut() {
    for (let at = 0; at < sound.length; at += chunk) yield sound.subarray(at, at + chunk);
  }
  const chunks: Buffer[] = [];
  for await (const part of faster(cut(), speed)) chunks.push(part);
  return Buffer.concat(chunks);
}

test.each([1.1, 1.33, 2])("speech is %f times as fast at the same pitch and strength", async (speed) => {
  const voice = sine(150, 2, 0.5);
  const sound = await sped(voice, speed, 4_096);
  expect(seconds(sound)).toBeGreaterThan(1.97 / speed);
  expect(seconds(sound)).toBeLessThan(2.06 / speed);
  expect(strength(sound, 150)).toBeGreaterThan(0.45);
  expect(strength(sound, 150 * speed)).toBeLessThan(0.1);
});

test("however it is cut, no sample is out of place: a steady tone has no jump in it", async () => {
  for (const chunk of [200, 882, 100_000]) {
    const sound = await sped(sine(150, 0.5, 0.5), 1.33, chunk);
    let largest = 0;
    for (let at = 2; at < sound.length; at += 2) {
      largest = Math.max(largest, Math.abs(sound.readInt16LE(at) - sound.readInt16LE(at - 2)));
    }
    // Of the tone itself: 16,384 · 2π · 150 / 22,050 = 700.
    expect(largest).toBeLessThan(1_400);
  }
});

test("what need not be faster is left as it is", async () => {
  const sound = sine(150, 0.1);
  expect(await sped(sound, 1, 882)).toEqual(sound);
});
