import { expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { verbosities } from "../../src/base/settings.ts";
import { gestureNames, gestureText } from "../../src/menu/gesture-text.ts";

/** Every text in a part of the wording; functions are called with what makes them long. */
function textsOf(part: unknown): string[] {
  if (typeof part === "string") return [part];
  if (typeof part !== "object" || part === null) return [];
  return Object.values(part).flatMap(textsOf);
}

test("what the menu, practice, the introduction and finding say is short, and promises nothing", () => {
  const { menu, gesture, practice, tutorial, find } = english;
  const longest = "your other pair of glasses";
  const texts = [
    ...[menu, gesture, practice, tutorial, find].flatMap(textsOf),
    ...gestureNames.map((name) => gestureText(name, english, ["triple", "hold"])),
    menu.open(true),
    menu.open(false),
    menu.entry.pause(10),
    ...verbosities.map((now) => menu.entry.verbosity(now)),
    menu.which(longest),
    menu.sureToForget(longest),
    menu.forgotten(longest),
    find.begin(longest),
    find.seen(longest, 11),
    find.found(longest, 12),
    find.over(longest),
    find.overSeen(longest, 11),
    ...(["dark", "blurred", "covered", "none", "off"] as const).map((seeing) => find.notSeeing(seeing)),
  ];
  expect(texts.length).toBeGreaterThan(60);
  for (const text of texts) {
    expect(text).toMatch(/^[A-Z0-9].*\.$/);
    expect(text).not.toMatch(/clear|safe|I see|undefined/i);
    for (const sentence of text.split(/[.?] /)) expect(sentence.split(" ").length).toBeLessThanOrEqual(12);
  }
});

test("the introduction says all that the README says Brim never finds", () => {
  const limits = english.tutorial.limits.join(" ");
  for (const never of ["steps", "kerbs", "holes", "glass", "low", "beside the beam", "fast vehicles"]) {
    expect(limits).toContain(never);
  }
  expect(limits).toContain("cannot call for help");
  expect(limits).toMatch(/cane or dog/);
});

test("no entry of the menu says that something has been done", () => {
  const { entry, changed, verbosity } = english.menu;
  const done = [english.collision.pauseOver, english.collision.on, english.collision.paused(10)];
  for (const text of Object.values(entry).filter((one) => typeof one === "string")) {
    expect(done).not.toContain(text);
  }
  expect(Object.keys(changed)).toEqual(["louder", "softer", "faster", "slower"]);
  expect(Object.keys(verbosity)).toEqual([...verbosities]);
});
