import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BrimError } from "../../src/base/errors.ts";
import { burstKinds, burstVerdicts } from "../../src/base/eyes-protocol.ts";
import { clip, face, Hat, view } from "./hat.ts";

describe("one click learns", () => {
  test("a person: face, views, tone, name, saved", async () => {
    const hat = new Hat();
    await hat.learn();
    expect(hat.texts).toEqual([
      "Face. Hold still.",
      "Four good views. Name after the tone.",
      "Name now.",
      "Saved, new person one. Click to undo.",
    ]);
    expect([...hat.memory.entries.values()]).toMatchObject([{ kind: "person", clip, kept: 4 }]);
    expect(hat.learned).toEqual([{ kind: "person", id: "1", how: "new", views: 4, named: true, track: 7 }]);
  });

  test("the kind is said as soon as both the click is decided and the eyes know it", async () => {
    const hat = new Hat();
    hat.press();
    await hat.pass(80);
    hat.release();
    const released = hat.clock.now();
    hat.see("thing", null);
    await hat.pass(300);
    expect(hat.texts).toEqual([]);
    await hat.pass(300);
    expect(hat.texts).toEqual(["Thing. Hold still."]);
    expect((hat.said[0]?.at ?? 0) - released).toBeLessThan(1_000);
  });

  test("a second press throws the burst away, and learns nothing", async () => {
    const hat = new Hat();
    hat.press();
    await hat.pass(80);
    hat.release();
    expect(hat.eyes.bursts).toHaveLength(1);
    await hat.pass(100);
    hat.press();
    expect(hat.eyes.cancelled).toEqual(hat.eyes.bursts);
    await hat.pass(80);
    hat.release();
    hat.see(null, face);
    await hat.pass(5_000);
    expect(hat.eyes.bursts).toHaveLength(1);
    expect(hat.texts).toEqual([]);
    expect(hat.enrolment.busy).toBe(false);
  });

  test("two faces learn nothing", async () => {
    const hat = new Hat();
    await hat.click();
    hat.see("twoFaces", null);
    await hat.pass(3_000);
    expect(hat.texts).toEqual(["Two faces. Face one, click again."]);
    expect(hat.memory.writes).toBe(0);
  });

  test("a bad look is told in words that help", async () => {
    const hat = new Hat();
    await hat.click();
    hat.see(null, { ...face, views: [], verdict: "backlit" });
    await hat.pass(3_000);
    expect(hat.texts).toEqual(["Not learned: light behind them. Put the window behind you."]);
    expect(hat.memory.writes).toBe(0);
  });

  test("without a microphone, or a name, it is a new person with a number", async () => {
    const hat = new Hat();
    hat.microphone = false;
    await hat.click();
    hat.see(null, face);
    await hat.pass(1_000);
    expect(hat.texts).toEqual(["Face. Four good views. Saved, new person one. Click to undo."]);

    const silent = new Hat();
    await silent.untilName();
    silent.takes[0]?.give(null);
    await silent.pass(1_000);
    expect(silent.texts.at(-1)).toBe("Saved, new person one. Click to undo.");
    expect(silent.learned[0]?.named).toBe(false);
  });

  test("whoever is known gets the new views, and a click takes them back", async () => {
    const hat = new Hat();
    await hat.learn();
    await hat.pass(6_000);
    hat.memory.known = "1";
    await hat.click();
    hat.see(null, { ...face, views: [view, view] });
    await hat.pass(4_000);
    expect(hat.texts.at(-1)).toBe("Known: new person one. Two views added.");
    expect(hat.memory.entries.get("1")?.kept).toBe(6);
    await hat.click();
    await hat.pass(500);
    expect(hat.memory.entries.get("1")?.kept).toBe(4);
    expect(hat.texts.at(-1)).toBe("Undone. Those views are not kept.");
  });

  test("a click on somebody known who has no name asks for it", async () => {
    const hat = new Hat();
    await hat.untilName();
    hat.takes[0]?.give(null);
    await hat.pass(10_000);
    hat.memory.known = "1";
    await hat.untilName();
    expect(hat.texts).toContain("Known: new person one. Name after the tone.");
    hat.takes[1]?.give(clip);
    await hat.pass(1_000);
    expect(hat.memory.entries.get("1")).toMatchObject({ clip, kept: 4 });
    expect(hat.learned.at(-1)).toMatchObject({ how: "named", named: true });
  });
});

describe("undo", () => {
  const undoneAfter = async (ms: number) => {
    const hat = new Hat();
    await hat.learn();
    await hat.pass(ms);
    await hat.click();
    await hat.pass(1_500);
    return hat;
  };

  test("a click from 0.7 s until 5 s after the last word takes it back", async () => {
    for (const ms of [800, 4_900]) {
      const hat = await undoneAfter(ms);
      expect(hat.memory.entries.size).toBe(0);
      expect(hat.texts.at(-1)).toBe("Undone. Nothing kept.");
      expect(hat.learned.at(-1)).toMatchObject({ how: "undone" });
    }
  });

  test("earlier it only hushes; later it learns anew", async () => {
    const early = await undoneAfter(300);
    expect(early.memory.entries.size).toBe(1);
    expect(early.eyes.bursts).toHaveLength(1);
    const late = await undoneAfter(5_200);
    expect(late.memory.entries.size).toBe(1);
    expect(late.eyes.bursts).toHaveLength(2);
  });

  test("somebody else, clicked 8 s after the last word of the first, is kept beside the first", async () => {
    const hat = new Hat();
    await hat.learn();
    await hat.pass(8_000);
    await hat.learn();
    await hat.pass(10_000);
    expect(hat.memory.entries.size).toBe(2);
  });

  test("1,000 presses spread over the end of a sentence enrol nobody within 0.7 s", async () => {
    for (let i = 0; i < 1_000; i++) {
      const hat = new Hat();
      hat.speech.say({ text: "Chair.", priority: "ambient", action: "enqueue", ttl: 1_000 });
      await hat.pass(20);
      // The sentence ends at 1,020 ms; hushed or not, nothing may be looked at for 0.7 s after its end.
      const at = 720 + i;
      hat.clock.advanceTo(at);
      await new Promise<void>((resolve) => setImmediate(resolve));
      hat.press();
      hat.clock.advanceTo(at + 60);
      hat.release();
      expect(hat.eyes.bursts).toEqual([]);
    }
  });
});

describe("what goes wrong", () => {
  test("a full disk is said, and nothing is claimed to be saved", async () => {
    const hat = new Hat();
    const cause = Object.assign(new Error("no room"), { code: "SQLITE_FULL" });
    hat.memory.refuses = new BrimError("DEVICE", "the memory cannot be written", { cause });
    await hat.learn();
    expect(hat.texts.at(-1)).toBe("Not saved: memory full.");
    expect(hat.texts.join()).not.toContain("Saved");
    expect(hat.learned).toEqual([]);
    expect(hat.enrolment.busy).toBe(false);
  });

  test("an undo that cannot be written is said", async () => {
    const hat = new Hat();
    await hat.learn();
    await hat.pass(1_000);
    hat.memory.refuses = new Error("EIO");
    await hat.click();
    await hat.pass(200);
    expect(hat.texts.at(-1)).toBe("Not undone: memory cannot be written.");
    expect(hat.learned).toHaveLength(1);
  });

  test("eyes that die in the middle, hang, or are off are told", async () => {
    for (const fail of ["die", "hang", "off"]) {
      const hat = new Hat();
      hat.eyes.on = fail !== "off";
      await hat.click();
      if (fail === "die") hat.enrolment.eyesLost();
      await hat.pass(6_000);
      expect(hat.texts).toEqual(["Not learned: eyes off."]);
      expect(hat.enrolment.busy).toBe(false);
    }
  });

  test("safety speech goes first, and the question is asked after it", async () => {
    const hat = new Hat();
    await hat.click();
    hat.see(null, face);
    await hat.pass(300);
    hat.speech.say({ text: "Collision warning off.", priority: "safety", action: "interrupt", ttl: 1_000 });
    await hat.pass(200);
    expect(hat.texts.at(-1)).toBe("Collision warning off.");
    for (let i = 0; i < 100 && hat.takes[0]?.begun !== true; i++) await hat.pass(100);
    expect(hat.texts.at(-1)).toBe("Name now.");
  });

  test("a beep in the recording is not kept: the name is asked for once more, then not again", async () => {
    const hat = new Hat();
    await hat.untilName();
    hat.enrolment.disturbed();
    expect(hat.takes[0]?.cancelled).toBe(true);
    for (let i = 0; i < 100 && hat.takes[1]?.begun !== true; i++) await hat.pass(100);
    expect(hat.texts).toContain("Noise. Name again after the tone.");
    hat.enrolment.disturbed();
    await hat.pass(5_000);
    expect(hat.takes).toHaveLength(2);
    expect(hat.memory.entries.get("1")?.clip).toBeNull();
  });

  test("a hush skips the question, not the tone; a click ends the recording", async () => {
    const hat = new Hat();
    await hat.click();
    hat.see(null, face);
    await hat.pass(200);
    await hat.click();
    await hat.pass(2_000);
    expect(hat.texts).toEqual(["Face. Four good views. Name after the tone.", "Name now."]);
    await hat.click();
    await hat.pass(500);
    expect(hat.takes[0]?.ended).toBe(true);
    expect(hat.texts.at(-1)).toBe("Saved, new person one. Click to undo.");
    expect(hat.eyes.bursts).toHaveLength(1);
  });

  test("another gesture ends the learning, and nothing is kept", async () => {
    const hat = new Hat();
    await hat.untilName();
    await hat.pass(800);
    hat.enrolment.gesture("hold");
    await hat.pass(1_000);
    expect(hat.takes[0]?.cancelled).toBe(true);
    expect(hat.memory.writes).toBe(0);
  });
});

test("whatever happens, in whatever order: nobody is learned twice or without a write, and it always ends", async () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant("press" as const), ms: fc.integer({ min: 20, max: 900 }) }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 10, max: 3_000 }) }),
    fc.record({ do: fc.constant("kind" as const), kind: fc.constantFrom(...burstKinds) }),
    fc.record({
      do: fc.constant("done" as const),
      kind: fc.constantFrom(...burstKinds),
      views: fc.integer({ min: 0, max: 5 }),
      verdict: fc.option(fc.constantFrom(...burstVerdicts), { freq: 5 }),
    }),
    fc.record({ do: fc.constant("name" as const), heard: fc.boolean() }),
    fc.record({ do: fc.constant("memory" as const), works: fc.boolean() }),
    fc.record({ do: fc.constantFrom("eyesLost" as const, "guardLost" as const, "disturbed" as const) }),
    fc.record({ do: fc.constant("safety" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const hat = new Hat();
      for (const one of actions) {
        if (one.do === "press") {
          hat.press();
          await hat.pass(one.ms);
          hat.release();
        } else if (one.do === "pass") await hat.pass(one.ms);
        else if (one.do === "kind") hat.see(one.kind, null);
        else if (one.do === "done") {
          const views = Array.from({ length: one.views }, () => view);
          hat.see(null, { kind: one.kind, views, verdict: one.verdict, track: null });
        } else if (one.do === "name") hat.takes.at(-1)?.give(one.heard ? clip : null);
        else if (one.do === "memory") hat.memory.refuses = one.works ? null : new Error("EIO");
        else if (one.do === "safety") {
          hat.speech.say({ text: "Off.", priority: "safety", action: "interrupt", ttl: 5_000 });
        } else hat.enrolment[one.do]();
      }
      await hat.pass(30_000);
      expect(hat.enrolment.busy).toBe(false);
      const saved = hat.texts.filter((text) => /Saved,/.test(text)).length;
      const news = hat.learned.filter(({ how }) => how === "new");
      expect(saved).toBeLessThanOrEqual(hat.memory.writes);
      expect(news.length).toBeLessThanOrEqual(hat.eyes.bursts.length);
      expect(new Set(news.map(({ id }) => id)).size).toBe(news.length);
      expect(hat.memory.entries.size).toBe(
        news.length - hat.learned.filter(({ how }) => how === "undone").length,
      );
      // No microphone is left open.
      expect(hat.takes.every(({ ended, cancelled, begun }) => ended || cancelled || begun)).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 30_000);
