import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { createMicrophone } from "../../../src/devices/microphone/index.ts";
import type { Microphone } from "../../../src/devices/ports.ts";
import { camera, headset, jack, plugIn } from "../sound-cards.ts";
import { folder, program, until } from "../speaker/programs.ts";

let path: string;
let before: string | undefined;
let microphone: Microphone;
let ending: AbortController;
let heard: number;

beforeEach(async () => {
  path = folder();
  before = process.env.PATH;
  // The package runs the program by its name.
  process.env.PATH = `${path}:${before}`;
  ending = new AbortController();
  heard = 0;
  microphone = await createMicrophone("node-record-lpcm16", {
    clock: systemClock,
    env: { PATH: path },
    device: "plughw:1",
  });
});
afterEach(async () => {
  await microphone.stop();
  process.env.PATH = before;
});

/** A recorder that notes its arguments and its process id. */
function recorder(commands: string): void {
  program(path, "arecord", `echo "$@" > ${path}/arguments; echo $$ > ${path}/pid; ${commands}`);
}

async function read(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(`${path}/${file}`, "utf8")).trim();
}

const record = () =>
  microphone.record(ending.signal, (sound) => {
    heard += sound.length;
  });

async function isGone(): Promise<boolean> {
  try {
    process.kill(Number(await read("pid")), 0);
    return false;
  } catch {
    return true;
  }
}

describe("a microphone that is recorded by a program", () => {
  test("gives its sound until it is let go of, and leaves no process", async () => {
    recorder("exec cat /dev/zero");
    const recording = record();
    await until(() => heard > 50_000);
    ending.abort();
    await recording;
    expect(await read("arguments")).toBe("-D plughw:1 -q -r 16000 -c 1 -t raw -f S16_LE -");
    expect(await isGone()).toBe(true);
    const after = heard;
    await systemClock.sleep(50);
    expect(heard).toBe(after);
  });

  test("that does not end when asked to is ended", async () => {
    recorder("trap '' TERM; printf 'sound.'; while :; do sleep 0.05; done");
    const recording = record();
    await until(() => heard > 0);
    const asked = systemClock.now();
    ending.abort();
    await recording;
    expect(systemClock.now() - asked).toBeLessThan(2_000);
    expect(await isGone()).toBe(true);
  });

  test("that ends with an error when it is asked to, as arecord does, has ended well", async () => {
    recorder("trap 'echo Aborted by signal >&2; exit 1' TERM; while :; do printf 'sound.'; sleep 0.02; done");
    const recording = record();
    await until(() => heard > 0);
    ending.abort();
    await recording;
    expect(await isGone()).toBe(true);
  });

  test("that cannot be started is told in one line", async () => {
    const file = program(path, "arecord", "");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(file, "#!/nowhere/sh\n");
    await expect(record()).rejects.toMatchObject({ code: "DEVICE", message: /with arecord: spawn arecord/ });
  });

  test("that is busy says so, and can be recorded once it is free", async () => {
    recorder(
      `[ -e ${path}/free ] && exec cat /dev/zero; echo "audio open error: Device or resource busy" >&2; exit 1`,
    );
    await expect(record()).rejects.toThrow(/Device or resource busy$/);
    program(path, "free", "");
    const recording = record();
    await until(() => heard > 0);
    ending.abort();
    await recording;
  });

  test("that gives no sound is noticed", async () => {
    recorder("exec sleep 60");
    await expect(record()).rejects.toThrow(
      "the microphone cannot be recorded with arecord: it gives no sound",
    );
    expect(await isGone()).toBe(true);
  });

  test("that is unplugged says what the program said", async () => {
    recorder(
      'printf sound.; sleep 0.1; echo "arecord: pcm_read:2221: read error: No such device" >&2; exit 1',
    );
    await expect(record()).rejects.toThrow(
      /with arecord: arecord: pcm_read:2221: read error: No such device$/,
    );
  });

  test("gives whole samples, however the bytes come", async () => {
    recorder("printf abc; sleep 0.05; printf d; sleep 0.05; printf ef; exec sleep 60");
    const recording = record();
    await until(() => heard === 6);
    ending.abort();
    await recording;
  });

  test("that is not installed says what to install", async () => {
    await expect(record()).rejects.toThrow(/apt install alsa-utils/);
    expect(microphone.available).toBe(false);
  });

  test("is the headset's, also of one that is plugged in later; a Pi's own card records nothing", async () => {
    recorder("exec cat /dev/zero");
    const asound = plugIn(folder(), jack);
    const options = { clock: systemClock, env: { PATH: path }, asound };
    microphone = await createMicrophone("auto", options);
    expect(microphone.available).toBe(false);
    for (const [cards, id] of [
      [[jack, camera], "Camera"],
      [[jack, camera, headset], "Headset"],
    ] as const) {
      plugIn(asound, ...cards);
      expect(microphone.available).toBe(true);
      ending = new AbortController();
      heard = 0;
      const recording = record();
      await until(() => heard > 0);
      ending.abort();
      await recording;
      expect(await read("arguments")).toBe(`-D sysdefault:CARD=${id} -q -r 16000 -c 1 -t raw -f S16_LE -`);
    }
    const served = await createMicrophone("auto", {
      ...options,
      env: { PATH: path, PULSE_SERVER: "somewhere" },
      asound: plugIn(folder(), jack),
    });
    expect(served.available).toBe(true);
  });

  test("is let go of when the hat stops", async () => {
    recorder("exec cat /dev/zero");
    const recording = record();
    await until(() => heard > 0);
    await microphone.stop();
    await recording;
    expect(await isGone()).toBe(true);
  });
});
