import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { vi } from "vitest";
import { pageFolder } from "../../src/companion/assets.ts";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const program = process.env.BRIM_TEST_BROWSER ?? places.find((path) => existsSync(path));

/** Why no browser can be tried here, or null. In CI there must be one. */
export const noBrowser = !existsSync(new URL("index.html", pageFolder))
  ? "the page is not built: run scripts/test"
  : program === undefined
    ? "there is no Chromium: apt install chromium, or name one in BRIM_TEST_BROWSER"
    : null;

// A browser shares the machine with whatever else is tested.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

if (noBrowser !== null && process.env.CI === "true") throw new Error(noBrowser);

/** One browser, for the tests of one file. */
export function launch(...args: string[]): Promise<Browser> {
  if (program === undefined) throw new Error(noBrowser ?? "");
  return chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...args],
  });
}

/** Fails the test in which the page throws, or is refused something by its content policy. */
export function watch(page: Page): string[] {
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Uncaught|Refused to/.test(message.text())) wrong.push(message.text());
  });
  return wrong;
}
