import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, noBrowser, watch } from "./browser.ts";
import { PaperHat } from "./paper-hat.ts";
import { views } from "./views.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = [320, 1280];
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, one line each; nothing is right. */
async function violations(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults, string[]>(
    (values) =>
      (window as never as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        runOnly: values,
      }),
    rules,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Pixels by which something is wider than the screen. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Buttons, links and fields that are smaller than a thumb. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        "a, button, select, input:not([type=radio], [type=checkbox]), label.choice",
      ),
    ]
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 1 && (width < 48 || height < 48);
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

describe.skipIf(noBrowser)("each view", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function opened(name: string, context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    const hat = new PaperHat();
    await hat.serve(page);
    await views.find((view) => view.name === name)?.open(page, hat);
    return page;
  }

  test.each(views.map(({ name }) => name))(
    "%s has no barrier, light and dark, narrow and wide",
    async (name) => {
      const context = await browser.newContext({
        serviceWorkers: "block",
        locale: "en-GB",
        reducedMotion: "reduce",
      });
      const page = await opened(name, context);
      const wrong = watch(page);
      for (const width of widths) {
        // All of it at once, so that nothing lies half below the bar.
        await page.setViewportSize({ width, height: 3_500 });
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          expect([width, colorScheme, await violations(page)]).toEqual([width, colorScheme, []]);
        }
        expect([width, await overflow(page), await small(page)]).toEqual([width, 0, []]);
      }
      expect(wrong).toEqual([]);
      await context.close();
    },
  );

  test("in Spanish nothing is left in English, and nothing runs out of the screen", async () => {
    const context = await browser.newContext({
      serviceWorkers: "block",
      locale: "es-ES",
      viewport: { width: 320, height: 640 },
    });
    const page = await context.newPage();
    const hat = new PaperHat();
    await hat.serve(page);
    for (const path of ["now", "ask", "people", "settings", "health", "privacy", "phones", "camera", "hat"]) {
      await page.goto(`http://localhost:8787/#/${path}`);
      await page.locator("h1").waitFor();
      expect([path, await overflow(page)]).toEqual([path, 0]);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe("es");
      expect(await page.locator("body").innerText()).not.toMatch(/\b(the|and|with|your|is)\b(?! o'clock)/i);
    }
    await context.close();
  });
});

describe.skipIf(noBrowser)("with text of twice the size", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch("--blink-settings=defaultFontSize=32");
  });
  afterAll(() => browser?.close());

  test("each view fits a narrow phone, and the bar leaves room for it", async () => {
    const context = await browser.newContext({
      serviceWorkers: "block",
      locale: "en-GB",
      viewport: { width: 320, height: 640 },
    });
    const page = await context.newPage();
    const hat = new PaperHat();
    await hat.serve(page);
    for (const { name, open } of views) {
      await open(page, hat);
      expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe("36px");
      expect([name, await overflow(page)]).toEqual([name, 0]);
    }
    await context.close();
  });
});
