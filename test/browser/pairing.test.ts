import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Hat } from "../companion/helpers.ts";
import { quickest, timeOf } from "../quickest.ts";
import { launch, noBrowser, watch } from "./browser.ts";

const connected = "Connected. Collision warning is on.";

/** The page and the server as they are, over a real connection. */
describe.skipIf(noBrowser)("a phone pairs", () => {
  let browser: Browser;
  let page: Page;
  let hat: Hat;
  let wrong: string[];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    hat = await new Hat({ simulated: false }).start();
    hat.companion.publish({
      processes: { guard: { state: "on" }, mind: { state: "on" }, eyes: { state: "on" } },
      guard: { level: "quiet", beepsPerSecond: 0, metres: 2, reach: null, pausedFor: null, sensors: [] },
    });
    page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    wrong = watch(page);
  });
  afterEach(async () => {
    await page.context().close();
    await hat.stop();
    expect(wrong).toEqual([]);
  });

  test("with the spoken code, which may be pasted with its gap; a wrong one says so and keeps the focus", async () => {
    const code = hat.pairing.begin();
    await page.goto(hat.url.href);
    await page.getByRole("heading", { name: "Pair this phone" }).waitFor();
    const field = page.getByLabel("The six digits that the hat says");
    expect(await field.getAttribute("autocomplete")).toBe("one-time-code");
    expect(await field.getAttribute("inputmode")).toBe("numeric");
    await field.fill("12");
    await page.keyboard.press("Enter");
    await page.getByText("The code has six digits.").waitFor();
    await field.fill(code === "111111" ? "222222" : "111111");
    await page.keyboard.press("Enter");
    await page.getByText("That is not the code.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("code");
    await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await page.keyboard.press("Enter");
    await page.getByText(connected).waitFor();
    expect(hat.asked).toContainEqual({ name: "Phone", role: "wearer" });
  });

  test("by the link, whose code does not stay in the address bar", async () => {
    const code = hat.pairing.begin();
    await page.goto(`${hat.url.href}#code=${code}`);
    const field = page.getByLabel("The six digits that the hat says");
    expect(await field.inputValue()).toBe(code);
    expect(page.url()).not.toContain(code);
    await page.getByLabel("A helper's").check();
    await page.getByLabel("Name of this phone").fill("Ben");
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    await page.getByText(connected).waitFor();
    expect(hat.asked).toContainEqual({ name: "Ben", role: "helper" });
  });

  test("without a code: it shows the word that the hat says, and a double click lets it in", async () => {
    let word = "";
    hat.pairing.events = {
      asked: (said) => {
        word = said;
      },
      over: () => {},
    };
    hat.pairing.begin();
    await page.goto(hat.url.href);
    await page.getByRole("button", { name: "Ask the hat" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".callout").textContent()).toContain(`The word is: ${word}.`);
    expect(word).not.toBe("");
    hat.pairing.allow(word);
    await page.getByText(connected).waitFor();
  });

  test("and can be used within a second, over the computer's own network", async () => {
    const code = hat.pairing.begin();
    await page.goto(`${hat.url.href}#code=${code}`);
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    await page.getByText(connected).waitFor();
    const openPage = async () => {
      await page.goto(hat.url.href);
      await page.getByText(connected).waitFor();
    };
    expect(await quickest(1_000, () => timeOf(openPage))).toBeLessThan(1_000);
  });
});
