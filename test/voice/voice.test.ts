import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { loudness } from "../../src/voice/loudness.ts";
import { Voice } from "../../src/voice/voice.ts";
import { seconds, silence, sine, wavOf } from "./sound.ts";

/** A voice without a synthesiser: its words are silence as long as they would take. */
async function quietVoice() {
  const clock = new SimulatedClock();
  const options = { clock, log: noLog, env: {}, wordsPerMinute: 120, language: "en" };
  const voice = new Voice({ ...options, synthesiser: "none", player: "silent" });
  await voice.start(never);
  return { clock, voice };
}

async function soundOf(sound: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of sound) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const never = new AbortController().signal;

test("without a synthesiser and a sound card, sentences begin and take their time", async () => {
  const clock = new SimulatedClock();
  const voice = new Voice({
    clock,
    log: noLog,
    env: {},
    synthesiser: "none",
    player: "silent",
    wordsPerMinute: 120,
    language: "en",
  });
  await voice.start(never);
  expect(voice.drivers).toEqual({ synthesiser: "none", player: "silent" });
  let begun = -1;
  let ended = -1;
  void voice
    .speak(["one two three four"], never, () => {
      begun = clock.now();
    })
    .then(() => {
      ended = clock.now();
    });
  await clock.advanceSettling(5_000);
  expect(begun).toBeGreaterThanOrEqual(0);
  expect(begun).toBeLessThan(50);
  expect(ended).toBeGreaterThanOrEqual(2_000);
  expect(ended).toBeLessThan(2_400);
  await voice.stop();
});

test("a voice that is asked for by a wrong name does not start", async () => {
  const options = { clock: new SimulatedClock(), log: noLog, env: {}, wordsPerMinute: 220, language: "en" };
  await expect(new Voice({ ...options, synthesiser: "nne", player: "silent" }).start(never)).rejects.toThrow(
    /did you mean none\?/,
  );
  await expect(new Voice({ ...options, synthesiser: "none", player: "loud" }).start(never)).rejects.toThrow(
    /speech.player/,
  );
});

test("a recorded name is heard between the words, without the silence around it and as loud as a voice", async () => {
  const { voice } = await quietVoice();
  const faint = Buffer.concat([silence(0.5, 16_000), sine(300, 0.4, 0.05, 16_000), silence(0.5, 16_000)]);
  const clip = { clip: wavOf(faint, 16_000), text: "Ana" };
  const sound = await soundOf(voice.sound(["Saved,", clip, "now"], never));
  // A word of 120 a minute takes half a second.
  const [before, name, after] = [0, 0.5, seconds(sound) - 0.5].map((at) =>
    sound.subarray(Math.round(at * 22_050) * 2, Math.round((at + 0.4) * 22_050) * 2),
  );
  expect(seconds(sound)).toBeCloseTo(1.46, 1);
  expect(loudness(before ?? sound)).toBe(0);
  expect(loudness(name ?? sound)).toBeCloseTo(0.15, 2);
  expect(loudness(after ?? sound)).toBe(0);
  await voice.stop();
});

test("a recorded name that cannot be played is said in words, or left out where there are none", async () => {
  const { voice } = await quietVoice();
  const broken = Buffer.from("no sound");
  expect(seconds(await soundOf(voice.sound([{ clip: broken, text: "Ana" }], never)))).toBeCloseTo(0.5, 2);
  expect(seconds(await soundOf(voice.sound([{ clip: broken }, "near"], never)))).toBeCloseTo(0.5, 2);
  await voice.stop();
});

test("a short sound takes its own time, and a recording waits until it was heard", async () => {
  const { clock, voice } = await quietVoice();
  const order: string[] = [];
  void voice.earcon("speak").then(() => order.push(`tone ${clock.now()}`));
  void voice.release().then(() => order.push(`free ${clock.now()}`));
  await clock.advanceSettling(1_000);
  expect(order.map((what) => what.split(" ")[0])).toEqual(["tone", "free"]);
  expect(Number(order[1]?.split(" ")[1])).toBeGreaterThanOrEqual(200);
  await voice.stop();
});

test("the volume makes everything softer, never louder, and safety never too soft for the street", async () => {
  const { voice } = await quietVoice();
  // The recording is as loud as the voice, and has its peaks at full scale.
  const clip = { clip: wavOf(sine(300, 0.4, 1, 16_000), 16_000), text: "Ana" };
  const levelAt = async (volume: number, urgent = false) => {
    voice.volume = volume;
    return loudness(await soundOf(voice.sound([clip], never, urgent)));
  };
  const full = await levelAt(1);
  expect((await levelAt(0.4)) / full).toBeCloseTo(0.4, 2);
  expect((await levelAt(0.1)) / full).toBeCloseTo(0.1, 2);
  expect((await levelAt(0.1, true)) / full).toBeCloseTo(0.4, 2);
  expect(await levelAt(7)).toBe(full);
  expect((await levelAt(0)) / full).toBeCloseTo(0.1, 2);
  expect(await levelAt(Number.NaN)).toBe(full);
  await voice.stop();
});

test("the volume holds for short sounds too", async () => {
  const file = join(tmpdir(), `brim-volume-${process.pid}.wav`);
  const heard = async (volume: number) => {
    const clock = new SimulatedClock();
    const options = { clock, log: noLog, env: {}, wordsPerMinute: 120, language: "en" };
    const voice = new Voice({ ...options, synthesiser: "none", player: "file", file });
    await voice.start(never);
    voice.volume = volume;
    void voice.earcon("speak");
    await clock.advanceSettling(600);
    await voice.stop();
    return loudness(readFileSync(file).subarray(44));
  };
  try {
    expect((await heard(0.25)) / (await heard(1))).toBeCloseTo(0.25, 2);
  } finally {
    rmSync(file);
  }
});
