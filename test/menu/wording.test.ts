import { expect, test } from "vitest";
import { english } from "../../src/attention/wording/en.ts";
import { verbosities } from "../../src/base/settings.ts";

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
