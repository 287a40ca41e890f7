import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launch, noBrowser } from "./browser.ts";
import { address, PaperHat } from "./paper-hat.ts";

const require = createRequire(import.meta.url);
const readerFile = require
  .resolve("@guidepup/virtual-screen-reader/package.json")
  .replace("package.json", "lib/esm/index.browser.js");

interface Reader {
  spokenPhraseLog(): Promise<string[]>;
  clearSpokenPhraseLog(): Promise<void>;
}

describe.skipIf(noBrowser)("a screen reader on the page", () => {
  let browser: Browser;
  let page: Page;
  let hat: PaperHat;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    await page?.context().close();
    page = await (await browser.newContext({ serviceWorkers: "block", locale: "en-GB" })).newPage();
    hat = new PaperHat();
    await hat.serve(page);
    await page.route(`${address}reader.js`, (route) =>
      route.fulfill({ contentType: "text/javascript", body: readFileSync(readerFile) }),
    );
    await page.goto(`${address}#/now`);
    await page.getByText("Connected. Collision warning is on.").waitFor();
    // As text, for what builds the tests would take the import for its own.
    await page.evaluate(`import("/reader.js").then(async ({ virtual }) => {
      await virtual.start({ container: document.body });
      await virtual.clearSpokenPhraseLog();
      window.reader = virtual;
    })`);
  });

  /** What it has spoken since it was asked last, once all has come that will. */
  async function spoken(): Promise<string[]> {
    await page.waitForTimeout(250);
    return page.evaluate(async () => {
      const { reader } = window as never as { reader: Reader };
      const phrases = await reader.spokenPhraseLog();
      // A region that is emptied is not spoken.
      const heard = phrases.filter((phrase) => !/: $/.test(phrase));
      await reader.clearSpokenPhraseLog();
      return heard;
    });
  }

  const guard = () => {
    const { guard: now } = new PaperHat().state;
    if (now === null) throw new Error("the hat of paper has a guard");
    return now;
  };

  test("hears that collision warning is lost, at once and once, and that it is back", async () => {
    hat.publish({ guard: null, processes: { ...hat.state.processes, guard: { state: "off" } } });
    expect(await spoken()).toEqual(
      ["polite: Connected.", "assertive: Collision warning is off."].sort(bySpeed),
    );
    // The same state comes again and again.
    hat.publish({ guard: null });
    hat.publish({ processes: { ...hat.state.processes } });
    expect(await spoken()).toEqual([]);
    hat.publish({ guard: guard(), processes: { ...hat.state.processes, guard: { state: "on" } } });
    expect(await spoken()).toEqual(["polite: Connected. Collision warning is on."]);
  });

  test("hears of a sensor that is blind, and of paused beeps", async () => {
    hat.publish({ guard: { ...guard(), level: "blind" } });
    expect(await spoken()).toContain("assertive: Collision warning cannot see.");
    hat.publish({ guard: { ...guard(), level: "paused", pausedFor: 600_000 } });
    expect(await spoken()).toEqual(["polite: Connected. Beeps are paused."]);
  });

  test("hears of no beep, no frame and no sentence of the hat", async () => {
    for (let n = 0; n < 20; n++) {
      hat.publish({
        buzzer: n % 2 === 0,
        guard: { ...guard(), level: "danger", beepsPerSecond: 8, metres: n / 10 },
      });
      hat.publish({
        seen: { seeing: "good", width: 640, height: 480, things: hat.state.seen?.things.slice(n % 2) ?? [] },
      });
      hat.publish({ said: [...hat.state.said, { text: `Sentence ${n}.`, priority: "ambient", time: n }] });
    }
    await page.getByText("Sentence 19.").waitFor();
    expect(await spoken()).toEqual([]);
  });

  test("hears of a battery that runs low once a step, not once a percent", async () => {
    const power = { minutesLeft: 20, charging: false, problems: [] };
    for (const percent of [26, 25, 24, 18, 12, 11]) hat.publish({ power: { ...power, percent } });
    expect(await spoken()).toEqual(["polite: Battery at 25 percent or less."]);
    hat.publish({ power: { ...power, percent: 10 } });
    expect(await spoken()).toEqual(["polite: Battery at 10 percent or less."]);
  });

  test("hears what has become of what was done, and the same again as often as it is done", async () => {
    await page.goto(`${address}#/settings`);
    const slow = page.getByRole("button", { name: "Reset: Volume of speech" });
    hat.answers["DELETE /settings/:key"] = { error: "full", code: "storage" };
    await slow.click();
    const phrase = "polite: The hat cannot write it down: its storage is full or damaged.";
    expect((await spoken()).filter((each) => each === phrase)).toHaveLength(1);
    await slow.click();
    expect((await spoken()).filter((each) => each === phrase)).toHaveLength(1);
  });

  test("is told of a lost connection, and that what is shown is old", async () => {
    await page.route(`${address}page.js`, (route) => route.abort());
    hat.hangUp();
    expect(await spoken()).toContain("polite: Not connected. What is shown is old.");
  });
});

/** What is assertive does not wait its turn. */
function bySpeed(a: string, b: string): number {
  return Number(b.startsWith("assertive")) - Number(a.startsWith("assertive"));
}
