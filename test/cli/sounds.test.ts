import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { command, hatSounds, soundTable } from "../../src/cli/sounds.ts";
import { phrases } from "../../src/guard/pattern.ts";
import { buzzerSounds, rhythm } from "../../src/guard/sounds.ts";
import { folder } from "../devices/speaker/programs.ts";
import { runCommand } from "./run.ts";

const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");

const sounds = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand(command, args, { BRIM_SPEECH_SYNTHESISER: "none", ...env });

describe("the sounds of the hat", () => {
  test("are listed silently, one a line", async () => {
    const { status, out } = await sounds(["--json"]);
    expect(status).toBe(0);
    const listed = out.map((line) => JSON.parse(line));
    for (const sound of listed) {
      expect(Object.keys(sound)).toEqual(["name", "kind", "ms", "meaning"]);
      expect(sound.meaning.length).toBeGreaterThan(3);
      expect(sound.ms).toBeGreaterThan(0);
    }
    expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length);
    for (const name of Object.keys(phrases)) {
      expect(listed).toContainEqual(expect.objectContaining({ name, kind: "buzzer" }));
    }
  });

  test("stand in the README as they are", () => {
    expect(readme).toContain(soundTable("buzzer"));
    expect(readme).toContain(soundTable("earcon"));
  });

  test("can be kept in a file, with those that were asked for", async () => {
    const file = resolve(folder(), "sounds.wav");
    const { status, out } = await sounds(["saved", "tick", "--out", file]);
    expect(status).toBe(0);
    expect(out).toHaveLength(2);
    expect(readFileSync(file).length).toBeGreaterThan(44_100 * 0.8);
  });

  test("can be played without a sound card, and it is said that nothing is heard", async () => {
    const { status, out, err } = await sounds(["hush"], { BRIM_SPEECH_PLAYER: "silent" });
    expect(status).toBe(0);
    expect(out[0]).toMatch(/^hush +earcon +90 ms {2}a short drop: hushed, or done$/);
    expect(err.join()).toMatch(/nothing is heard/);
  });

  test("that do not exist are named, with what is near", async () => {
    await expect(sounds(["savd"])).rejects.toThrow(/there is no sound savd; did you mean saved\?/);
  });

  test("are of the length that is told", () => {
    for (const { ms, sound } of hatSounds) expect(sound().length / 44.1).toBeCloseTo(ms, -0.5);
  });
});

describe("the buzzer's sounds", () => {
  test("are those that the guard makes: the ends of each are sounds, not silence", () => {
    for (const sound of buzzerSounds.filter(({ ms }) => ms < 2_000)) {
      const on = rhythm(sound);
      expect([on[0], on.at(-1)], sound.name).toEqual([true, true]);
    }
  });

  test("of an approach beep as often as they say", () => {
    const beeps = Object.fromEntries(
      buzzerSounds.map((sound) => {
        const on = rhythm(sound);
        return [sound.name, on.filter((now, at) => now && !on[at - 1]).length];
      }),
    );
    expect(beeps).toMatchObject({
      far: 2,
      caution: 5,
      warning: 10,
      danger: 16,
      pip: 1,
      pips: 3,
      ready: 3,
      blind: 1,
    });
  });
});
