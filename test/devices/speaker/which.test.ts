import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SimulatedClock, systemClock } from "../../../src/base/clock.ts";
import { createSpeaker } from "../../../src/devices/speaker/index.ts";
import { choosePlayerOfFiles, PlaySoundSpeaker } from "../../../src/devices/speaker/play-sound.ts";
import { choosePlayer, findPlayer } from "../../../src/devices/speaker/players.ts";
import { bytesPerSecond } from "../../../src/devices/speaker/sound.ts";
import { hdmi, headset, jack, plugIn } from "../sound-cards.ts";
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
    const asound = folder();
    expect(choosePlayer(undefined, env, asound)).toBeNull();
    plugIn(asound);
    expect(choosePlayer(undefined, env, asound)).toBeNull();
    plugIn(asound, hdmi);
    expect(choosePlayer(undefined, env, asound)?.name).toBe("aplay");
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
    expect(findPlayer("aplay", undefined, env, "/nowhere")?.args).not.toContain("-D");
    expect(findPlayer("aplay", undefined, { PATH: "" })).toBeNull();
  });

  test("that of ALSA plays on the headset, also on one that is plugged in later, and where none is on its default", () => {
    const env = { PATH: PATH() };
    const asound = plugIn(folder(), hdmi);
    const device = () => /-D (\S+)/.exec(choosePlayer(undefined, env, asound)?.args.join(" ") ?? "")?.[1];
    expect(device()).toBeUndefined();
    plugIn(asound, jack, hdmi);
    expect(device()).toBe("sysdefault:CARD=Headphones");
    plugIn(asound, jack, hdmi, headset);
    expect(device()).toBe("sysdefault:CARD=Headset");
    expect(findPlayer("aplay", undefined, env, asound)?.args).toContain("sysdefault:CARD=Headset");
    expect(findPlayer("paplay", undefined, env, asound)?.args.join(" ")).not.toMatch(/Headset/);
    expect(choosePlayer("hw:1", env, asound)?.args).toContain("hw:1");
  });

  test("that of ALSA leaves a sound server's default", () => {
    const env = { PATH: pathWith("aplay"), PULSE_SERVER: "somewhere" };
    expect(choosePlayer(undefined, env, plugIn(folder(), jack, headset))?.args).not.toContain("-D");
  });

  test("one of files plays on the headset, too, and on one that is plugged in between two sounds", async () => {
    const path = folder();
    program(path, "aplay", `echo "$@" >> ${path}/played`);
    const asound = plugIn(folder(), jack);
    const find = () => choosePlayerOfFiles(undefined, { PATH: path }, asound);
    const found = find();
    if (found === null) throw new Error("no player");
    const speaker = new PlaySoundSpeaker(systemClock, found, () => find() ?? found);
    await speaker.start(never);
    await speaker.overlay(Buffer.alloc(100));
    plugIn(asound, jack, headset);
    await speaker.overlay(Buffer.alloc(100));
    await speaker.stop();
    const devices = readFileSync(join(path, "played"), "utf8").match(/(?<=-D )\S+/g);
    expect(devices).toEqual(["sysdefault:CARD=Headphones", "sysdefault:CARD=Headset"]);
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
