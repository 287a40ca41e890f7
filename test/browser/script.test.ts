import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, noBrowser } from "./browser.ts";
import { PaperHat } from "./paper-hat.ts";
import { views } from "./views.ts";

/**
 * What a screen reader is told of each view, from its top to its end, as a script to be read: `scripts/*.txt`. Whoever
 * changes a view reads what has become of it there (`npx vitest run test/browser/script.test.ts -u`).
 */
describe.skipIf(noBrowser)("each view, as a screen reader is told of it", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test.each(views.map(({ name }) => name))("%s", async (name) => {
    const context = await browser.newContext({
      serviceWorkers: "block",
      locale: "en-GB",
      timezoneId: "UTC",
      viewport: { width: 375, height: 800 },
    });
    const page = await context.newPage();
    const hat = new PaperHat();
    await hat.serve(page);
    await views.find((view) => view.name === name)?.open(page, hat);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    const script = await page.locator("body").ariaSnapshot();
    await expect(`${script}\n`).toMatchFileSnapshot(`scripts/${name.replaceAll(" ", "-")}.txt`);
    await context.close();
  });
});
