import { describe, expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { Hat } from "./hat.ts";

const { limits, first, left, last, offer } = english.tutorial;

/** Listens to the end. */
async function listen(hat: Hat): Promise<void> {
  for (let i = 0; i < 600 && hat.tutorial.busy; i++) await hat.pass(100);
}

describe("the introduction", () => {
  test("is heard to its end without a press, and says all that Brim never finds", async () => {
    const hat = new Hat();
    hat.tutorial.start();
    await listen(hat);
    const heard = hat.texts.join(" ");
    for (const what of [
      "steps",
      "kerbs",
      "holes",
      "glass",
      "low",
      "beside",
      "fast",
      "Crossing",
      "call for help",
    ]) {
      expect(heard).toContain(what);
    }
    expect(hat.newest).toBe(last);
    expect(hat.tutorialEnds).toEqual(["heard"]);
  });

  test("is offered: a click begins it, a hold declines it, and silence leaves it open", async () => {
    const yes = new Hat();
    yes.tutorial.offer();
    await yes.pass(3_000);
    expect(yes.texts).toEqual([offer]);
    await yes.click();
    expect(yes.newest).toBe(first[0]);

    const no = new Hat();
    no.tutorial.offer();
    await no.pass(3_000);
    await no.hold();
    expect(no.newest).toBe(left);
    expect(no.tutorialEnds).toEqual(["declined"]);

    const silent = new Hat();
    silent.tutorial.offer();
    await silent.pass(20_000);
    expect(silent.owner.busy).toBe(false);
    expect(silent.texts).toEqual([offer]);
    expect(silent.tutorialEnds).toEqual([]);
  });

  test("the offer lets the greeting be heard to its end", async () => {
    const hat = new Hat();
    hat.speech.say({ text: "Brim on.", priority: "answer", action: "enqueue", ttl: 5_000 });
    await hat.pass(100);
    hat.tutorial.offer();
    await hat.pass(900);
    expect(hat.texts).toEqual(["Brim on."]);
    await hat.pass(200);
    expect(hat.newest).toBe(offer);
  });

  test("a click leads on, and who skips what Brim cannot do is offered it again", async () => {
    const hat = new Hat();
    hat.tutorial.start();
    await hat.pass(500);
    await hat.click();
    expect(hat.newest).toBe(first[1]);
    while (!hat.texts.includes(limits[1] ?? "")) await hat.pass(100);
    await hat.click();
    expect(hat.newest).toBe(limits[2]);
    await listen(hat);
    expect(hat.newest).toBe(last);
    expect(hat.tutorialEnds).toEqual([]);
  });

  test("who skips the rest has heard it", async () => {
    const hat = new Hat();
    hat.tutorial.start();
    for (let i = 0; i < first.length; i++) await hat.click();
    while (!hat.texts.includes(english.tutorial.button)) await hat.pass(100);
    for (let i = 0; i < 20 && hat.tutorial.busy; i++) await hat.click();
    expect(hat.tutorialEnds).toEqual(["heard"]);
  });

  test("a hold leaves it at any time, unheard", async () => {
    const hat = new Hat();
    hat.tutorial.start();
    await hat.pass(8_000);
    await hat.hold();
    expect(hat.newest).toBe(left);
    await hat.pass(10_000);
    expect(hat.newest).toBe(left);
    expect(hat.tutorialEnds).toEqual([]);
  });

  test("safety breaks in at once; the step goes on after it and counts as heard", async () => {
    const hat = new Hat();
    hat.tutorial.start();
    while (!hat.texts.includes(limits[0] ?? "")) await hat.pass(50);
    hat.safety();
    await hat.pass(150);
    expect(hat.newest).toBe("Collision warning off.");
    await listen(hat);
    expect(hat.tutorialEnds).toEqual(["heard"]);
  });

  test("a click that cuts safety off skips nothing: the step is said again", async () => {
    const hat = new Hat();
    hat.tutorial.start();
    while (!hat.texts.includes(limits[0] ?? "")) await hat.pass(50);
    hat.safety();
    await hat.pass(150);
    await hat.click();
    expect(hat.newest).toBe(limits[0]);
    await listen(hat);
    expect(hat.tutorialEnds).toEqual(["heard"]);
  });

  test("can be heard again from the menu", async () => {
    const hat = new Hat();
    await hat.goTo("Introduction");
    await hat.hold();
    expect(hat.newest).toBe(first[0]);
  });
});
