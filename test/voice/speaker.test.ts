import { afterEach, describe, expect, test } from "vitest";
import { SimulatedClock, systemClock } from "../../src/base/clock.ts";
import { createSpeaker } from "../../src/devices/speaker/index.ts";
import { PacedSpeaker, type Sink } from "../../src/devices/speaker/paced.ts";
import { PlayerProcess } from "../../src/devices/speaker/player.ts";
import { bytesPerSecond } from "../../src/devices/speaker/sound.ts";

const never = new AbortController().signal;

async function* soundFor(seconds: number, value = 1): AsyncIterable<Buffer> {
  yield Buffer.alloc(seconds * bytesPerSecond, value);
}

class Recorder implements Sink {
  onSound = () => {};
  readonly chunks: Buffer[] = [];
  start() {}
  stop() {}
  write(sound: Buffer) {
    this.chunks.push(sound);
  }
  get sound() {
    return Buffer.concat(this.chunks);
  }
}

describe("one long-lived stream", () => {
  test("a sentence takes as long as it would be heard, even without a player", async () => {
    const clock = new SimulatedClock();
    const speaker = new PacedSpeaker("silent", clock, null);
    let ended = 0;
    void speaker
      .play(soundFor(2), never, () => {})
      .then(() => {
        ended = clock.now();
      });
    await clock.advanceSettling(4_000);
    expect(ended).toBeGreaterThanOrEqual(2_000);
    expect(ended).toBeLessThan(2_300);
    await speaker.stop();
  });

  test("all of the sound comes through, and nothing else but silence", async () => {
    const clock = new SimulatedClock();
    const sink = new Recorder();
    const speaker = new PacedSpeaker("test", clock, sink);
    for (let n = 0; n < 3; n++) {
      void speaker.play(soundFor(0.5), never, () => {});
      await clock.advanceSettling(1_000);
    }
    expect(sink.sound.filter((byte) => byte === 1).length).toBe(1.5 * bytesPerSecond);
    expect(sink.sound.filter((byte) => byte !== 0 && byte !== 1).length).toBe(0);
    await speaker.stop();
  });

  test("at most a seventh of a second is heard after an interruption", async () => {
    const clock = new SimulatedClock();
    const sink = new Recorder();
    const speaker = new PacedSpeaker("test", clock, sink);
    const abort = new AbortController();
    let ended = false;
    void speaker
      .play(soundFor(5), abort.signal, () => {})
      .then(() => {
        ended = true;
      });
    await clock.advanceSettling(1_000);
    abort.abort();
    await clock.advanceSettling(1_000);
    expect(ended).toBe(true);
    const heard = sink.sound.filter((byte) => byte === 1).length / bytesPerSecond;
    expect(heard).toBeLessThan(1.2);
    await speaker.stop();
  });

  test("the stream is kept awake for half a minute after speech, and then sleeps", async () => {
    const clock = new SimulatedClock();
    const sink = new Recorder();
    const speaker = new PacedSpeaker("test", clock, sink);
    void speaker.play(soundFor(1), never, () => {});
    await clock.advanceSettling(60_000, 100);
    expect(sink.sound.length / bytesPerSecond).toBeGreaterThan(29);
    expect(sink.sound.length / bytesPerSecond).toBeLessThan(33);
    await speaker.stop();
  });

  test("sound that is made too slowly is filled up with silence", async () => {
    const clock = new SimulatedClock();
    const sink = new Recorder();
    const speaker = new PacedSpeaker("test", clock, sink);
    async function* slow() {
      for (let n = 0; n < 4; n++) {
        yield Buffer.alloc(0.1 * bytesPerSecond, 1);
        await clock.sleep(1_000);
      }
    }
    void speaker.play(slow(), never, () => {});
    await clock.advanceSettling(6_000);
    expect(sink.sound.filter((byte) => byte === 1).length).toBe(0.4 * bytesPerSecond);
    await speaker.stop();
  });

  test("a synthesiser that fails is told to whoever asked for the sentence", async () => {
    const speaker = new PacedSpeaker("silent", new SimulatedClock(), null);
    const failing: AsyncIterable<Buffer> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no voice")) }),
    };
    await expect(speaker.play(failing, never, () => {})).rejects.toThrow("no voice");
  });
});

describe("a player", () => {
  let player: PlayerProcess | null = null;
  afterEach(() => player?.stop());

  function start(program: string, args: string[]) {
    const told: [boolean, string][] = [];
    player = new PlayerProcess(systemClock, program, args);
    player.onSound = (working, why) => told.push([working, why]);
    player.start();
    return { player, told };
  }

  async function until(condition: () => boolean, ms = 8_000) {
    const end = systemClock.now() + ms;
    while (!condition() && systemClock.now() < end) await systemClock.sleep(20);
    expect(condition()).toBe(true);
  }

  test("that dies is told, started anew, and told to be back", async () => {
    const { player: running, told } = start("/bin/cat", []);
    await systemClock.sleep(200);
    const first = running.pid;
    process.kill(first ?? 0, "SIGKILL");
    await until(() => told.length === 2);
    expect(told[0]).toEqual([false, "the player /bin/cat ended (SIGKILL); it is started anew"]);
    expect(told[1]).toEqual([true, "the player /bin/cat works again"]);
    expect(running.pid).not.toBe(first);
  });

  test("that hangs is ended and told, and nothing waits for it", async () => {
    const { player: running, told } = start("/bin/sleep", ["60"]);
    const speaker = new PacedSpeaker("test", systemClock, running);
    speaker.onSound = (working, why) => told.push([working, why]);
    const started = systemClock.now();
    for (let n = 0; n < 10; n++) running.write(Buffer.alloc(bytesPerSecond));
    await until(() => told.length === 1);
    expect(told[0]?.[0]).toBe(false);
    await speaker.play(soundFor(0.2), never, () => {});
    expect(systemClock.now() - started).toBeLessThan(2_000);
    await speaker.stop();
  });

  test("that is missing is told once, not at every try", async () => {
    const { told } = start("/nowhere/aplay", []);
    await systemClock.sleep(1_500);
    expect(told).toHaveLength(1);
    expect(told[0]?.[1]).toMatch(/ENOENT/);
  });
});

describe("which player", () => {
  const bare = { clock: systemClock, env: { PATH: "/nowhere" } };

  test("without a sound card it is silent", () => {
    expect(createSpeaker("auto", bare).name).toBe("silent");
  });

  test("one that is asked for and not installed says how to get it", () => {
    expect(() => createSpeaker("aplay", bare)).toThrow("aplay is not installed: apt install alsa-utils");
  });

  test("an unknown name lists the known ones", () => {
    expect(() => createSpeaker("aply", bare)).toThrow(
      'speech.player = "aply": expected auto, pw-play, paplay, aplay, silent; did you mean aplay?',
    );
  });
});
