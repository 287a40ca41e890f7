import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { bytesPerSecond } from "../../src/devices/speaker/sound.ts";
import { CachingSynthesiser } from "../../src/voice/synthesis/cache.ts";
import { Espeak } from "../../src/voice/synthesis/espeak.ts";
import type { Manner, Synthesiser } from "../../src/voice/synthesiser.ts";
import { folder, program, until } from "../devices/speaker/programs.ts";

const never = new AbortController().signal;
const manner: Manner = { wordsPerMinute: 220, language: "en" };

/** Says `text` and returns its sound as text. */
async function heard(espeak: Synthesiser, text: string, how = manner, signal = never): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of espeak.synthesise(text, how, signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A program espeak-ng whose sound is the text itself, or what other shell commands make of it. */
async function setUp(commands = "cat") {
  const path = folder();
  // The header of a WAV file, as 44 letters, and then the text.
  program(path, "espeak-ng", `cd ${path}; echo "$$ $*" >> log; printf '%044d' 0; ${commands}`);
  const espeak = new Espeak({ clock: systemClock, log: noLog, env: { PATH: path } });
  onTestFinished(() => espeak.stop());
  await espeak.start();
  const started = () =>
    existsSync(join(path, "log")) ? readFileSync(join(path, "log"), "utf8").trim().split("\n") : [];
  return { espeak, started };
}

const alive = (line: string | undefined) => existsSync(`/proc/${line?.split(" ")[0]}`);

test("one process waits for the next sentence, so that none waits for its start", async () => {
  const { espeak, started } = await setUp();
  expect(await heard(espeak, "One. ")).toBe("One.");
  await until(() => started().length === 2);
  const waiting = espeak.pid;
  expect(alive(started()[1])).toBe(true);
  expect(await heard(espeak, "Four")).toBe("Four");
  expect(started()[1]).toMatch(new RegExp(`^${waiting} `));
  await espeak.stop();
  expect(started().some(alive)).toBe(false);
});

test("who changes the speed hears it at the next sentence", async () => {
  const { espeak, started } = await setUp();
  await heard(espeak, "One.");
  await heard(espeak, "Four", { ...manner, wordsPerMinute: 400 });
  await until(() => started().filter((line) => line.includes("-s 400")).length === 2);
  expect(started().filter(alive)).toHaveLength(1);
});

test("a sentence that is broken off ends its process", async () => {
  const { espeak, started } = await setUp("exec sleep 60");
  const abort = new AbortController();
  const sentence = heard(espeak, "One.", manner, abort.signal);
  await until(() => started().length === 1);
  abort.abort();
  expect(await sentence).toBe("");
  await until(() => !alive(started()[0]));
});

test("a program that fails is told with its own words", async () => {
  const { espeak } = await setUp("echo no such voice >&2; exit 1");
  await expect(heard(espeak, "One.")).rejects.toThrow("espeak-ng ended: no such voice");
});

test("a waiting process that was killed is not missed", async () => {
  const { espeak, started } = await setUp();
  await heard(espeak, "One.");
  await until(() => started().length === 2);
  process.kill(espeak.pid ?? 0, "SIGKILL");
  await systemClock.sleep(100);
  expect(await heard(espeak, "Four")).toBe("Four");
});

/** A synthesiser that counts, and makes so many seconds of sound a word. */
function counting(secondsAWord: number) {
  const made: string[] = [];
  const synthesiser: Synthesiser = {
    name: "counting",
    start: async () => {},
    stop: async () => {},
    async *synthesise(text) {
      made.push(text);
      for (const _word of text.split(" ")) yield Buffer.alloc(secondsAWord * bytesPerSecond);
    },
  };
  return { made, cache: new CachingSynthesiser(synthesiser) };
}

test("what was said lately is not made again, but in another manner it is", async () => {
  const { made, cache } = counting(0.5);
  expect((await heard(cache, "Saved now")).length).toBe(bytesPerSecond);
  expect((await heard(cache, "Saved now")).length).toBe(bytesPerSecond);
  await heard(cache, "Saved now", { ...manner, wordsPerMinute: 300 });
  await heard(cache, "Saved now", { ...manner, language: "es" });
  expect(made).toHaveLength(3);
});

test("what was broken off is made anew", async () => {
  const { made, cache } = counting(0.5);
  const abort = new AbortController();
  for await (const _chunk of cache.synthesise("one two three", manner, abort.signal)) abort.abort();
  for await (const _chunk of cache.synthesise("one two three", manner, never)) break;
  expect((await heard(cache, "one two three")).length).toBe(1.5 * bytesPerSecond);
  expect(made).toHaveLength(3);
});

test("two thousand sentences, long ones too, take no more than 1.4 MB", async () => {
  const { cache } = counting(0.5);
  let most = 0;
  for (let n = 0; n < 2_000; n++) {
    await heard(cache, `Fact ${n}${" and".repeat(n % 12)}`);
    most = Math.max(most, cache.bytes);
  }
  expect(most).toBeGreaterThan(1_000_000);
  expect(most).toBeLessThanOrEqual(1_400_000);
  await cache.stop();
  expect(cache.bytes).toBe(0);
});
