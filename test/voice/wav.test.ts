import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRate, wavFile } from "../../src/devices/speaker/sound.ts";
import { asLoudAs, loudness, withoutSilence } from "../../src/voice/loudness.ts";
import { readWav, wavSamples } from "../../src/voice/wav.ts";
import { seconds, silence, sine, strength, wavOf } from "./sound.ts";

describe("a recording", () => {
  test.each([8_000, 16_000, 22_050, 44_100, 48_000])(
    "of %i samples a second keeps its pitch and length",
    (rate) => {
      const sound = readWav(wavOf(sine(1_000, 0.5, 0.5, rate), rate), 10);
      expect(seconds(sound)).toBeCloseTo(0.5, 2);
      expect(strength(sound, 1_000)).toBeCloseTo(0.5, 1);
      expect(strength(sound, 700)).toBeLessThan(0.02);
    },
  );

  test("of a high rate brings nothing down from above what can be heard here", () => {
    const sound = readWav(wavOf(sine(15_000, 0.5, 0.5, 48_000), 48_000), 10);
    expect(loudness(sound)).toBeLessThan(0.01);
  });

  test("of two channels becomes one", () => {
    const sound = readWav(wavOf(sine(440, 0.2), sampleRate, 2), 10);
    expect(seconds(sound)).toBeCloseTo(0.2, 2);
    expect(strength(sound, 440)).toBeCloseTo(0.5, 1);
  });

  test("that is too long is cut off", () => {
    expect(seconds(readWav(wavOf(silence(3), sampleRate), 2))).toBeCloseTo(2, 2);
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["a text", Buffer.from("hello, this is no sound at all, but a text that is long enough")],
    ["a file that is cut off in its header", wavFile(silence(1)).subarray(0, 30)],
    ["a file without sound", wavFile(silence(1)).subarray(0, 36)],
  ])("that is %s is refused in one line", (_what, file) => {
    expect(() => readWav(file, 10)).toThrow(/^not a WAV file of 16-bit sound: /);
  });

  test("that is damaged anywhere is read or refused, and nothing worse", () => {
    const file = wavFile(sine(440, 0.01));
    fc.assert(
      fc.property(fc.nat(43), fc.nat(255), fc.nat(file.length), (at, byte, length) => {
        const damaged = Buffer.from(file.subarray(0, length));
        if (at < length) damaged[at] = byte;
        try {
          expect(seconds(readWav(damaged, 10))).toBeLessThan(0.2);
        } catch (error) {
          expect(String(error)).toMatch(/not a WAV file/);
        }
      }),
    );
  });
});

test("a WAV file holds its samples, however it is cut", async () => {
  const sound = Buffer.from([1, 2, 3, 4, 5, 6]);
  const file = wavFile(sound);
  for (let size = 1; size <= file.length; size++) {
    async function* cut() {
      for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of wavSamples(cut())) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(sound);
  }
});

describe("how loud it is", () => {
  test("pauses make a voice no less loud", () => {
    const voice = sine(200, 1);
    expect(loudness(Buffer.concat([voice, silence(3)]))).toBeCloseTo(loudness(voice), 2);
  });

  test("a faint recording is brought up, a loud one down, and neither is cut at its peaks", () => {
    for (const peak of [0.05, 0.3, 0.99]) {
      const matched = asLoudAs(0.2, sine(200, 0.5, peak));
      expect(loudness(matched)).toBeCloseTo(0.2, 2);
    }
    const loudest = asLoudAs(0.9, sine(200, 0.5, 0.9));
    for (let at = 0; at < loudest.length; at += 2)
      expect(Math.abs(loudest.readInt16LE(at))).toBeLessThan(32_767);
  });

  test("near silence is not made into a roar", () => {
    expect(loudness(asLoudAs(0.2, sine(200, 0.5, 0.001)))).toBeLessThan(0.01);
    expect(loudness(asLoudAs(0.2, silence(1)))).toBe(0);
  });

  test("the silence before and after a name is left out", () => {
    const name = Buffer.concat([silence(0.7), sine(300, 0.4), silence(0.2), sine(300, 0.2), silence(1)]);
    expect(seconds(withoutSilence(name))).toBeCloseTo(0.86, 1);
    expect(withoutSilence(silence(1))).toHaveLength(0);
  });
});
