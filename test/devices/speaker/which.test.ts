import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SimulatedClock, systemClock } from "../../../src/base/clock.ts";
import { createSpeaker } from "../../../src/devices/speaker/index.ts";
import { choosePlayer, findPlayer, hasCard } from "../../../src/devices/speaker/players.ts";
import { bytesPerSecond } from "../../../src/devices/speaker/sound.ts";
import { folder, program } from "./programs.ts";

const never = new AbortController().signal;
const bare = { clock: systemClock, env: { PATH: "/nowhere" } };

/** A PATH with these players on it. */
function pathWith(...names: string[]): string {
  const path = folder();
  for (const name of names) program(path, name, "exit 0");
  return path;
}

describe("which speaker", () => {
  test("without a player it is silent", async () => {
    expect((await createSpeaker("auto", bare)).name).toBe("silent");
    expect((await createSpeaker("none", bare)).name).toBe("silent");
  });

  test("a player of files where there is none for a stream", async () => {
    const speaker = await createSpeaker("auto", { ...bare, env: { PATH: pathWith("afplay") } });
    expect(speaker.name).toBe("play-sound (afplay)");
  });

  test("one that is asked for and not installed says how to get it", async () => {
    await expect(createSpeaker("aplay", bare)).rejects.toThrow(
      "aplay is not installed: apt install alsa-utils",
    );
    await expect(createSpeaker("play-sound", bare)).rejects.toThrow(/apt install alsa-utils/);
  });

  test("an unknown name lists the known ones", async () => {
    await expect(createSpeaker("aply", bare)).rejects.toThrow(
      'speech.player = "aply": expected auto, stream, play-sound, file, silent, none, pw-play, paplay, aplay; ' +
        "did you mean aplay?",
    );
  });

  test("a file must be named", async () => {
    await expect(createSpeaker("file", bare)).rejects.toThrow("say where in speech.file");
  });
});

describe("which player of a stream", () => {
  const PATH = () => pathWith("paplay", "pw-play", "aplay");

  test("that of the sound system which runs", () => {
    const runtime = folder();
    const env = { PATH: PATH(), XDG_RUNTIME_DIR: runtime };
    expect(choosePlayer(undefined, env)?.name).toBe(hasCard() ? "aplay" : undefined);
    writeFileSync(join(runtime, "pipewire-0"), "");
    expect(choosePlayer(undefined, env)?.name).toBe("pw-play");
    mkdirSync(join(runtime, "pulse"));
    writeFileSync(join(runtime, "pulse/native"), "");
    expect(choosePlayer(undefined, env)?.name).toBe("paplay");
    expect(choosePlayer(undefined, { PATH: env.PATH, PULSE_SERVER: "somewhere" })?.name).toBe("paplay");
  });

  test("the device is named to each in its own words", () => {
    const env = { PATH: PATH() };
    expect(findPlayer("aplay", "hw:1", env)?.args.join(" ")).toMatch(/ -D hw:1 -$/);
    expect(findPlayer("paplay", "headset", env)?.args.join(" ")).toMatch(/ --device=headset$/);
    expect(findPlayer("pw-play", "headset", env)?.args.join(" ")).toMatch(/ --target headset -$/);
    expect(findPlayer("aplay", undefined, env)?.args).not.toContain("-D");
    expect(findPlayer("aplay", undefined, { PATH: "" })).toBeNull();
  });

  test("a card is one that ALSA lists", () => {
    const cards = join(folder(), "cards");
    expect(hasCard(cards)).toBe(false);
    writeFileSync(cards, "--- no soundcards ---\n");
    expect(hasCard(cards)).toBe(false);
    writeFileSync(cards, " 0 [Headset        ]: USB-Audio - Headset\n");
    expect(hasCard(cards)).toBe(true);
  });
});

describe("the driver that writes a file", () => {
  test("keeps what would be heard, for the owner alone", async () => {
    const clock = new SimulatedClock();
    const file = join(folder(), "out.wav");
    const speaker = await createSpeaker("file", { clock, env: {}, file });
    await speaker.start(never);
    async function* sound() {
      yield Buffer.alloc(bytesPerSecond, 1);
    }
    void speaker.play(sound(), never, () => {});
    await clock.advanceSettling(1_500);
    await speaker.stop();
    const written = readFileSync(file);
    expect(written.toString("latin1", 0, 4)).toBe("RIFF");
    expect(written.readUInt32LE(40)).toBe(written.length - 44);
    expect(written.subarray(44).filter((byte) => byte === 1)).toHaveLength(bytesPerSecond);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("that cannot write says so in one line", async () => {
    const speaker = await createSpeaker("file", { ...bare, file: "/nowhere/out.wav" });
    await expect(speaker.start(never)).rejects.toThrow(/^cannot write \/nowhere\/out.wav: /);
  });
});
