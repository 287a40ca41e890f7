import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { bytesPerSecond } from "../../src/devices/speaker/sound.ts";
import { EspeakWasm } from "../../src/voice/synthesis/espeak-wasm.ts";
import { FrameReader, frame } from "../../src/voice/synthesis/frames.ts";
import { espeakVoice, plainText } from "../../src/voice/synthesis/text.ts";
import { createSynthesiser, wasmFile } from "../../src/voice/synthesiser.ts";
import { quickest, timeOf } from "../quickest.ts";

// The child is a program of its own, so it is run as built.
const program = fileURLToPath(new URL("../../dist/voice/synthesis/espeak-wasm-child.js", import.meta.url));
const deps = { clock: systemClock, log: noLog, env: process.env };
const never = new AbortController().signal;

async function soundOf(sound: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of sound) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Root mean square of 16-bit samples, 0 to 1. */
function loudness(sound: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < sound.length; at += 2) sum += (sound.readInt16LE(at) / 32_768) ** 2;
  return Math.sqrt(sum / (sound.length / 2));
}

const seconds = (sound: Buffer) => sound.length / bytesPerSecond;

describe.skipIf(wasmFile() === null)("eSpeak's WebAssembly build", () => {
  let synthesiser: EspeakWasm | null = null;

  async function start() {
    expect(existsSync(program), "run npm run build first").toBe(true);
    synthesiser = new EspeakWasm(deps, program);
    await synthesiser.start(never);
    return synthesiser;
  }

  afterEach(async () => {
    await synthesiser?.stop();
  });

  const manner = { wordsPerMinute: 220, language: "en" };

  test("a sentence is speech of a plausible length", async () => {
    const espeak = await start();
    const sound = await soundOf(espeak.synthesise("Three people, 12 o'clock, near.", manner, never));
    expect(seconds(sound)).toBeGreaterThan(1);
    expect(seconds(sound)).toBeLessThan(3);
    expect(loudness(sound)).toBeGreaterThan(0.02);
  });

  test("the first syllable comes within 250 ms", async () => {
    const espeak = await start();
    const first = async () => {
      for await (const chunk of espeak.synthesise("Person, 1 o'clock, near.", manner, never)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    };
    expect(await quickest(250, () => timeOf(first))).toBeLessThan(250);
  });

  test("who listens fast hears more words a minute", async () => {
    const espeak = await start();
    const text = "The quick brown fox jumps over the lazy dog near the old tree by the river";
    const slow = await soundOf(espeak.synthesise(text, { ...manner, wordsPerMinute: 120 }, never));
    const fast = await soundOf(espeak.synthesise(text, { ...manner, wordsPerMinute: 400 }, never));
    expect(seconds(slow) / seconds(fast)).toBeGreaterThan(2.5);
    const fastest = await soundOf(espeak.synthesise(text, { ...manner, wordsPerMinute: 600 }, never));
    expect(seconds(fast) / seconds(fastest)).toBeGreaterThan(1.35);
  });

  test("a sentence that is broken off makes way for the next at once", async () => {
    const espeak = await start();
    const next = async () => {
      const abort = new AbortController();
      const long = espeak.synthesise("so many words, and still more ".repeat(100), manner, abort.signal);
      for await (const _chunk of long) abort.abort();
      const asked = performance.now();
      const sound = await soundOf(espeak.synthesise("Off.", manner, never));
      expect(seconds(sound)).toBeLessThan(1.5);
      return performance.now() - asked;
    };
    expect(await quickest(300, next)).toBeLessThan(300);
  });

  test("a child that is killed fails its sentence, and the next ones are spoken by a new one", async () => {
    const espeak = await start();
    const sentence = soundOf(espeak.synthesise("many words ".repeat(300), manner, never));
    process.kill(espeak.pid ?? 0, "SIGKILL");
    await expect(sentence).rejects.toThrow(/synthesiser ended: SIGKILL/);
    await expect(soundOf(espeak.synthesise("Now.", manner, never))).rejects.toThrow(/started anew/);
    await systemClock.sleep(1_500);
    expect(seconds(await soundOf(espeak.synthesise("Again.", manner, never)))).toBeGreaterThan(0.2);
  });

  test("mark-up is no mark-up, and nothing is silence", async () => {
    const espeak = await start();
    const sound = await soundOf(espeak.synthesise('<break time="9s"/> Sign & "exit".', manner, never));
    expect(seconds(sound)).toBeLessThan(6);
    expect(await soundOf(espeak.synthesise("<>", manner, never))).toHaveLength(0);
  });
});

describe("which synthesiser", () => {
  test("an unknown name lists the known ones", async () => {
    await expect(createSynthesiser("espeak", deps)).rejects.toThrow(
      'speech.synthesiser = "espeak": expected auto, espeak-ng, espeak-ng-wasm, none, piper',
    );
  });

  test("the program's absence is told when, and only when, it is asked for", async () => {
    const bare = { ...deps, env: { PATH: "/nowhere" } };
    const espeak = await createSynthesiser("espeak-ng", bare);
    await expect(espeak.start(never)).rejects.toThrow(/espeak-ng is not installed: apt install espeak-ng/);
    expect((await createSynthesiser("auto", bare)).name).not.toBe("espeak-ng");
  });

  test("none takes as long as the words would", async () => {
    const none = await createSynthesiser("none", deps);
    const sound = await soundOf(
      none.synthesise("one two three four", { wordsPerMinute: 240, language: "en" }, never),
    );
    expect(seconds(sound)).toBeCloseTo(1, 2);
    expect(loudness(sound)).toBe(0);
  });
});

test("frames that are cut anywhere come out whole", () => {
  const stream = Buffer.concat([
    frame(0, new Uint8Array(0)),
    frame(7, Buffer.from("abcd")),
    frame(7, new Uint8Array(0)),
  ]);
  for (let size = 1; size < stream.length; size++) {
    const frames: [number, string][] = [];
    const reader = new FrameReader((id, sound) => frames.push([id, sound.toString()]));
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
    expect(frames).toEqual([
      [0, ""],
      [7, "abcd"],
      [7, ""],
    ]);
  }
  expect(() => new FrameReader(() => {}).push(Buffer.alloc(8, 0xff))).toThrow(/a frame of/);
});

test("texts are one line without mark-up", () => {
  expect(plainText(" Salt & pepper\n<b>now</b>\u0000 ")).toBe("Salt and pepper b now /b");
  expect(espeakVoice("en-GB")).toBe("en-gb");
  expect(espeakVoice("--help")).toBe("en");
});
