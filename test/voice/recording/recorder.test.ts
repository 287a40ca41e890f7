import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { noLog } from "../../../src/base/log.ts";
import { microphoneRate } from "../../../src/devices/ports.ts";
import { SpeechQueue } from "../../../src/voice/queue.ts";
import { Recorder } from "../../../src/voice/recording/recorder.ts";
import { folder, program } from "../../devices/speaker/programs.ts";

let clock: SimulatedClock;
let troubles: string[];
let speech: SpeechQueue;
let released: number;
let recorder: Recorder;

beforeEach(() => {
  clock = new SimulatedClock();
  troubles = [];
  released = 0;
  const voice = {
    speak: async (_sentence: unknown, signal: AbortSignal, onBegin: () => void) => {
      onBegin();
      await clock.sleep(1_000, signal).catch(() => {});
    },
    release: async () => {
      released++;
    },
  };
  speech = new SpeechQueue(clock, voice, noLog);
});
afterEach(() => recorder.stop());

async function recorderOf(driver: string, env: NodeJS.ProcessEnv = {}, device?: string): Promise<Recorder> {
  recorder = new Recorder({
    clock,
    log: noLog,
    env,
    speech,
    microphone: { driver, device },
    onTrouble: (why) => troubles.push(why),
  });
  await recorder.start(new AbortController().signal);
  return recorder;
}

const pass = (ms: number) => clock.advanceSettling(ms, 20);

describe("the recorder of names", () => {
  test("gives the name that was spoken after the tone, and lets go of the microphone", async () => {
    const take = (await recorderOf("simulated")).open();
    await pass(300);
    take.begin();
    let name: Buffer | null = null;
    void take.heard.then((heard) => {
      name = heard;
    });
    await pass(4_000);
    const wav = name as Buffer | null;
    expect(wav?.toString("latin1", 0, 4)).toBe("RIFF");
    expect(wav?.readUInt32LE(24)).toBe(microphoneRate);
    expect((wav?.length ?? 0) / 2 / microphoneRate).toBeGreaterThan(0.25);
    expect(released).toBe(1);
    expect(speech.silent).toBe(true);
  });

  test("hears another voice for another person", async () => {
    await recorderOf("simulated");
    const names: (string | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      const take = recorder.open();
      take.begin();
      await pass(4_000);
      names.push((await take.heard)?.toString("base64"));
    }
    expect(names[0]).not.toBe(names[1]);
    expect(names.every((name) => (name?.length ?? 0) > 1_000)).toBe(true);
  });

  test("takes what was said so far when the wearer presses", async () => {
    const take = (await recorderOf("simulated")).open();
    take.begin();
    await pass(1_600);
    take.end();
    expect((await take.heard)?.length).toBeGreaterThan(2_000);
  });

  test("gives nothing of what was heard before the tone was over", async () => {
    const take = (await recorderOf("simulated")).open();
    await pass(3_000);
    take.begin();
    await pass(4_000);
    expect(await take.heard).toBeNull();
  });

  test("gives way to safety: no name then, and speech at once", async () => {
    const take = (await recorderOf("simulated")).open();
    take.begin();
    await pass(1_500);
    let said = false;
    speech.say({
      text: "Collision warning off.",
      priority: "safety",
      action: "interrupt",
      ttl: 1_000,
      onBegin: () => {
        said = true;
      },
    });
    await pass(100);
    expect(said).toBe(true);
    expect(await take.heard).toBeNull();
  });

  test("keeps everything else from speaking into the name", async () => {
    const take = (await recorderOf("simulated")).open();
    take.begin();
    await pass(100);
    let said = false;
    speech.say({
      text: "Chair.",
      priority: "ambient",
      action: "enqueue",
      ttl: 10_000,
      onBegin: () => {
        said = true;
      },
    });
    await pass(1_400);
    expect(said).toBe(false);
    await pass(3_000);
    expect(said).toBe(true);
    expect(await take.heard).not.toBeNull();
  });

  test("thrown away, gives nothing", async () => {
    const take = (await recorderOf("simulated")).open();
    take.begin();
    await pass(1_800);
    take.cancel();
    expect(await take.heard).toBeNull();
    await pass(100);
    expect(speech.silent).toBe(true);
  });

  test("is not available without a microphone", async () => {
    expect((await recorderOf("none")).available).toBe(false);
    expect((await recorderOf("auto", { PATH: folder() })).available).toBe(false);
  });

  test("tells in one line that the microphone cannot be opened, and gives no name", async () => {
    const path = folder();
    program(
      path,
      "arecord",
      'echo "arecord: main:831: audio open error: Device or resource busy" >&2; exit 1',
    );
    const before = process.env.PATH;
    // The package runs the program by its name.
    process.env.PATH = `${path}:${before}`;
    try {
      const take = (await recorderOf("auto", { PATH: path }, "plughw:7")).open();
      expect(recorder.available).toBe(true);
      take.begin();
      expect(await take.heard).toBeNull();
      expect(troubles).toEqual([
        "the microphone cannot be recorded with arecord: arecord: main:831: audio open error: Device or resource busy",
      ]);
    } finally {
      process.env.PATH = before;
    }
  });

  test("knows its drivers by name", async () => {
    await expect(recorderOf("simulatd")).rejects.toThrow(/did you mean simulated/);
  });
});

describe("the recorder of questions", () => {
  test("keeps what is said while the button is held, and no longer than 20 s", async () => {
    const question = (await recorderOf("simulated")).question();
    question.begin();
    await pass(2_000);
    question.end();
    const sound = await question.heard;
    expect((sound?.length ?? 0) / 2 / microphoneRate).toBeCloseTo(2, 0);
    const long = recorder.question();
    long.begin();
    await pass(25_000);
    expect(((await long.heard)?.length ?? 0) / 2 / microphoneRate).toBeCloseTo(20, 0);
  });

  test("takes a slip of the finger for no question", async () => {
    const question = (await recorderOf("simulated")).question();
    question.begin();
    await pass(200);
    question.end();
    expect(await question.heard).toBeNull();
  });
});
