import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { SilentSink } from "../../../src/devices/speaker/silent.ts";
import type { Sink } from "../../../src/devices/speaker/sink.ts";
import { bytesPerSecond } from "../../../src/devices/speaker/sound.ts";
import { StreamSpeaker } from "../../../src/devices/speaker/stream.ts";

const never = new AbortController().signal;

/** A stretch of samples that are all 0x0101. */
async function* soundFor(seconds: number, value = 1): AsyncIterable<Buffer> {
  yield Buffer.alloc(seconds * bytesPerSecond, value);
}

/** Remembers what it is given, and when it was open. */
class Recorder implements Sink {
  readonly name = "recorder";
  working = true;
  ready = true;
  onSound = () => {};
  onLate = () => {};
  opened = 0;
  closed = 0;
  readonly chunks: Buffer[] = [];
  open() {
    this.opened++;
  }
  async close() {
    this.closed++;
  }
  async stop() {}
  write(sound: Buffer) {
    this.chunks.push(sound);
  }
  get sound() {
    return Buffer.concat(this.chunks);
  }
  /** Seconds of sound of that value. */
  heard(value = 1) {
    return this.sound.filter((byte) => byte === value).length / bytesPerSecond;
  }
}

function setUp() {
  const clock = new SimulatedClock();
  const sink = new Recorder();
  return { clock, sink, speaker: new StreamSpeaker(clock, sink) };
}

describe("one long-lived stream", () => {
  test("a sentence takes as long as it would be heard, even without a player", async () => {
    const clock = new SimulatedClock();
    const speaker = new StreamSpeaker(clock, new SilentSink());
    let ended = 0;
    void speaker
      .play(soundFor(2), never, () => {})
      .then(() => {
        ended = clock.now();
      });
    await clock.advanceSettling(4_000);
    expect(ended).toBeGreaterThanOrEqual(1_990);
    expect(ended).toBeLessThan(2_200);
    await speaker.stop();
  });

  test("all of the sound comes through, and nothing else but silence", async () => {
    const { clock, sink, speaker } = setUp();
    for (let n = 0; n < 3; n++) {
      void speaker.play(soundFor(0.5), never, () => {});
      await clock.advanceSettling(1_000);
    }
    expect(sink.heard()).toBe(1.5);
    expect(sink.heard() + sink.heard(0)).toBe(sink.sound.length / bytesPerSecond);
    await speaker.stop();
  });

  test("the first sample is given to the player within a tick, the stream asleep or awake", async () => {
    const { clock, sink, speaker } = setUp();
    for (let n = 0; n < 2; n++) {
      let begun = Number.NaN;
      const asked = clock.now();
      void speaker.play(soundFor(0.5), never, () => {
        begun = clock.now();
      });
      await clock.advanceSettling(1_000, 5);
      expect(begun - asked).toBeLessThanOrEqual(25);
    }
    expect(sink.opened).toBe(1);
    await speaker.stop();
  });

  test("at most a tenth of a second is heard after a hush, whatever was given to it", async () => {
    const { clock, sink, speaker } = setUp();
    const abort = new AbortController();
    let ended = false;
    void speaker
      .play(soundFor(500), abort.signal, () => {})
      .then(() => {
        ended = true;
      });
    await clock.advanceSettling(1_000);
    abort.abort();
    await clock.advanceSettling(1_000);
    expect(ended).toBe(true);
    expect(sink.heard()).toBeGreaterThan(0.95);
    expect(sink.heard()).toBeLessThanOrEqual(1.1);
    await speaker.stop();
  });

  test("what is broken off fades away, for a sudden end clicks", async () => {
    const { clock, sink, speaker } = setUp();
    const abort = new AbortController();
    void speaker.play(soundFor(5, 0x40), abort.signal, () => {});
    await clock.advanceSettling(500);
    abort.abort();
    await clock.advanceSettling(500);
    let largestStep = 0;
    for (let at = 2; at < sink.sound.length; at += 2) {
      const step = sink.sound.readInt16LE(at - 2) - sink.sound.readInt16LE(at);
      largestStep = Math.max(largestStep, step);
    }
    expect(largestStep).toBeLessThan(500);
    await speaker.stop();
  });

  test("whoever makes speech faster than it is heard has to wait", async () => {
    const { clock, speaker } = setUp();
    let made = 0;
    async function* endless() {
      for (;;) {
        made++;
        yield Buffer.alloc(bytesPerSecond / 10);
      }
    }
    const abort = new AbortController();
    void speaker.play(endless(), abort.signal, () => {});
    await clock.advanceSettling(10_000);
    expect(made / 10).toBeLessThan(13);
    abort.abort();
    await clock.advanceSettling(100);
    await speaker.stop();
  });

  test("sound that is made too slowly is filled up with silence", async () => {
    const { clock, sink, speaker } = setUp();
    async function* slow() {
      for (let n = 0; n < 4; n++) {
        yield Buffer.alloc(0.1 * bytesPerSecond, 1);
        await clock.sleep(1_000);
      }
    }
    void speaker.play(slow(), never, () => {});
    await clock.advanceSettling(6_000);
    expect(sink.heard()).toBe(0.4);
    await speaker.stop();
  });

  test("chunks that are cut within a sample do no harm", async () => {
    const { clock, sink, speaker } = setUp();
    async function* odd() {
      for (const bytes of [1, 3, 0, 1_001]) yield Buffer.alloc(bytes, 1);
    }
    void speaker.play(odd(), never, () => {});
    await clock.advanceSettling(500);
    expect(sink.heard() * bytesPerSecond).toBe(1_002);
    await speaker.stop();
  });

  test("a synthesiser that fails is told to whoever asked for the sentence", async () => {
    const { speaker } = setUp();
    const failing: AsyncIterable<Buffer> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no voice")) }),
    };
    await expect(speaker.play(failing, never, () => {})).rejects.toThrow("no voice");
    await speaker.stop();
  });
});

describe("awake and asleep", () => {
  test("the stream is kept awake for half a minute after speech, and then let go", async () => {
    const { clock, sink, speaker } = setUp();
    void speaker.play(soundFor(1), never, () => {});
    await clock.advanceSettling(30_500, 100);
    expect(sink.closed).toBe(0);
    await clock.advanceSettling(2_000, 100);
    expect(sink.closed).toBe(1);
    expect(sink.sound.length / bytesPerSecond).toBeGreaterThan(29);
    const before = sink.chunks.length;
    await clock.advanceSettling(60_000, 100);
    expect(sink.chunks.length).toBe(before);
    void speaker.play(soundFor(1), never, () => {});
    await clock.advanceSettling(2_000);
    expect(sink.opened).toBe(2);
    expect(sink.heard()).toBe(2);
    await speaker.stop();
  });

  test("a stream whose sound is lost stays awake until it is back, so that this is noticed", async () => {
    const { clock, sink, speaker } = setUp();
    sink.working = false;
    void speaker.play(soundFor(1), never, () => {});
    await clock.advanceSettling(60_000, 100);
    expect(sink.closed).toBe(0);
    sink.working = true;
    await clock.advanceSettling(1_000, 100);
    expect(sink.closed).toBe(1);
    await speaker.stop();
  });

  test("a player that is slow to start delays the first sentence, and not all that come after it", async () => {
    const { clock, sink, speaker } = setUp();
    sink.ready = false;
    let begun = Number.NaN;
    void speaker.play(soundFor(1), never, () => {
      begun = clock.now();
    });
    await clock.advanceSettling(700);
    expect(sink.chunks).toEqual([]);
    sink.ready = true;
    await clock.advanceSettling(500);
    expect(begun).toBeLessThanOrEqual(720);
    // No more than what is always ahead was written at once.
    expect(sink.sound.length / bytesPerSecond).toBeLessThan(0.5 + 0.1);
    await speaker.stop();
  });

  test("what has become late is not late for long: in silence the stream runs dry and begins anew", async () => {
    const { clock, sink, speaker } = setUp();
    /** A player that takes a second to wake its card, and whose clock is a thousandth slow: how late it plays. */
    let late = 1_000;
    let written = 0;
    let played = 0;
    const write = sink.write.bind(sink);
    sink.write = (sound) => {
      written += sound.length;
      write(sound);
    };
    clock.every(10, () => {
      late -= 10;
      if (late < 0) played = Math.min(written, played + 0.00999 * bytesPerSecond);
    });
    await speaker.start(never);
    const behind: number[] = [];
    for (let n = 0; n < 60; n++) {
      await clock.advanceSettling(3_070, 10);
      behind.push((written - played) / bytesPerSecond);
      void speaker.play(soundFor(2), never, () => {});
      await clock.advanceSettling(3_000, 10);
    }
    // Even before the first sentence.
    expect(Math.max(...behind)).toBeLessThan(0.13);
    expect(sink.heard()).toBe(120);
    await speaker.stop();
  });

  test("a player that says it is late is on time again after the next short silence", async () => {
    const { clock, sink, speaker } = setUp();
    await speaker.start(never);
    void speaker.play(soundFor(2), never, () => {});
    // The new stream has run dry once.
    await clock.advanceSettling(8_000);
    const ahead = () => sink.sound.length / bytesPerSecond - clock.now() / 1_000;
    const before = ahead();
    void speaker.play(soundFor(2), never, () => {});
    await clock.advanceSettling(1_000);
    sink.onLate();
    await clock.advanceSettling(2_000);
    expect(ahead()).toBeCloseTo(before - 0.3 + 0.08, 1);
    // That it ran dry is no reason to do so again.
    sink.onLate();
    await clock.advanceSettling(3_000);
    expect(ahead()).toBeCloseTo(before - 0.3 + 0.08, 1);
    await speaker.stop();
  });

  test("a sentence that comes while it runs dry is no later for it, and nothing piles up", async () => {
    const { clock, sink, speaker } = setUp();
    for (let n = 0; n < 400; n++) {
      void speaker.play(soundFor(0.2), never, () => {});
      await clock.advanceSettling(1_230, 10);
    }
    expect(sink.sound.length / bytesPerSecond - clock.now() / 1_000).toBeLessThan(0.1);
    await speaker.stop();
  });

  test("a recording has the device to itself once what is being said has been heard", async () => {
    const { clock, sink, speaker } = setUp();
    let free = false;
    void speaker.overlay(Buffer.alloc(0.2 * bytesPerSecond, 1));
    void speaker.release().then(() => {
      free = true;
    });
    await clock.advanceSettling(180);
    expect(free).toBe(false);
    await clock.advanceSettling(100);
    expect(free).toBe(true);
    expect(sink.heard()).toBe(0.2);
    expect(sink.closed).toBe(1);
    const before = sink.chunks.length;
    await clock.advanceSettling(5_000);
    expect(sink.chunks.length).toBe(before);
    void speaker.overlay(Buffer.alloc(2, 1));
    await clock.advanceSettling(200);
    expect(sink.opened).toBe(2);
    await speaker.stop();
  });
});

describe("short sounds over speech", () => {
  /** Every sample of so many seconds is `value`. */
  function level(value: number, seconds: number) {
    const sound = Buffer.alloc(Math.round(seconds * bytesPerSecond));
    for (let at = 0; at < sound.length; at += 2) sound.writeInt16LE(value, at);
    return sound;
  }

  test("are heard at once, the speech more softly below them, and end with nothing lost", async () => {
    const { clock, sink, speaker } = setUp();
    async function* speech() {
      yield level(1_000, 1);
    }
    void speaker.play(speech(), never, () => {});
    await clock.advanceSettling(300);
    let heard = 0;
    const asked = clock.now();
    void speaker.overlay(level(3_000, 0.2)).then(() => {
      heard = clock.now() - asked;
    });
    await clock.advanceSettling(1_500);
    const samples = Array.from({ length: sink.sound.length / 2 }, (_, i) => sink.sound.readInt16LE(i * 2));
    expect(samples.filter((value) => value === 3_500).length / 22_050).toBeCloseTo(0.2, 3);
    expect(samples.filter((value) => value === 1_000).length / 22_050).toBeCloseTo(0.8, 3);
    expect(heard).toBeGreaterThan(200);
    expect(heard).toBeLessThan(400);
    await speaker.stop();
  });

  test("that are too loud together are held to what a sample can be", async () => {
    const { clock, sink, speaker } = setUp();
    void speaker.overlay(level(30_000, 0.1));
    void speaker.overlay(level(30_000, 0.1));
    await clock.advanceSettling(500);
    const samples = Array.from({ length: sink.sound.length / 2 }, (_, i) => sink.sound.readInt16LE(i * 2));
    expect(Math.max(...samples)).toBe(32_767);
    expect(Math.min(...samples)).toBe(0);
    await speaker.stop();
  });

  test("that come by the thousand take no memory, and everybody who waits for one goes on", async () => {
    const { clock, speaker } = setUp();
    let heard = 0;
    for (let n = 0; n < 1_000; n++) void speaker.overlay(level(1, 1)).then(() => void heard++);
    await clock.advanceSettling(200);
    expect(heard).toBe(996);
    await clock.advanceSettling(2_000);
    expect(heard).toBe(1_000);
    await speaker.stop();
  });
});

test("stopping leaves nobody waiting", async () => {
  const { clock, speaker } = setUp();
  const all = Promise.all([
    speaker.play(soundFor(10), never, () => {}),
    speaker.overlay(Buffer.alloc(bytesPerSecond)),
    speaker.release(),
  ]);
  await clock.advanceSettling(100);
  await speaker.stop();
  await clock.advanceSettling(200);
  await all;
});
