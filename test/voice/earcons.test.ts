import { describe, expect, test } from "vitest";
import { type EarconName, earcon, earconMs, earconNames } from "../../src/voice/earcons.ts";
import { loudness } from "../../src/voice/loudness.ts";
import { seconds, strength } from "./sound.ts";

/** Strength of 24 pitches from 200 to 2500 Hz, three eighths of a tone apart or so, in each 25 ms of a sound. */
function picture(sound: Buffer): number[][] {
  const frame = Math.round(0.025 * 22_050) * 2;
  const frames: number[][] = [];
  for (let at = 0; at < 10 * frame; at += frame) {
    const part = sound.subarray(at, at + frame);
    const pitches = Array.from({ length: 24 }, (_, n) => 200 * 12.5 ** (n / 23));
    frames.push(pitches.map((hz) => (part.length < 400 ? 0 : strength(part, hz))));
  }
  return frames;
}

/** How alike two pictures are, 0 to 1, at the shift in time where they are most alike. */
function likeness(a: number[][], b: number[][]): number {
  const dot = (x: number[][], y: number[][], shift: number) =>
    x.reduce((sum, frame, at) => sum + frame.reduce((s, v, n) => s + v * (y[at + shift]?.[n] ?? 0), 0), 0);
  const size = Math.sqrt(dot(a, a, 0) * dot(b, b, 0));
  return Math.max(...[-3, -2, -1, 0, 1, 2, 3].map((shift) => dot(a, b, shift))) / size;
}

describe("the short sounds", () => {
  test("are eight at most, each under a quarter of a second", () => {
    expect(earconNames.length).toBeLessThanOrEqual(8);
    for (const name of earconNames) {
      expect(seconds(earcon(name)), name).toBeLessThan(0.25);
      expect(seconds(earcon(name)) * 1_000).toBeCloseTo(earconMs(name), -0.5);
    }
  });

  test("begin and end without a click, and none is cut at its peaks", () => {
    for (const name of earconNames) {
      const sound = earcon(name);
      const samples = Array.from({ length: sound.length / 2 }, (_, i) => sound.readInt16LE(i * 2));
      expect(Math.abs(samples[0] ?? 1), name).toBeLessThan(100);
      expect(Math.abs(samples.at(-1) ?? 1), name).toBeLessThan(300);
      expect(Math.max(...samples.map(Math.abs))).toBeLessThan(0.5 * 32_767);
    }
  });

  test("are about equally loud", () => {
    const levels = earconNames.map((name) => loudness(earcon(name)));
    expect(Math.max(...levels) / Math.min(...levels)).toBeLessThan(2.5);
  });

  test("are told apart: no two have the same pitches at the same times, even when one is late", () => {
    const pictures = new Map(
      earconNames.map((name): [EarconName, number[][]] => [name, picture(earcon(name))]),
    );
    for (const [a, one] of pictures) {
      for (const [b, other] of pictures) {
        if (a !== b) expect(likeness(one, other), `${a} and ${b}`).toBeLessThan(0.75);
      }
    }
    expect(likeness(picture(earcon("saved")), picture(earcon("saved")))).toBeCloseTo(1, 5);
  });
});
