import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { Piper } from "../../src/voice/synthesis/piper.ts";
import { createSynthesiser, type Manner, type Synthesiser } from "../../src/voice/synthesiser.ts";
import { folder, program, until } from "../devices/speaker/programs.ts";

const never = new AbortController().signal;
const manner: Manner = { wordsPerMinute: 180, language: "en" };

/** Says everything at once, in a voice of Qs. */
const quick: Synthesiser = {
  name: "quick",
  start: async () => {},
  stop: async () => {},
  async *synthesise(text) {
    yield Buffer.from("Q".repeat(text.length));
  },
};

/**
 * A program piper whose sound of a line is a third of a second of Ps a word, so that its own pace is 180 words a minute.
 * @param mark whether it tells on stderr that a line is done
 */
async function setUp({ mark = true, delay = "0", rate = 22_050 } = {}) {
  const path = folder();
  const voice = join(path, "voice.onnx");
  writeFileSync(`${voice}.json`, JSON.stringify({ audio: { sample_rate: rate } }));
  const bytes = Math.round(rate / 3) * 2;
  program(
    path,
    "piper",
    `PATH=/usr/bin:/bin; echo "$$ $*" >> ${path}/log
while read -r line; do
  sleep ${delay}
  echo "$line" >> ${path}/lines
  set -- $line
  head -c $((${bytes} * $#)) /dev/zero | tr '\\0' P
  ${mark ? 'echo "[piper] [info] Real-time factor: 0.1 (infer=0.1 sec, audio=1 sec)" >&2' : ""}
done`,
  );
  const piper = new Piper({ clock: systemClock, log: noLog, env: { PATH: path } }, voice, quick);
  onTestFinished(() => piper.stop());
  await piper.start(never);
  const read = (file: string) =>
    existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8").trim().split("\n") : [];
  return { path, piper, voice, started: () => read("log"), lines: () => read("lines") };
}

async function heard(synthesiser: Synthesiser, text: string, how = manner, signal = never): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of synthesiser.synthesise(text, how, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const word = 7_350 * 2;

test.each([true, false])(
  "one child says sentence after sentence, each whole (end told: %s)",
  async (mark) => {
    const { piper, started } = await setUp({ mark });
    await until(() => piper.ready);
    for (const text of ["one", "one two three", "one two"]) {
      const sound = await heard(piper, text);
      expect(sound.toString().replaceAll("P", "")).toBe("");
      expect(sound.length).toBe(word * text.split(" ").length);
    }
    expect(started()).toHaveLength(1);
  },
);

test("until its voice is loaded, and for safety, another speaks at once", async () => {
  const { piper } = await setUp({ delay: "0.5" });
  expect((await heard(piper, "Off")).toString()).toBe("QQQ");
  await until(() => piper.ready);
  expect((await heard(piper, "Off", { ...manner, urgent: true })).toString()).toBe("QQQ");
  expect((await heard(piper, "Off")).toString().slice(0, 3)).toBe("PPP");
});

test("while it is still busy with what was broken off, another speaks, and nothing of that is heard later", async () => {
  const { piper } = await setUp({ delay: "0.4" });
  await until(() => piper.ready);
  const abort = new AbortController();
  const broken = heard(piper, "a b c d e", manner, abort.signal);
  abort.abort();
  expect(await broken).toHaveLength(0);
  expect((await heard(piper, "Off")).toString()).toBe("QQQ");
  await until(() => piper.ready);
  expect((await heard(piper, "one")).length).toBe(word);
});

test("a child that dies is started anew, and another speaks meanwhile", async () => {
  const { piper, started } = await setUp();
  await until(() => piper.ready);
  process.kill(piper.pid ?? 0, "SIGKILL");
  await until(() => piper.pid === undefined);
  expect((await heard(piper, "Off")).toString()).toBe("QQQ");
  await until(() => piper.ready);
  expect((await heard(piper, "one")).length).toBe(word);
  expect(started()).toHaveLength(2);
});

test("another pace is another child, told how much faster than the voice's own it is", async () => {
  const { piper, started } = await setUp();
  await until(() => piper.ready);
  expect((await heard(piper, "Off", { ...manner, wordsPerMinute: 360 })).toString()).toBe("QQQ");
  await until(() => piper.ready);
  expect(started()[1]).toContain("--length_scale 0.500");
  expect((await heard(piper, "one", { ...manner, wordsPerMinute: 370 })).length).toBe(word);
  expect(started()).toHaveLength(2);
});

test("a voice of another rate is heard at its pitch and length", async () => {
  const { piper } = await setUp({ rate: 16_000 });
  await until(() => piper.ready);
  expect((await heard(piper, "one two")).length / 44_100).toBeCloseTo(2 / 3, 2);
});

test("a sentence is one line for it, whatever is in it", async () => {
  const { piper, lines } = await setUp();
  await until(() => piper.ready);
  await heard(piper, 'Sign: "Mind\nthe gap! Now"?');
  expect(lines().at(-1)).toBe('Sign, "Mind the gap, Now"?');
});

test("it is only taken where there is a voice, and a voice that cannot be read is told", async () => {
  const deps = { clock: systemClock, log: noLog, env: { PATH: folder() } };
  await expect(createSynthesiser("piper", deps)).rejects.toThrow(/speech.piper_voice/);
  const { voice, path } = await setUp();
  const env = { PATH: path };
  expect((await createSynthesiser("auto", { ...deps, env })).name).not.toBe("piper");
  expect((await createSynthesiser("auto", { ...deps, env, piperVoice: voice })).name).toBe("piper");
  const broken = await createSynthesiser("piper", { ...deps, env, piperVoice: "/nowhere/v.onnx" });
  await expect(broken.start(never)).rejects.toThrow(/cannot read \/nowhere\/v.onnx.json/);
});
