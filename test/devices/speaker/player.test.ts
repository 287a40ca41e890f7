import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { PlayerProcess } from "../../../src/devices/speaker/player.ts";
import { bytesPerSecond } from "../../../src/devices/speaker/sound.ts";
import { StreamSpeaker } from "../../../src/devices/speaker/stream.ts";
import { folder, program, until } from "./programs.ts";

const never = new AbortController().signal;

async function* soundFor(seconds: number, value = 1): AsyncIterable<Buffer> {
  yield Buffer.alloc(seconds * bytesPerSecond, value);
}

/** A speaker whose player is a program made of these shell commands; `heard` is what it keeps of its stdin. */
function setUp(commands: string) {
  const path = folder();
  const file = program(path, "aplay", `cd ${path}; echo $$ >> pids; ${commands}`);
  const player = new PlayerProcess(systemClock, () =>
    existsSync(file) ? { name: "aplay", program: file, args: [] } : null,
  );
  const speaker = new StreamSpeaker(systemClock, player);
  const told: [boolean, string][] = [];
  speaker.onSound = (working, why) => told.push([working, why]);
  onTestFinished(() => speaker.stop());
  const pids = () =>
    existsSync(join(path, "pids")) ? readFileSync(join(path, "pids"), "utf8").trim().split("\n") : [];
  const heard = () => (existsSync(join(path, "heard")) ? readFileSync(join(path, "heard")) : Buffer.alloc(0));
  return { path, file, player, speaker, told, pids, heard };
}

function running(pid: number | string): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

describe("a player", () => {
  test("is one process for many sentences, and ends with the hat", async () => {
    const { speaker, pids, heard, told } = setUp("exec cat > heard");
    await speaker.start(never);
    for (let n = 0; n < 10; n++) await speaker.play(soundFor(0.1), never, () => {});
    await until(() => heard().filter((byte) => byte === 1).length === bytesPerSecond);
    expect(pids()).toHaveLength(1);
    expect(told).toEqual([]);
    await speaker.stop();
    expect(pids().some(running)).toBe(false);
  });

  test("gives way to that of a headset which is plugged in while it plays, and nothing is told of it", async () => {
    const path = folder();
    const file = program(path, "aplay", `echo $$ >> ${path}/pids; exec cat > ${path}/heard-on-$1`);
    let card = "jack";
    const player = new PlayerProcess(systemClock, () => ({ name: "aplay", program: file, args: [card] }));
    const speaker = new StreamSpeaker(systemClock, player);
    onTestFinished(() => speaker.stop());
    const told: string[] = [];
    speaker.onSound = (_, why) => told.push(why);
    const heardOn = (name: string) =>
      existsSync(join(path, `heard-on-${name}`))
        ? readFileSync(join(path, `heard-on-${name}`))
        : Buffer.alloc(0);
    await speaker.start(never);
    void speaker.play(soundFor(60), never, () => {});
    await until(() => heardOn("jack").includes(1));
    card = "headset";
    await until(() => heardOn("headset").includes(1));
    const [first = "", ...others] = readFileSync(join(path, "pids"), "utf8").trim().split("\n");
    expect(running(first)).toBe(false);
    expect(others).toHaveLength(1);
    expect(told).toEqual([]);
  });

  test("gets sound at the pace at which it is heard, and little ahead of it", async () => {
    const { speaker, heard } = setUp("exec cat > heard");
    const began = systemClock.now();
    void speaker.play(soundFor(60), never, () => {});
    await systemClock.sleep(500);
    const ahead = (heard().length / bytesPerSecond) * 1_000 - (systemClock.now() - began);
    expect(ahead).toBeLessThanOrEqual(100);
    await speaker.stop();
  });

  test("that dies is told, started anew, and told to be back", async () => {
    const { speaker, player, told } = setUp("exec cat > heard");
    await speaker.start(never);
    await systemClock.sleep(200);
    const first = player.pid;
    process.kill(first ?? 0, "SIGKILL");
    await until(() => told.length === 2);
    expect(told[0]).toEqual([false, "the player aplay ended (SIGKILL); it is started anew"]);
    expect(told[1]).toEqual([true, "the player aplay works"]);
    expect(player.pid).not.toBe(first);
  });

  test("whose card goes away is told with its own words, once, and not at every try", async () => {
    const { speaker, told, pids } = setUp("echo 'aplay: audio open error: No such device' >&2; exit 1");
    await speaker.start(never);
    await until(() => pids().length === 2);
    expect(told).toEqual([
      [false, "the player aplay ended (aplay: audio open error: No such device); it is started anew"],
    ]);
  });

  test("that hangs is ended and told, and nothing waits for it", async () => {
    const { speaker, player, told } = setUp("exec sleep 60");
    await speaker.start(never);
    const pid = player.pid ?? 0;
    for (let n = 0; n < 10; n++) player.write(Buffer.alloc(bytesPerSecond));
    await until(() => told.length === 1);
    expect(told[0]).toEqual([false, "the player aplay ended (it hung); it is started anew"]);
    expect(running(pid)).toBe(false);
    const asked = systemClock.now();
    await speaker.play(soundFor(0.2), never, () => {});
    expect(systemClock.now() - asked).toBeLessThan(500);
  });

  test("that is uninstalled is told, and found again when it is back", async () => {
    const { speaker, player, file, told } = setUp("exec cat > heard");
    await speaker.start(never);
    await systemClock.sleep(100);
    renameSync(file, `${file}.away`);
    process.kill(player.pid ?? 0, "SIGKILL");
    await until(() => told.length === 1 && player.name === "silent");
    expect(told).toHaveLength(1);
    renameSync(`${file}.away`, file);
    expect(player.working).toBe(false);
    await speaker.stop();
  });

  test("that was never there is no loss, and takes no sentence's time", async () => {
    const { speaker, file, told } = setUp("");
    rmSync(file);
    await speaker.start(never);
    expect(speaker.name).toBe("silent");
    const asked = systemClock.now();
    await speaker.play(soundFor(0.2), never, () => {});
    expect(systemClock.now() - asked).toBeGreaterThan(190);
    expect(told).toEqual([]);
  });

  test("is gone before a recording begins, and back at the next sound, of which nothing is lost", async () => {
    const { speaker, pids, heard } = setUp("exec cat >> heard");
    await speaker.play(soundFor(0.1), never, () => {});
    await speaker.release();
    expect(pids().some(running)).toBe(false);
    await speaker.play(soundFor(0.1, 2), never, () => {});
    await until(() => heard().filter((byte) => byte === 2).length === 0.1 * bytesPerSecond);
    expect(heard().filter((byte) => byte === 1).length).toBe(0.1 * bytesPerSecond);
    expect(pids()).toHaveLength(2);
  });

  test("that does not want to go is ended when safety must be said, and nothing of that is lost", async () => {
    const { speaker, pids, heard } = setUp("trap '' TERM; cat >> heard; sleep 5");
    await speaker.play(soundFor(0.1), never, () => {});
    const released = speaker.release();
    await until(() => heard().length > 0);
    await systemClock.sleep(150);
    const asked = systemClock.now();
    void speaker.play(soundFor(0.1, 2), never, () => {});
    await until(() => heard().includes(2), 1_000);
    expect(systemClock.now() - asked).toBeLessThan(300);
    await released;
    await until(() => heard().filter((byte) => byte === 2).length === 0.1 * bytesPerSecond);
    expect(running(pids()[0] ?? "")).toBe(false);
  });
});
