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
function setUp() {
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

test("ten thousand events a second take no memory, and safety is still at once", async () => {
  const { clock, queue, say, said, endings } = setUp();
  let ended = 0;
  for (let tick = 0; tick < 100; tick++) {
    for (let n = 0; n < 1_000; n++) say(`${n}`, "ambient", { onEnd: () => void ended++ });
    await clock.advanceSettling(100);
  }
  expect(ended).toBeGreaterThan(99_900);
  const at = clock.now();
  say("Off.", "safety", { action: "interrupt" });
  await clock.advanceSettling(200);
  expect(said.at(-1)?.text).toBe("Off.");
  expect((said.at(-1)?.at ?? 0) - at).toBeLessThan(150);
  await clock.advanceSettling(30_000);
  expect(queue.silent).toBe(true);
  expect(endings).toEqual([["Off.", "finished"]]);
});

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
