import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { SpeechQueue } from "../../src/voice/queue.ts";
import { type Sentence, wordsOf } from "../../src/voice/sentences.ts";
import {
  type Ending,
  type Priority,
  priorities,
  type Said,
  type Utterance,
} from "../../src/voice/utterance.ts";

const sentenceMs = 1_000;
/** From the decision to the first syllable. */
const latencyMs = 20;

/** A voice that takes a second a sentence. */
function setUp(releaseMs = 30) {
  const clock = new SimulatedClock();
  const spoken: string[] = [];
  const voice = {
    async speak(sentence: Sentence, signal: AbortSignal, onBegin: () => void) {
      try {
        await clock.sleep(latencyMs, signal);
        spoken.push(wordsOf(sentence));
        onBegin();
        await clock.sleep(sentenceMs, signal);
      } catch {
        // Aborted.
      }
    },
    release: () => clock.sleep(releaseMs),
  };
  const queue = new SpeechQueue(clock, voice, noLog);
  const said: Said[] = [];
  queue.onSaid = (one) => said.push(one);
  const endings: [string, Ending][] = [];
  const say = (text: string, priority: Priority, changes: Partial<Utterance> = {}) =>
    queue.say({
      text,
      priority,
      action: "enqueue",
      ttl: 60_000,
      onEnd: (how) => endings.push([text, how]),
      ...changes,
    });
  const texts = () => said.map(({ text }) => text);
  return { clock, queue, say, said, spoken, endings, texts };
}

describe("what comes first", () => {
  test("safety, then answers, then those who are known, then the rest", async () => {
    const { clock, say, texts } = setUp();
    say("first", "ambient");
    say("ambient", "ambient");
    say("Ana", "recognised");
    say("answer", "answer");
    say("off", "safety");
    await clock.advanceSettling(10_000);
    expect(texts()).toEqual(["first", "off", "answer", "Ana", "ambient"]);
  });

  test("safety that interrupts begins within 150 ms, whatever is being said", async () => {
    const { clock, say, said, endings } = setUp();
    say("A very long story.", "ambient");
    say("Waiting.", "recognised");
    await clock.advanceSettling(500);
    const at = clock.now();
    say("Collision warning off.", "safety", { action: "interrupt" });
    await clock.advanceSettling(3_000);
    expect(said[1]?.text).toBe("Collision warning off.");
    expect((said[1]?.at ?? 0) - at).toBeLessThan(150);
    expect(endings).toContainEqual(["A very long story.", "interrupted"]);
    expect(endings).toContainEqual(["Waiting.", "dropped"]);
  });

  test("an answer that safety interrupts goes on at its sentence", async () => {
    const { clock, say, spoken, endings } = setUp();
    say("One. Two. Three.", "answer");
    await clock.advanceSettling(1_500);
    say("Off.", "safety", { action: "interrupt" });
    await clock.advanceSettling(10_000);
    expect(spoken).toEqual(["One.", "Two.", "Off.", "Two.", "Three."]);
    expect(endings).toEqual([
      ["Off.", "finished"],
      ["One. Two. Three.", "finished"],
    ]);
  });

  test("a new answer takes the place of the old one", async () => {
    const { clock, say, texts } = setUp();
    say("Old. Answer.", "answer");
    await clock.advanceSettling(500);
    say("New.", "answer", { action: "interrupt" });
    await clock.advanceSettling(5_000);
    expect(texts()).toEqual(["Old. Answer.", "New."]);
  });

  test("an answer never interrupts safety", async () => {
    const { clock, say, endings } = setUp();
    say("Off.", "safety");
    await clock.advanceSettling(500);
    say("Answer.", "answer", { action: "interrupt" });
    await clock.advanceSettling(5_000);
    expect(endings).toEqual([
      ["Off.", "finished"],
      ["Answer.", "finished"],
    ]);
  });

  test("the newer of one key replaces the one that waits", async () => {
    const { clock, say, texts } = setUp();
    say("first", "ambient");
    say("off", "safety", { key: "collision" });
    say("on again", "safety", { key: "collision" });
    await clock.advanceSettling(5_000);
    expect(texts()).toEqual(["first", "on again"]);
  });
});

describe("what is not said", () => {
  test("what is no longer true when its turn comes", async () => {
    const { clock, say, texts, endings } = setUp();
    let there = true;
    say("first", "ambient");
    say("Person.", "ambient", { stillTrue: () => there });
    there = false;
    await clock.advanceSettling(5_000);
    expect(texts()).toEqual(["first"]);
    expect(endings).toContainEqual(["Person.", "stale"]);
  });

  test("what comes too late", async () => {
    const { clock, say, texts } = setUp();
    say("first", "ambient");
    say("late", "ambient", { ttl: 500 });
    await clock.advanceSettling(5_000);
    expect(texts()).toEqual(["first"]);
  });

  test("anything but safety and answers while warning sounds", async () => {
    const { clock, queue, say, texts } = setUp();
    say("Person.", "ambient");
    say("Ana.", "recognised");
    await clock.advanceSettling(300);
    queue.setUrgentOnly(true);
    say("Chair.", "ambient");
    say("Answer.", "answer");
    await clock.advanceSettling(5_000);
    queue.setUrgentOnly(false);
    say("Table.", "ambient");
    await clock.advanceSettling(5_000);
    expect(texts()).toEqual(["Person.", "Answer.", "Table."]);
  });

  test("anything after a hush", async () => {
    const { clock, queue, say, texts, endings } = setUp();
    say("Story.", "answer");
    say("More.", "ambient");
    await clock.advanceSettling(500);
    expect(queue.hush()).toBe(true);
    await clock.advanceSettling(5_000);
    expect(texts()).toEqual(["Story."]);
    expect(endings).toEqual([
      ["More.", "dropped"],
      ["Story.", "hushed"],
    ]);
    expect(queue.hush()).toBe(false);
  });
});

test("the last is repeated on request", async () => {
  const { clock, queue, say, texts } = setUp();
  expect(queue.repeat()).toBe(false);
  say("Person.", "ambient");
  await clock.advanceSettling(5_000);
  expect(queue.repeat()).toBe(true);
  await clock.advanceSettling(5_000);
  expect(texts()).toEqual(["Person.", "Person."]);
});

test("a press soon after speech is known to be one", async () => {
  const { clock, queue, say } = setUp();
  expect(queue.spokeWithin(700)).toBe(false);
  say("Person.", "ambient");
  await clock.advanceSettling(500);
  expect(queue.spokeWithin(0)).toBe(true);
  await clock.advanceSettling(600);
  expect(queue.silent).toBe(true);
  expect(queue.spokeWithin(700)).toBe(true);
  await clock.advanceSettling(800);
  expect(queue.spokeWithin(700)).toBe(false);
});

test("a listener that fails does not silence the hat", async () => {
  const { clock, queue, say } = setUp();
  const fail = () => {
    throw new Error("a defect");
  };
  let spoken = 0;
  queue.onSaid = () => {
    spoken++;
    fail();
  };
  say("One.", "ambient", { onBegin: fail, onEnd: fail });
  say("Two.", "ambient");
  say("Three.", "ambient", { stillTrue: fail });
  await clock.advanceSettling(5_000);
  expect(spoken).toBe(2);
});

test("a recorded name that is being said is repeated as a recording", async () => {
  const { clock, queue, say, spoken } = setUp();
  const parts = ["Known: ", { clip: Buffer.alloc(0), text: "‹clip›" }, ". Two views added."];
  say("Known: Ana. Two views added.", "answer", { parts });
  await clock.advanceSettling(3_000);
  queue.repeat();
  await clock.advanceSettling(3_000);
  const once = ["Known: ‹clip›", "Two views added."];
  expect(spoken).toEqual([...once, ...once]);
});

describe("while a name is recorded", () => {
  /** A recording of three seconds; `log` tells what happened to it, and when. */
  function recording(clock: SimulatedClock, letGoMs = 0) {
    const log: string[] = [];
    const record = async (signal: AbortSignal) => {
      log.push(`begun ${clock.now()}`);
      await clock.sleep(3_000, signal).catch(() => {});
      if (signal.aborted) await clock.sleep(letGoMs);
      log.push(`ended ${clock.now()}`);
      return signal.aborted ? "cut off" : "Ana";
    };
    return { log, record };
  }

  test("nothing is said: what is being said is heard first, and what comes waits", async () => {
    const { clock, queue, say, said } = setUp();
    const { log, record } = recording(clock);
    say("Name after the tone.", "answer");
    await clock.advanceSettling(500);
    const name = queue.listen(record);
    say("Person.", "recognised");
    expect(queue.silent).toBe(false);
    await clock.advanceSettling(8_000);
    expect(await name).toBe("Ana");
    expect(log).toEqual(["begun 1050", "ended 4050"]);
    expect(said.map(({ text }) => text)).toEqual(["Name after the tone.", "Person."]);
    expect(said[1]?.at).toBeGreaterThanOrEqual(4_050);
    expect(queue.silent).toBe(true);
  });

  test.each([0, 60, 10_000])(
    "safety breaks it off and is said within 150 ms, though it takes %i ms to let go",
    async (ms) => {
      const { clock, queue, say, said } = setUp();
      const { log, record } = recording(clock, ms);
      const name = queue.listen(record);
      await clock.advanceSettling(1_000);
      const at = clock.now();
      say("Collision warning off.", "safety", { action: "interrupt" });
      await clock.advanceSettling(2_000);
      expect((said[0]?.at ?? 1e9) - at).toBeLessThan(150);
      await clock.advanceSettling(20_000);
      expect(await name).toBe("cut off");
      expect(log).toHaveLength(2);
      expect(queue.silent).toBe(true);
    },
  );

  test("safety that comes before it has begun keeps it from beginning", async () => {
    const { clock, queue, say, texts } = setUp();
    const { log, record } = recording(clock);
    say("Name after the tone.", "answer");
    await clock.advanceSettling(500);
    const name = queue.listen(record);
    say("Off.", "safety", { action: "interrupt" });
    await clock.advanceSettling(8_000);
    expect(await name).toBeNull();
    expect(log).toEqual([]);
    expect(texts()).toEqual(["Name after the tone.", "Off."]);
  });

  test("a second recording is refused, and one that fails keeps nobody waiting", async () => {
    const { clock, queue, say, texts } = setUp();
    const failing = queue.listen(() =>
      clock.sleep(100).then(() => Promise.reject(new Error("no microphone"))),
    );
    expect(await queue.listen(async () => "second")).toBeNull();
    failing.catch(() => {});
    say("Person.", "ambient");
    await clock.advanceSettling(3_000);
    await expect(failing).rejects.toThrow("no microphone");
    expect(texts()).toEqual(["Person."]);
  });
});

test("ten thousand events a second for a minute take no memory, and safety is still at once", async () => {
  const { clock, queue, say, said } = setUp();
  let ended = 0;
  let longest = 0;
  const count = { onEnd: () => void ended++ };
  const total = 600_000;
  for (let sent = 0; sent < total; ) {
    for (let n = 0; n < 1_000; n++, sent++) {
      const priority = priorities[1 + (n % 3)] ?? "ambient";
      const action = (["interrupt", "clear", "enqueue"] as const)[(n >> 2) % 3] ?? "enqueue";
      say(`Fact ${sent}.`, priority, { action, ...count });
      // What is neither said nor ended is kept: the one that is being said, and those that wait.
      longest = Math.max(longest, sent + 1 - ended);
    }
    if (sent % 60_000 === 0) {
      const at = clock.now();
      say("Off.", "safety", { action: "interrupt", ...count });
      ended--;
      await clock.advanceSettling(100, 5);
      expect(said.at(-1)?.text).toBe("Off.");
      expect((said.at(-1)?.at ?? 1e9) - at).toBeLessThan(150);
    } else await clock.advanceSettling(100, 50);
    said.splice(0, said.length - 1);
  }
  expect(clock.now()).toBeGreaterThanOrEqual(60_000);
  expect(longest).toBeLessThanOrEqual(15);
  await clock.advanceSettling(60_000, 50);
  expect(queue.silent).toBe(true);
}, 30_000);

const event = fc.record({
  wait: fc.integer({ min: 0, max: 1_500 }),
  priority: fc.constantFrom(...priorities),
  action: fc.constantFrom("interrupt" as const, "clear" as const, "enqueue" as const),
  sentences: fc.integer({ min: 1, max: 3 }),
  key: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
});

test("every utterance ends exactly once, and safety always gets its turn", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
      const { clock, queue, said } = setUp();
      const ends = new Map<number, Ending[]>();
      for (const [index, { wait, priority, action, sentences, key }] of events.entries()) {
        ends.set(index, []);
        queue.say({
          text: `${index}. `.repeat(sentences),
          priority,
          action,
          ttl: 1_000_000,
          // Safety that is replaced by newer safety of its key is not starved, so here it has none.
          ...(key !== undefined && priority !== "safety" && { key }),
          onEnd: (how) => ends.get(index)?.push(how),
        });
        await clock.advanceSettling(wait, 50);
      }
      await clock.advanceSettling(events.length * 5_000, 50);
      expect(queue.silent).toBe(true);
      for (const how of ends.values()) expect(how).toHaveLength(1);
      events.forEach(({ priority }, index) => {
        if (priority !== "safety") return;
        expect(said.some(({ text }) => text.startsWith(`${index}.`))).toBe(true);
      });
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("to repeat is to say again what was said before the passing words of the menu", async () => {
  const { clock, queue, say, texts } = setUp();
  say("Chair.", "ambient");
  await clock.advanceSettling(1_500);
  say("Menu.", "answer", { passing: true });
  await clock.advanceSettling(1_500);
  expect(queue.repeat()).toBe(true);
  await clock.advanceSettling(1_500);
  expect(texts()).toEqual(["Chair.", "Menu.", "Chair."]);
});

test("it knows how urgent is what the wearer hears, so that a press is known to cut off safety", async () => {
  const { clock, queue, say } = setUp();
  expect(queue.saying).toBeNull();
  say("entry", "answer");
  expect(queue.saying).toBeNull();
  await clock.advanceSettling(100);
  expect(queue.saying).toBe("answer");
  say("off", "safety", { action: "interrupt" });
  await clock.advanceSettling(100);
  expect(queue.saying).toBe("safety");
  await clock.advanceSettling(1_000);
  expect(queue.saying).toBe("answer");
  queue.hush();
  await clock.advanceSettling(100);
  expect(queue.saying).toBeNull();
});
