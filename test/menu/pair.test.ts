import { expect, test } from "vitest";
import { Hat } from "./hat.ts";

const code = "Code: one two zero, three four five.";

async function pairing(): Promise<Hat> {
  const hat = new Hat();
  hat.pair.start();
  await hat.pass(8_000);
  return hat;
}

async function doubleClick(hat: Hat): Promise<void> {
  for (let n = 0; n < 2; n++) {
    hat.press();
    await hat.pass(80);
    hat.release();
    await hat.pass(100);
  }
  await hat.pass(500);
}

test("the code is said in two groups of three, twice, and again at a click", async () => {
  const hat = await pairing();
  expect(hat.newest).toContain(`${code} Again: one two zero, three four five.`);
  const before = hat.texts.length;
  await hat.click();
  await hat.pass(8_000);
  expect(hat.texts.slice(before).join()).toContain(code);
  expect(hat.pair.busy).toBe(true);
});

test("a double click allows the phone whose word was heard, and only then", async () => {
  const hat = await pairing();
  await doubleClick(hat);
  await hat.pass(8_000);
  expect(hat.done.join()).not.toContain("allow");
  hat.pair.asked("river", "helper");
  await hat.pass(8_000);
  expect(hat.newest).toContain("River. A helper's phone asks.");
  await doubleClick(hat);
  expect(hat.done).toContain("allow river");
  hat.pair.paired("helper");
  await hat.pass(8_000);
  expect(hat.newest).toBe("A helper's phone is paired.");
  expect(hat.pair.busy).toBe(false);
});

test("a hold leaves, and closes pairing", async () => {
  const hat = await pairing();
  await hat.hold();
  await hat.pass(8_000);
  expect([hat.newest, hat.pair.busy]).toEqual(["Pairing left.", false]);
  expect(hat.done).toContain("pairing closed");
});
