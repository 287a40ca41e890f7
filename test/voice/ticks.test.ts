import { expect, test } from "vitest";
import { buzzerSounds } from "../../src/guard/sounds.ts";
import { earcon, earconNames } from "../../src/voice/earcons.ts";
import { findTick } from "../../src/voice/ticks.ts";
import { seconds, strength } from "./sound.ts";

const kinds = ["seen", "looking"] as const;
const samplesOf = (sound: Buffer) =>
  Array.from({ length: sound.length / 2 }, (_, i) => sound.readInt16LE(i * 2));

test("the ticks of finding are short enough for eight a second, begin and end without a click, and are not cut", () => {
  for (const kind of kinds) {
    const samples = samplesOf(findTick(kind));
    expect(seconds(findTick(kind))).toBeLessThan(0.05);
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(100);
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(300);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(0.6 * 32_767);
    expect(Math.max(...samples.map(Math.abs))).toBeGreaterThan(0.1 * 32_767);
  }
});

test("they differ from each other by more than an octave, and from the buzzer's resonance", () => {
  const at = (kind: (typeof kinds)[number], hz: number) => strength(findTick(kind), hz);
  expect(at("seen", 1_200)).toBeGreaterThan(4 * at("seen", 260));
  expect(at("looking", 260)).toBeGreaterThan(4 * at("looking", 1_200));
  for (const kind of kinds) {
    const own = kind === "seen" ? 1_200 : 260;
    expect(at(kind, own)).toBeGreaterThan(4 * at(kind, 2_300));
  }
});

test("they are no earcons and no beeps: shorter than any of these, but for the tick of the button", () => {
  for (const kind of kinds) {
    for (const name of earconNames) expect(seconds(findTick(kind))).toBeLessThan(seconds(earcon(name)));
  }
  const beeps = buzzerSounds.filter(({ name }) => name !== "tick" && name !== "paused");
  for (const { ms } of beeps) expect(seconds(findTick("seen")) * 1_000).toBeLessThan(ms);
});
