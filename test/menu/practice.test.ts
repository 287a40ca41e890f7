import { describe, expect, test } from "vitest";
import { Hat } from "./hat.ts";

async function practising(): Promise<Hat> {
  const hat = new Hat();
  await hat.goTo("Practice");
  await hat.hold();
  await hat.pass(4_000);
  return hat;
}

describe("practice", () => {
  test("tells how to leave it, names each gesture, and does nothing", async () => {
    const hat = await practising();
    expect(hat.newest).toBe("Practice. Press as you like. Click, then hold: leave.");
    const before = hat.others.length;
    await hat.click();
    expect(hat.newest).toBe("Click: learns the person or thing ahead.");
    await hat.pass(3_000);
    await hat.push(80, 100);
    await hat.push(80, 500);
    expect(hat.newest).toBe("Double click: says what is around you.");
    await hat.pass(3_000);
    await hat.hold();
    expect(hat.newest).toBe("Hold: asks your question until you let go.");
    expect(hat.others.length).toBe(before);
    expect(hat.done).toEqual(["practice"]);
  });

  test("names a triple click, and what a second one is for", async () => {
    const hat = await practising();
    for (let i = 0; i < 3; i++) await hat.push(60, 60);
    await hat.pass(100);
    expect(hat.newest).toBe("Triple click: reads the text ahead. Again: goes on.");
  });

  test("a click while it speaks is named for what it is, a hush", async () => {
    const hat = await practising();
    await hat.click();
    await hat.click();
    expect(hat.newest).toBe("Click while Brim speaks: hushes, nothing else.");
  });

  test("ends with click, then hold, and that opens no menu", async () => {
    const hat = await practising();
    await hat.openMenu();
    expect(hat.newest).toBe("Click, then hold: the menu. Practice over.");
    await hat.pass(3_000);
    expect(hat.owner.busy).toBe(false);
    await hat.openMenu();
    expect(hat.menu.busy).toBe(true);
  });

  test("ends after a minute without a gesture, and the click after it is the hat's", async () => {
    const hat = await practising();
    await hat.click();
    await hat.pass(59_000);
    expect(hat.practice.busy).toBe(true);
    await hat.pass(1_000);
    expect(hat.newest).toBe("Practice over.");
    await hat.pass(3_000);
    await hat.click();
    expect(hat.others.at(-1)).toBe("click");
  });

  test("safety is said over it at once", async () => {
    const hat = await practising();
    await hat.click();
    hat.safety();
    await hat.pass(150);
    expect(hat.newest).toBe("Collision warning off.");
  });
});
