import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { Fingers, notBuilt, Running, remove, stateDir } from "../processes/hat.ts";
import { launch, noBrowser, watch } from "./browser.ts";

const slow = { timeout: 30_000 };

/** The whole hat in simulation, and a browser whose camera shows a photo of people. */
describe.skipIf(noBrowser ?? notBuilt)("on the page of a hat that runs", () => {
  const folder = stateDir();
  let hat: Running;
  let fingers: Fingers;
  let browser: Browser;
  let page: Page;
  let wrong: string[];

  beforeAll(async () => {
    const photo = await readFile(join(samplePhotosFolder(), "sample1.jpg"));
    const video = join(folder, "camera.mjpeg");
    writeFileSync(video, await sharp(photo).resize(640, 480, { fit: "cover" }).jpeg().toBuffer());
    hat = new Running(folder, ["start", "--simulate", "--json"]);
    browser = await launch(
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${video}`,
    );
    const context = await browser.newContext({ locale: "en-GB", permissions: ["camera"] });
    page = await context.newPage();
    wrong = watch(page);
    const line = await hat.waitForError(/page: http/, 30_000);
    await page.goto(line.slice(line.indexOf("http")));
    await hat.wait("a sight", ({ event }) => event === "seen", 0, 60_000);
    fingers = await Fingers.on(folder);
    fingers.nothingAhead();
  }, 120_000);

  afterAll(async () => {
    fingers?.close();
    await browser?.close();
    await hat?.stop();
    remove(folder);
  });

  const view = (name: string) => page.evaluate((to) => location.assign(`#/${to}`), name);

  test("this computer's camera takes the place of the hat's: the page shows who is before it", async () => {
    await view("camera");
    const from = hat.events.length;
    await page.getByRole("button", { name: "Use this phone's camera" }).click();
    await hat.wait(
      "the camera",
      ({ event, text }) => event === "said" && /^Camera of/.test(text),
      from,
      20_000,
    );
    const seen = await hat.wait(
      "a person before the camera",
      ({ event, objects }) =>
        event === "seen" && objects.some((it: { label: string }) => it.label === "person"),
      from,
      30_000,
    );
    expect(seen).toBeDefined();
    await page
      .getByRole("main")
      .getByText(/person|people/i)
      .first()
      .waitFor(slow);
  });

  test("a thing in the picture is tapped at, outlined and named, and is then remembered", async () => {
    await view("picture");
    await page.getByRole("button", { name: "Show a picture" }).click();
    const picture = page.locator(".overlay svg");
    await picture.waitFor(slow);
    const area = await picture.boundingBox();
    if (area === null) throw new Error("the picture is not shown");
    await picture.click({ position: { x: area.width / 2, y: area.height * 0.6 } });
    await page
      .locator(".overlay polygon.outline")
      .first()
      .waitFor({ ...slow, state: "attached" });
    await page.getByLabel("A thing").check();
    await page.getByLabel("Name", { exact: true }).fill("red coat");
    const from = hat.events.length;
    await page.getByRole("button", { name: "Learn it" }).click();
    const learned = await hat.wait("learning", ({ event }) => event === "learned", from, 30_000);
    expect(learned).toMatchObject({ kind: "thing", how: "new", named: true });
    await view("people");
    await page.getByText("red coat").first().waitFor(slow);
  });

  test("speech becomes faster, and the hat says so at the new rate", async () => {
    await view("settings");
    const rate = page.getByLabel("Speed of speech");
    await rate.waitFor(slow);
    const from = hat.events.length;
    await rate.fill("300");
    const said = await hat.wait(
      "the new rate",
      ({ event, text }) => event === "said" && /three hundred|300/i.test(text),
      from,
    );
    expect(said.priority).toBe("answer");
  });

  test("all people and things are forgotten, after a question", async () => {
    await view("people");
    const from = hat.events.length;
    await page.getByRole("button", { name: "Forget everybody and everything" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Forget everybody and everything" }).click();
    await hat.wait("the word of it", ({ event, text }) => event === "said" && /forgotten/.test(text), from);
    await expect.poll(() => page.getByText("red coat").count(), slow).toBe(0);
    expect(wrong).toEqual([]);
  });
});
