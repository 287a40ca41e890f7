import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tickMs } from "../../src/find/rate.ts";
import { cup, Hat, keys } from "../menu/hat.ts";

/** Searches for the keys; the first sentence is over. */
async function seeking(): Promise<Hat> {
  const hat = new Hat();
  hat.find.begin(keys);
  await hat.pass(4_000);
  hat.ticks.length = 0;
  return hat;
}

const hourOf = (angle: number) => (angle < -15 ? 11 : angle > 15 ? 1 : 12);

function see(hat: Hat, angle: number, metres: number | null = null, id = "k"): void {
  hat.find.seen(id, { angle, hour: hourOf(angle), metres, at: hat.clock.now() });
}

/** Sees it there, five times a second. */
async function hold(hat: Hat, ms: number, angle: number, metres: number | null = null): Promise<void> {
  for (let past = 0; past < ms; past += 200) {
    see(hat, angle, metres);
    await hat.pass(200);
  }
}

const count = (hat: Hat, kind: "seen" | "looking") => hat.ticks.filter((tick) => tick.kind === kind).length;

describe("finding a thing by ear", () => {
  test("tells how it goes, and looks with eyes that attend to things", async () => {
    const hat = new Hat();
    hat.find.begin(keys);
    await hat.pass(100);
    expect(hat.texts).toEqual(["Finding your keys. Turn slowly. Faster ticks: more ahead."]);
    expect(hat.attended).toEqual([true]);
    expect(hat.find.sought).toBe("k");
    hat.find.stop();
    expect(hat.attended).toEqual([true, false]);
  });

  test("ticks once a second at the edge and eight times straight ahead, ever faster between", async () => {
    const rates: number[] = [];
    for (const angle of [-33, -20, 10, 0]) {
      const hat = await seeking();
      await hold(hat, 600, angle);
      hat.ticks.length = 0;
      await hold(hat, 8_000, angle);
      rates.push(count(hat, "seen") / 8);
      expect(count(hat, "looking")).toBe(0);
    }
    expect(rates[0]).toBeCloseTo(1, 0);
    expect(rates[3]).toBeCloseTo(8, -0.5);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    for (let angle = 0; angle < 30; angle++) expect(tickMs(angle)).toBeLessThan(tickMs(angle + 1));
    expect(tickMs(-10)).toBe(tickMs(10));
  });

  test("unseen, another tick every 2 s says that it still looks", async () => {
    const hat = await seeking();
    await hat.pass(10_000);
    expect(hat.ticks.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => "looking"));
  });

  test("says the direction when it comes into view, and again only after 3 s out of view", async () => {
    const hat = await seeking();
    await hold(hat, 2_000, 20);
    await hold(hat, 2_000, 3);
    expect(hat.texts.slice(1)).toEqual(["Your keys, 1 o'clock."]);
    await hat.pass(2_000);
    await hold(hat, 2_000, 0);
    expect(hat.texts).toHaveLength(2);
    await hat.pass(3_500);
    await hold(hat, 600, -20);
    expect(hat.newest).toBe("Your keys, 11 o'clock.");
  });

  test("a direction that is no longer true when its turn comes is not said; the new one is", async () => {
    const hat = await seeking();
    hat.safety("Collision warning off.");
    await hat.pass(100);
    await hold(hat, 400, 20);
    await hold(hat, 2_400, -20);
    expect(hat.texts).not.toContain("Your keys, 1 o'clock.");
    expect(hat.newest).toBe("Your keys, 11 o'clock.");
  });

  test("held straight ahead within reach it is found", async () => {
    const hat = await seeking();
    await hold(hat, 2_000, 15, 0.5);
    await hold(hat, 2_000, 2, 1.5);
    expect(hat.find.busy).toBe(true);
    await hold(hat, 2_000, 2, 0.5);
    expect(hat.newest).toBe("Found: your keys, 12 o'clock, arm's length.");
    expect(hat.find.busy).toBe(false);
    expect(hat.attended).toEqual([true, false]);
  });

  test("a glimpse ahead is not yet found, nor is what was away in between", async () => {
    const hat = await seeking();
    await hold(hat, 800, 0, 0.5);
    await hold(hat, 400, 20, 0.5);
    await hold(hat, 800, 0, 0.5);
    await hat.pass(2_000);
    await hold(hat, 800, 0, 0.5);
    expect(hat.find.busy).toBe(true);
  });

  test("ends after 60 s, and says whether it was seen", async () => {
    const never = new Hat();
    never.find.begin(keys);
    await never.pass(59_900);
    expect(never.find.busy).toBe(true);
    await never.pass(200);
    expect(never.newest).toBe("Not found: your keys.");
    const once = await seeking();
    await hold(once, 1_000, 20);
    await once.pass(60_000);
    expect(once.newest).toBe("Your keys, last at 1 o'clock. Finding is over.");
    once.ticks.length = 0;
    await once.pass(5_000);
    expect(once.ticks).toEqual([]);
  });

  test("a press stops it and says so; a press while it speaks only hushes", async () => {
    const hat = new Hat();
    hat.find.begin(keys);
    await hat.pass(500);
    await hat.click();
    expect(hat.find.busy).toBe(true);
    await hat.pass(1_000);
    await hat.click();
    expect(hat.newest).toBe("Finding stopped.");
    expect(hat.find.busy).toBe(false);
    expect(hat.others).toEqual([]);
  });

  test("ticks are silent while a collision is near, so that none is taken for a beep", async () => {
    const hat = await seeking();
    hat.urgent = true;
    await hold(hat, 3_000, 0);
    expect(hat.ticks).toEqual([]);
    hat.urgent = false;
    await hold(hat, 1_000, 0);
    expect(count(hat, "seen")).toBeGreaterThan(5);
  });

  test("eyes that cannot see are told of, and no tick says that they look", async () => {
    const hat = await seeking();
    hat.seeing = "dark";
    await hat.pass(4_000);
    expect(hat.newest).toBe("Too dark to see. Finding has to wait.");
    hat.ticks.length = 0;
    await hat.pass(6_000);
    expect(hat.ticks).toEqual([]);
    hat.seeing = "good";
    await hat.pass(4_500);
    expect(count(hat, "looking")).toBe(2);
    // What is recognised all the same is in view.
    hat.seeing = "dark";
    hat.ticks.length = 0;
    await hold(hat, 4_000, 10);
    expect(count(hat, "seen")).toBeGreaterThan(10);
    expect(hat.texts.filter((text) => text.startsWith("Too dark"))).toHaveLength(1);
    const off = new Hat();
    off.seeing = "off";
    off.find.begin(keys);
    await off.pass(100);
    expect(off.texts).toEqual(["Eyes off. Finding has to wait."]);
    expect(off.find.busy).toBe(false);
  });

  test("another thing, or an older look, changes nothing", async () => {
    const hat = await seeking();
    see(hat, 0, 0.5, "c");
    await hat.pass(500);
    expect(count(hat, "seen")).toBe(0);
    await hold(hat, 400, 25);
    hat.find.seen("k", { angle: 0, hour: 12, metres: 0.5, at: hat.clock.now() - 300 });
    hat.ticks.length = 0;
    await hat.pass(500);
    expect(hat.ticks.length).toBeLessThanOrEqual(1);
  });

  test("a thing whose name was recorded is told by that recording", async () => {
    const hat = new Hat();
    let parts: unknown;
    const say = hat.speech.say.bind(hat.speech);
    hat.speech.say = (utterance) => {
      parts ??= utterance.parts;
      say(utterance);
    };
    hat.find.begin(cup);
    expect(parts).toContainEqual({ clip: cup.name.clip, text: "new thing two" });
  });
});

test("whatever is seen, and whenever: never more than eight ticks a second, and over within 60 s", async () => {
  const action = fc.record({
    ms: fc.integer({ min: 10, max: 4_000 }),
    angle: fc.integer({ min: -90, max: 90 }),
    metres: fc.option(fc.double({ min: 0, max: 6, noNaN: true })),
    seeing: fc.constantFrom("good" as const, "good" as const, "dark" as const),
    urgent: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const hat = new Hat();
      hat.find.begin(keys);
      for (const { ms, angle, metres, seeing, urgent } of actions) {
        Object.assign(hat, { seeing, urgent });
        const before = hat.ticks.length;
        see(hat, angle, metres);
        await hat.pass(ms);
        if (urgent) expect(hat.ticks.length).toBe(before);
      }
      for (const [i, { at }] of hat.ticks.entries()) {
        const before = hat.ticks[i - 1];
        if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(124);
        expect(at).toBeLessThanOrEqual(60_000);
      }
      await hat.pass(62_000 - Math.min(62_000, hat.clock.now()));
      await hat.pass(10);
      expect(hat.find.busy).toBe(false);
      expect(hat.attended).toEqual([true, false]);
      expect(hat.newest).toMatch(/Found:|Not found|Finding is over|Finding has to wait/);
    }),
    { numRuns: 40 },
  );
}, 30_000);
