import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RouteName } from "../../src/companion/api.ts";
import { launch, noBrowser } from "./browser.ts";
import { address, PaperHat } from "./paper-hat.ts";

const mostTabs = 80;
const person = "0000000000000003";

describe.skipIf(noBrowser)("with the keyboard alone", () => {
  let browser: Browser;
  let page: Page;
  let hat: PaperHat;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    await page?.context().close();
    page = await (
      await browser.newContext({
        serviceWorkers: "block",
        locale: "en-GB",
        viewport: { width: 375, height: 700 },
      })
    ).newPage();
    hat = new PaperHat();
    await hat.serve(page);
  });

  async function at(path: string, ready: string): Promise<void> {
    await page.goto(`${address}#/${path}`);
    await page.locator(ready).first().waitFor();
  }

  /** What has the focus: its name as it is written, and whether all of it can be seen. */
  function focused(): Promise<{ name: string; seen: boolean }> {
    return page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      const written = labels.map((label) => label.innerText).join(" ") || element.innerText || element.id;
      return { name: written.replace(/\s+/g, " ").trim(), seen: at === element || element.contains(at) };
    });
  }

  /** Presses Tab until that has the focus; nothing on the way may be hidden behind what lies above it. */
  async function tabTo(name: string | RegExp): Promise<void> {
    const passed: string[] = [];
    for (let n = 0; n < mostTabs; n++) {
      await page.keyboard.press("Tab");
      const { name: now, seen } = await focused();
      expect([now, seen]).toEqual([now, true]);
      if (typeof name === "string" ? now === name : name.test(now)) return;
      passed.push(now);
    }
    throw new Error(`Tab does not lead to ${name}, but through ${passed.join(" | ")}`);
  }

  async function asked(route: RouteName): Promise<unknown> {
    await expect.poll(() => hat.bodies(route).length).toBeGreaterThan(0);
    return hat.bodies(route).at(-1);
  }

  test("the first Tab skips what comes before the content, and each view takes the focus to its heading", async () => {
    await at("now", ".said li");
    await page.keyboard.press("Tab");
    expect((await focused()).name).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect((await focused()).name).toBe("Now");
    await at("now", ".said li");
    await page.locator("nav a").first().focus();
    await tabTo("More");
    await page.keyboard.press("Enter");
    await tabTo("Health");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused()).toEqual({ name: "Health", seen: true });
    await expect.poll(() => page.title()).toBe("Health · Brim");
    expect(await page.locator("#more").getAttribute("aria-expanded")).toBe("false");
  });

  test("the hat is let speak, and the beeps are paused", async () => {
    await at("now", ".said li");
    await tabTo("Pause beeps for 10 minutes");
    await page.keyboard.press("Space");
    await tabTo("What is around me");
    await page.keyboard.press("Enter");
    await expect.poll(() => hat.sent).toEqual([{ type: "pause", minutes: 10 }, { type: "around" }]);
  });

  test("a question is asked, and its answer is written", async () => {
    await at("ask", "#question");
    await tabTo("Your question");
    await page.keyboard.press("Enter");
    expect(await page.locator("#question-wrong").innerText()).toBe("Type a question first.");
    await page.keyboard.type("Where is the door?");
    await page.keyboard.press("Enter");
    await expect.poll(() => hat.sent).toMatchObject([{ type: "ask", text: "Where is the door?" }]);
    const [question] = hat.sent;
    if (question?.type !== "ask") throw new Error("no question was sent");
    hat.tell({ type: "answer", id: question.id, text: "At 1 o'clock." });
    await page.getByText("At 1 o'clock.").waitFor();
  });

  test("a person without a name is named", async () => {
    await at("people", ".links li");
    await tabTo(/^New person 3/);
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await focused()).name).toBe("New person 3");
    await tabTo("Name");
    await page.keyboard.type("Carla");
    await page.keyboard.press("Enter");
    expect(await asked("PUT /memory/:id/name")).toEqual({ name: "Carla" });
    await page.getByText("Saved: Carla.").waitFor();
  });

  test("two are merged", async () => {
    await at(`people/${person}`, "#into");
    await tabTo(/^Choose one/);
    await page.keyboard.press("ArrowDown");
    await tabTo("Merge the two");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    expect((await focused()).name).toBe("Cancel");
    await tabTo("Merge the two");
    await page.keyboard.press("Enter");
    expect(await asked("POST /memory/merge")).toEqual({ from: person, into: "0000000000000001" });
  });

  test("all are forgotten, but not by one press, and Escape takes it back", async () => {
    await at("people", ".links li");
    await tabTo("Forget everybody and everything");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    expect((await focused()).name).toBe("Forget everybody and everything");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    expect(hat.bodies("POST /memory/forget-all")).toEqual([]);
    await tabTo("Forget everybody and everything");
    await page.keyboard.press("Enter");
    expect(await asked("POST /memory/forget-all")).toEqual({ confirm: "forget all" });
  });

  test("what is remembered is exported, with a passphrase that is long enough", async () => {
    await at("privacy", "table");
    await tabTo("Passphrase, at least 12 characters");
    await page.keyboard.type("short");
    await page.keyboard.press("Enter");
    expect(await page.locator("#export-passphrase-wrong").innerText()).toMatch(/at least 12/);
    expect((await focused()).name).toBe("Passphrase, at least 12 characters");
    await page.keyboard.type(" is too short");
    await page.keyboard.press("Enter");
    expect(await asked("POST /memory/export")).toEqual({ passphrase: "short is too short" });
  });

  test("a thing in the picture is chosen, and learned by a name", async () => {
    await at("picture", "h1");
    await tabTo("Show a picture");
    await page.keyboard.press("Enter");
    await page.locator(".overlay img").waitFor();
    await tabTo(/Cup, 11 o'clock/);
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await focused()).name).toBe("Chosen: Cup, 11 o'clock, arm's length.");
    expect(await asked("POST /picture/:id/segment")).toMatchObject({ box: [0.1, 0.5, 0.2, 0.25] });
    await tabTo("Name");
    await page.keyboard.type("my cup");
    await page.keyboard.press("Enter");
    expect(await asked("POST /picture/:id/enrol")).toMatchObject({ kind: "thing", name: "my cup" });
    await page.getByText("Saved: my cup.").waitFor();
  });

  test("the most striking thing, and what lies in an area, are chosen without a pointer", async () => {
    await at("picture", "h1");
    await tabTo("Show a picture");
    await page.keyboard.press("Enter");
    await page.locator(".overlay img").waitFor();
    await tabTo("The most striking thing");
    await page.keyboard.press("Enter");
    expect(await asked("POST /picture/:id/segment")).toEqual({ clicks: [], not: [] });
    await page.locator(".learn").waitFor();
    await page.getByRole("button", { name: "Bottom right" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => hat.bodies("POST /picture/:id/segment").length).toBe(2);
    expect(hat.bodies("POST /picture/:id/segment")[1]).toEqual({ clicks: [[2.5 / 3, 2.5 / 3]], not: [] });
  });

  test("the speed of speech is changed by arrows, and told", async () => {
    hat.answers["PUT /settings/:key"] = {
      ...settingOf(hat, "words_per_minute"),
      value: 240,
    };
    await at("settings", ".setting");
    await tabTo("Speed of speech");
    await page.keyboard.press("ArrowRight");
    expect(await asked("PUT /settings/:key")).toEqual({ value: 240 });
    await page.getByText("Speed of speech: 240 words a minute.").waitFor();
  });

  test("a phone is taken off the list", async () => {
    await at("phones", ".between");
    await tabTo("Take off: Ben");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    await tabTo("Take off: Ben");
    await page.keyboard.press("Enter");
    await expect.poll(() => hat.asked.some(({ route }) => route === "DELETE /phones/:id")).toBe(true);
  });

  test("the virtual hat's wall is moved, and its button held", async () => {
    await at("hat", "#metres");
    await tabTo("Distance, in metres");
    await page.keyboard.press("ArrowLeft");
    await tabTo("Button of the hat");
    await page.keyboard.down("Space");
    await expect.poll(() => hat.sent.length).toBe(2);
    await page.keyboard.up("Space");
    await expect
      .poll(() => hat.sent)
      .toEqual([
        { type: "simulate", range: { metres: 1.9 } },
        { type: "simulate", button: "press" },
        { type: "simulate", button: "release" },
      ]);
  });
});

function settingOf(hat: PaperHat, key: string) {
  const answer = hat.answers["GET /settings"];
  const found =
    answer !== undefined && "settings" in answer ? answer.settings.find((one) => one.key === key) : null;
  if (found == null) throw new Error(`the hat of paper has no setting ${key}`);
  return found;
}
