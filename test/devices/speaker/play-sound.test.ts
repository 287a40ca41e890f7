import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { PlaySoundSpeaker } from "../../../src/devices/speaker/play-sound.ts";
import { bytesPerSecond } from "../../../src/devices/speaker/sound.ts";
import { folder, program, until } from "./programs.ts";

const never = new AbortController().signal;

async function* soundFor(seconds: number, value = 1): AsyncIterable<Buffer> {
  yield Buffer.alloc(seconds * bytesPerSecond, value);
}

/** A player of files made of shell commands, `$1` being the file; what it does with it is in `lines`. */
async function setUp(commands: string) {
  const path = folder();
  mkdirSync(join(path, "tmp"));
  vi.stubEnv("TMPDIR", join(path, "tmp"));
  onTestFinished(() => void vi.unstubAllEnvs());
  const file = program(path, "player", `cd ${path}; ${commands}`);
  const speaker = new PlaySoundSpeaker(systemClock, { name: "player", program: file, args: [] });
  const told: [boolean, string][] = [];
  speaker.onSound = (working, why) => told.push([working, why]);
  await speaker.start(never);
  onTestFinished(() => speaker.stop());
  const lines = () =>
    existsSync(join(path, "log")) ? readFileSync(join(path, "log"), "utf8").trim().split("\n") : [];
  /** The files that lie in its folders. */
  const files = () =>
    readdirSync(join(path, "tmp")).flatMap((inner) => readdirSync(join(path, "tmp", inner)));
  return { path, speaker, told, lines, files };
}

describe("a player that takes files", () => {
  test("gets a WAV file a sound, readable for its owner alone, which is gone afterwards", async () => {
    const { path, speaker, lines, files, told } = await setUp(
      'stat -c "%a %s" "$1" >> log; head -c 4 "$1" >> log; echo >> log',
    );
    let begun = 0;
    await speaker.play(soundFor(0.1), never, () => void begun++);
    await speaker.overlay(Buffer.alloc(1_000));
    expect(lines()).toEqual(["600 4454", "RIFF", "600 1044", "RIFF"]);
    expect(begun).toBe(1);
    expect(files()).toEqual([]);
    expect(told).toEqual([]);
    await speaker.stop();
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
  });

  test("plays one sound after the other, for a device may take no second", async () => {
    const { speaker, lines } = await setUp("echo in >> log; sleep 0.1; echo out >> log");
    await Promise.all([
      speaker.overlay(Buffer.alloc(100)),
      speaker.play(soundFor(0.1), never, () => {}),
      speaker.overlay(Buffer.alloc(100)),
      speaker.release(),
    ]);
    expect(lines()).toEqual(["in", "out", "in", "out", "in", "out"]);
  });

  test("is ended by a hush before the next is begun", async () => {
    const { speaker, lines, files, told } = await setUp("echo $$ >> log; exec sleep 30");
    const abort = new AbortController();
    const first = speaker.play(soundFor(30), abort.signal, () => {});
    await until(() => lines().length === 1);
    const asked = systemClock.now();
    abort.abort();
    await first;
    expect(systemClock.now() - asked).toBeLessThan(150);
    expect(existsSync(`/proc/${lines()[0]}`)).toBe(false);
    expect(files()).toEqual([]);
    expect(told).toEqual([]);
  });

  test("that fails is told once, takes the sound's time all the same, and is told when it works again", async () => {
    const { path, speaker, told } = await setUp("[ -e works ] || exit 3");
    const asked = systemClock.now();
    for (let n = 0; n < 2; n++) await speaker.play(soundFor(0.2), never, () => {});
    expect(systemClock.now() - asked).toBeGreaterThan(390);
    expect(told).toEqual([[false, "the player player failed: exit status 3"]]);
    mkdirSync(join(path, "works"));
    await speaker.play(soundFor(0.1), never, () => {});
    expect(told[1]).toEqual([true, "the player player works again"]);
  });

  test("that is killed by somebody is not taken for one that has finished", async () => {
    const { speaker, told } = await setUp("kill -9 $$");
    await speaker.play(soundFor(0.1), never, () => {});
    expect(told).toEqual([[false, "the player player failed: SIGKILL"]]);
  });

  test("that is missing does not end the hat", async () => {
    const speaker = new PlaySoundSpeaker(systemClock, {
      name: "afplay",
      program: "/nowhere/afplay",
      args: [],
    });
    const told: string[] = [];
    speaker.onSound = (_working, why) => told.push(why);
    await speaker.start(never);
    await speaker.play(soundFor(0.1), never, () => {});
    expect(told).toEqual(["the player afplay failed: spawn /nowhere/afplay ENOENT"]);
    await speaker.stop();
  });

  test("that hangs is ended after its time", async () => {
    const { speaker, told } = await setUp("exec sleep 30");
    await speaker.play(soundFor(0.1), never, () => {});
    expect(told).toEqual([[false, "the player player failed: it hung"]]);
  });

  test("what somebody who was killed has left behind is removed", async () => {
    const { path, speaker } = await setUp("exit 0");
    const left = join(path, "tmp", "brim-sound-999999999-abc");
    mkdirSync(left);
    await new PlaySoundSpeaker(systemClock, { name: "p", program: "/nowhere/p", args: [] }).start(never);
    expect(existsSync(left)).toBe(false);
    await speaker.stop();
  });
});
