import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Hat } from "./hat.ts";

describe("the spoken menu", () => {
  test("opens by click, then hold, says its first entry, and tells how it works the first time", async () => {
    const hat = new Hat();
    await hat.openMenu();
    expect(hat.texts).toEqual(["Menu. Click: next. Hold: choose. Repeat."]);
    await hat.pass(30_000);
    expect(hat.newest).toBe("Menu closed.");
    await hat.openMenu();
    expect(hat.newest).toBe("Menu. Repeat.");
    expect(hat.done).toEqual([]);
  });

  test("a click leads to the next entry, round and round", async () => {
    const hat = new Hat();
    await hat.openMenu();
    const entries: string[] = [];
    for (let i = 0; i < 16; i++) {
      await hat.click();
      entries.push(hat.newest);
    }
    expect(entries).toEqual([
      "Status and battery.",
      "Find a thing.",
      "Pause beeps for ten minutes.",
      "Louder.",
      "Softer.",
      "Faster.",
      "Slower.",
      "How much is said: normal.",
      "Forget last.",
      "Back in the text.",
      "Practice.",
      "Introduction.",
      "Pair a phone.",
      "Switch off.",
      "Repeat.",
      "Status and battery.",
    ]);
    expect(hat.done).toEqual([]);
    expect(hat.others).toEqual(["clickHold", "clickHoldEnd"]);
  });

  test("who knows it clicks on while it speaks: each short press counts at once, however quick", async () => {
    const hat = new Hat();
    await hat.openMenu();
    for (let i = 0; i < 3; i++) await hat.push(60, 60);
    await hat.pass(40);
    expect(hat.newest).toBe("Pause beeps for ten minutes.");
    await hat.push(60, 60);
    await hat.push(60, 60);
    await hat.hold();
    // The hold chooses what the clicks led to, though its words were cut off.
    expect(hat.done).toEqual(["volume -1"]);
    expect(hat.newest).toBe("Softer.");
  });

  test("8 s after its last word it closes, and says so; then a click is the hat's again", async () => {
    const hat = new Hat();
    await hat.openMenu();
    await hat.untilSilent();
    await hat.pass(7_900);
    expect(hat.menu.busy).toBe(true);
    await hat.pass(200);
    expect(hat.menu.busy).toBe(false);
    expect(hat.newest).toBe("Menu closed.");
    await hat.pass(3_000);
    await hat.click();
    expect(hat.others.at(-1)).toBe("click");
  });

  test("a press in the last moment keeps it open, and is never taken for a click to learn", async () => {
    const hat = new Hat();
    await hat.openMenu();
    await hat.untilSilent();
    await hat.pass(7_950);
    await hat.push(200, 1_000);
    expect(hat.newest).toBe("Status and battery.");
    expect(hat.others).toEqual(["clickHold", "clickHoldEnd"]);
  });

  test("repeat says what was last said before the menu", async () => {
    const hat = new Hat();
    hat.speech.say({ text: "Ana, 1 o'clock, near.", priority: "recognised", action: "enqueue", ttl: 1_000 });
    await hat.pass(2_000);
    await hat.openMenu();
    await hat.hold();
    expect(hat.newest).toBe("Ana, 1 o'clock, near.");
    expect(hat.menu.busy).toBe(false);
    expect(hat.others).toEqual(["clickHold", "clickHoldEnd"]);
  });

  test("with nothing to repeat it says so", async () => {
    const hat = new Hat();
    await hat.openMenu();
    await hat.hold();
    expect(hat.newest).toBe("Repeat: nothing said yet.");
  });

  test("status is said and ends the menu", async () => {
    const hat = new Hat();
    await hat.goTo("Status");
    await hat.hold();
    expect(hat.newest).toBe("Collision warning on. Battery 80 percent.");
    expect(hat.menu.busy).toBe(false);
  });

  test("find asks which thing, by the name that was spoken", async () => {
    const hat = new Hat();
    await hat.goTo("Find");
    await hat.hold();
    expect(hat.newest).toBe("Your keys.");
    await hat.click();
    expect(hat.newest).toBe("New thing two.");
    await hat.hold();
    expect(hat.done).toEqual(["find c"]);
    expect(hat.find.sought).toBe("c");
  });

  test("back leads from the things to the entries", async () => {
    const hat = new Hat();
    await hat.goTo("Find");
    await hat.hold();
    await hat.click();
    await hat.click();
    expect(hat.newest).toBe("Back.");
    await hat.hold();
    expect(hat.newest).toBe("Find a thing.");
    expect(hat.done).toEqual([]);
  });

  test("what cannot work now says why, and does nothing", async () => {
    const hat = new Hat();
    hat.things = [];
    hat.last = null;
    hat.beeps = "off";
    const reasons = {
      Find: "Find: no thing learned yet.",
      Pause: "Pause beeps: collision warning is not on.",
      Forget: "Forget last: nothing learned yet.",
    };
    for (const [entry, reason] of Object.entries(reasons)) {
      await hat.goTo(entry);
      expect(hat.newest).toBe(reason);
      await hat.hold();
      expect(hat.newest).toBe(reason);
      await hat.pass(30_000);
    }
    expect(hat.done).toEqual([]);
  });

  test("beeps are paused for ten minutes, and brought back from the same place", async () => {
    const hat = new Hat();
    await hat.goTo("Pause");
    await hat.hold();
    hat.beeps = "paused";
    await hat.goTo("Bring the beeps back.");
    await hat.hold();
    expect(hat.done).toEqual(["pause 10", "pause 0"]);
  });

  test("louder goes on with each hold, until it is loudest", async () => {
    const hat = new Hat();
    await hat.goTo("Louder");
    await hat.hold();
    expect(hat.newest).toBe("Louder.");
    await hat.hold();
    expect(hat.newest).toBe("Loudest.");
    expect(hat.menu.busy).toBe(true);
    await hat.click();
    expect(hat.newest).toBe("Softer.");
  });

  test("how much is said goes round with each hold", async () => {
    const hat = new Hat();
    await hat.goTo("How much");
    for (let i = 0; i < 3; i++) await hat.hold();
    expect(hat.done).toEqual(["chatty", "quiet", "normal"]);
    expect(hat.newest).toBe("Normal.");
  });

  test("goes back in the text that was read, if one was", async () => {
    const hat = new Hat();
    hat.hasRead = false;
    await hat.goTo("Back in the text");
    await hat.hold();
    expect(hat.newest).toBe("Back in the text: nothing read yet.");
    hat.hasRead = true;
    await hat.hold();
    expect(hat.done).toEqual(["readBack"]);
    expect(hat.owner.busy).toBe(false);
  });

  test("forget last asks once more; a click says no", async () => {
    const hat = new Hat();
    await hat.goTo("Forget");
    await hat.hold();
    expect(hat.newest).toBe("Forget your keys? Hold again to forget.");
    await hat.click();
    expect(hat.newest).toBe("Back in the text.");
    expect(hat.done).toEqual([]);
    await hat.pass(30_000);
    await hat.goTo("Forget");
    await hat.hold();
    await hat.hold();
    expect(hat.done).toEqual(["forget k"]);
    expect(hat.newest).toBe("Forgotten: your keys.");
    await hat.pass(2_000);
    hat.last = { id: "x", name: { text: "Ana", clip: null } };
    hat.forgets = false;
    await hat.goTo("Forget");
    await hat.hold();
    await hat.hold();
    expect(hat.newest).toBe("Not forgotten: memory cannot be written.");
  });

  test("switching off is asked once more, and is done after its last word", async () => {
    const hat = new Hat();
    await hat.goTo("Switch off");
    await hat.hold();
    expect(hat.newest).toBe("Hold again to switch off.");
    await hat.hold();
    expect(hat.newest).toBe("Brim off. Collision warning off.");
    expect(hat.done).toEqual([]);
    await hat.untilSilent();
    expect(hat.done).toEqual(["off"]);
    expect(hat.menu.busy).toBe(false);
  });

  test("a question whose words were never begun is asked again, not answered by the hold", async () => {
    const hat = new Hat();
    await hat.goTo("Switch off");
    hat.press();
    await hat.pass(610);
    // Safety speaks while the question waits behind it.
    hat.safety();
    hat.release();
    await hat.pass(100);
    await hat.hold();
    expect(hat.done).toEqual([]);
    await hat.pass(200);
    expect(hat.newest).toBe("Hold again to switch off.");
    await hat.hold();
    await hat.untilSilent();
    expect(hat.done).toEqual(["off"]);
  });

  test("safety breaks in and the entry goes on after it; a click that cuts safety off does nothing else", async () => {
    const hat = new Hat();
    await hat.openMenu();
    await hat.click();
    hat.safety();
    await hat.pass(150);
    expect(hat.said.at(-1)).toMatchObject({ text: "Collision warning off.", priority: "safety" });
    await hat.click();
    expect(hat.newest).toBe("Status and battery.");
    await hat.click();
    expect(hat.newest).toBe("Find a thing.");
  });

  test("a guard that is lost leaves nothing half pressed behind", async () => {
    const hat = new Hat();
    await hat.openMenu();
    hat.press();
    hat.owner.guardLost();
    hat.release();
    await hat.pass(30_000);
    expect(hat.menu.busy).toBe(false);
    expect(hat.done).toEqual([]);
  });
});

/** What the fingers, the world and time do, in any order. */
const anything = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("push" as const),
        ms: fc.integer({ min: 20, max: 900 }),
        rest: fc.integer({ min: 20, max: 1_500 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("openMenu" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 10, max: 9_000 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom("safety" as const, "guardLost" as const, "offer" as const),
      }),
    },
  ),
  { maxLength: 25 },
);

test("whatever is pressed: nothing is chosen without a hold, safety is heard, and it all ends by itself", async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (actions) => {
      const hat = new Hat();
      let holds = 0;
      let safe = 0;
      for (const one of actions) {
        if (one.do === "push") {
          if (one.ms >= 590) holds++;
          const before = hat.done.length;
          await hat.push(one.ms, one.rest);
          // Switching off waits for its last word, so it may fall into a later press.
          const done = hat.done.slice(before).filter((what) => what !== "off");
          expect(done.length).toBeLessThanOrEqual(one.ms >= 590 ? 1 : 0);
        } else if (one.do === "openMenu") {
          holds++;
          await hat.openMenu();
        } else if (one.do === "pass") await hat.pass(one.ms);
        else if (one.do === "safety") {
          // One sentence of safety is heard out before the next.
          await hat.pass(1_500);
          hat.safety(`Safety ${++safe}.`);
          await hat.pass(150);
          expect(hat.texts).toContain(`Safety ${safe}.`);
        } else if (one.do === "offer") hat.tutorial.offer();
        else hat.owner.guardLost();
      }
      expect(hat.done.length).toBeLessThanOrEqual(holds);
      // What cannot be taken back was asked for, aloud, each time.
      const asked = (text: string) => hat.texts.filter((said) => said.startsWith(text)).length;
      const did = (what: string) => hat.done.filter((done) => done.startsWith(what)).length;
      expect(did("forget")).toBeLessThanOrEqual(asked("Forget your keys?"));
      expect(did("off")).toBeLessThanOrEqual(asked("Hold again to switch off."));
      await hat.pass(70_000);
      expect(hat.owner.busy).toBe(false);
      expect(hat.speech.silent).toBe(true);
      // The button is the hat's again.
      const before = hat.others.length;
      await hat.click();
      expect(hat.others.slice(before)).toEqual(["click"]);
    }),
    { numRuns: 60 },
  );
}, 60_000);
