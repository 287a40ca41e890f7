import { expect, test } from "vitest";
import { Hat, keys } from "./hat.ts";

test("a double click during which the introduction is offered is still a double click of the hat", async () => {
  const hat = new Hat();
  await hat.push(80, 60);
  hat.tutorial.offer();
  await hat.push(80, 500);
  expect(hat.others).toEqual(["double"]);
});

test("the click that ends finding learns nothing; a double click ends it and does its work", async () => {
  const hat = new Hat();
  hat.find.begin(keys);
  await hat.pass(4_000);
  await hat.click();
  expect(hat.find.busy).toBe(false);
  expect(hat.others).toEqual([]);
  hat.find.begin(keys);
  await hat.pass(4_000);
  await hat.push(80, 60);
  await hat.push(80, 500);
  expect(hat.find.busy).toBe(false);
  expect(hat.others).toEqual(["double"]);
});

test("stopping ends whatever has the button, without a word", async () => {
  for (const begin of [
    (hat: Hat) => hat.menu.open(),
    (hat: Hat) => hat.practice.start(),
    (hat: Hat) => hat.tutorial.start(),
    (hat: Hat) => hat.find.begin(keys),
  ]) {
    const hat = new Hat();
    begin(hat);
    await hat.pass(100);
    expect(hat.owner.busy).toBe(true);
    hat.owner.stop();
    expect(hat.owner.busy).toBe(false);
    const before = hat.texts.length;
    await hat.pass(90_000);
    expect(hat.texts.length).toBe(before);
    expect(hat.done).toEqual([]);
  }
});
