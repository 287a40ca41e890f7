import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spokenName } from "../../../src/devices/microphone/voice.ts";
import { microphoneRate as rate } from "../../../src/devices/ports.ts";
import { NameListener } from "../../../src/voice/recording/name-listener.ts";
import { joined, noise, over, type Sound, samples, silence, tone } from "./sounds.ts";

/** A made-up voice says something like a name; peak 0.3. */
const voice = (number: number): Sound => Float64Array.from(spokenName(number, rate), (x) => x / 32_767);
const room = (ms: number, seed = 1) => noise(ms, 0.0005, seed);

/** What is heard of a sound, and after how many ms the listener has ended. */
function listen(sound: Sound): { name: Int16Array | null; endedAt: number | null } {
  const listener = new NameListener();
  const heard = samples(sound);
  for (let at = 0; at < heard.length; at += 320) {
    if (listener.push(heard.subarray(at, at + 320))) {
      return { name: listener.name(), endedAt: ((at + 320) / rate) * 1_000 };
    }
  }
  return { name: listener.name(), endedAt: null };
}

const ms = (name: Int16Array | null) => ((name?.length ?? 0) / rate) * 1_000;
/** Milliseconds of the made-up name, without the pause after its last syllable. */
const voiceMs = (number: number) => (voice(number).length / rate) * 1_000 - 40;

describe("a spoken name", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])("is heard whole, whoever says it (voice %i)", (number) => {
    const { name, endedAt } = listen(over(room(6_000), voice(number), 1_000));
    expect(ms(name)).toBeGreaterThan(voiceMs(number) - 30);
    expect(ms(name)).toBeLessThan(voiceMs(number) + 400);
    expect(endedAt).toBeLessThan(1_000 + voiceMs(number) + 1_300);
  });

  test("is heard, softly or loudly spoken", () => {
    for (const gain of [0.15, 0.4, 1, 3]) {
      expect(ms(listen(over(room(6_000), voice(2), 800, gain)).name)).toBeGreaterThan(voiceMs(2) - 60);
    }
  });

  test("is heard in a breeze and beside a humming fridge", () => {
    for (const number of [1, 4, 6]) {
      const breeze = noise(6_000, 0.01, number, 200);
      expect(listen(over(breeze, voice(number), 1_000)).name).not.toBeNull();
      const hum = tone(6_000, 50, 0.02);
      expect(ms(listen(over(hum, voice(number), 1_000)).name)).toBeGreaterThan(voiceMs(number) - 60);
    }
  });

  test("is heard when it is short and hoarse: as much breath as voice", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const vowel = voice(0).subarray(0, 0.2 * rate);
      const power = Math.sqrt(vowel.reduce((sum, x) => sum + x * x, 0) / vowel.length);
      const hoarse = over(vowel, noise(200, power, seed), 0);
      expect(ms(listen(over(room(6_000), hoarse, 1_000)).name)).toBeGreaterThan(150);
    }
  });

  test("of two words is not cut between them", () => {
    const two = joined(voice(0), silence(350), voice(1));
    const { name } = listen(over(room(8_000), two, 500));
    expect(ms(name)).toBeGreaterThan((two.length / rate) * 1_000 - 80);
  });

  test("begins and ends without a click", () => {
    const { name } = listen(over(room(6_000), voice(3), 1_000));
    expect(Math.abs(name?.[0] ?? 1)).toBe(0);
    expect(Math.abs(name?.at(-1) ?? 1)).toBe(0);
  });

  test("that does not end is ended", () => {
    const chatter = joined(...Array.from({ length: 12 }, (_, i) => voice(i)));
    const { name, endedAt } = listen(chatter);
    expect(endedAt).toBeLessThanOrEqual(4_500);
    expect(ms(name)).toBeLessThanOrEqual(4_500);
  });
});

describe("no name", () => {
  test("is heard in silence, which is waited for no longer than one thinks", () => {
    expect(listen(silence(8_000))).toEqual({ name: null, endedAt: 3_500 });
    expect(listen(room(8_000))).toEqual({ name: null, endedAt: 3_500 });
  });

  test.each([
    ["a hum of the mains", tone(5_000, 50, 0.3)],
    ["a storm", noise(5_000, 0.3, 3, 100, 2)],
    ["a hiss", noise(5_000, 0.2, 4)],
  ])("is heard in %s", (_what, sound) => {
    expect(listen(sound).name).toBeNull();
  });

  test("is heard in noise of any colour and loudness", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(0, 100, 200, 400, 800, 2_000),
        fc.constantFrom(1, 2),
        fc.double({ min: 0.0005, max: 0.4, noNaN: true }),
        (seed, hz, order, rms) => listen(noise(3_600, rms, seed, hz, order)).name === null,
      ),
      { numRuns: 25, seed: 5 },
    );
  });

  test("is heard in knocks and clicks", () => {
    let sound = room(4_000);
    for (let at = 300; at < 3_600; at += 450) sound = over(sound, noise(12, 0.5, at), at);
    expect(listen(sound).name).toBeNull();
  });
});
