import type { Page } from "playwright-core";
import { address, type PaperHat } from "./paper-hat.ts";

export interface View {
  name: string;
  open(page: Page, hat: PaperHat): Promise<void>;
}

function at(path: string, ready = "h1"): View["open"] {
  return async (page) => {
    // The same document: only what is behind # differs.
    await page.goto(`${address}#/${path}`);
    await page.locator(ready).first().waitFor();
  };
}

/** Every view with something in it. */
export const views: View[] = [
  { name: "now", open: at("now", ".said li") },
  {
    name: "ask",
    open: async (page, hat) => {
      await at("ask")(page, hat);
      await page.getByLabel("Your question").fill("Is there a door?");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      const id = hat.sent.findLast((message) => message.type === "ask")?.id ?? 0;
      hat.tell({ type: "answer", id, text: "A door, 1 o'clock." });
      hat.tell({ type: "answered", id, how: "offline" });
      await page.getByText("A door,").waitFor();
    },
  },
  { name: "people", open: at("people", ".links li") },
  { name: "one person", open: at("people/0000000000000003", "#into") },
  {
    name: "picture",
    open: async (page, hat) => {
      await at("picture")(page, hat);
      await page.getByRole("button", { name: /picture$/ }).click();
      await page.getByRole("button", { name: "Cup, 11 o'clock" }).click();
      await page.locator(".learn").waitFor();
    },
  },
  { name: "settings", open: at("settings", ".setting") },
  { name: "health", open: at("health", "table") },
  { name: "privacy", open: at("privacy", "table") },
  {
    name: "phones",
    open: async (page, hat) => {
      await at("phones", ".between")(page, hat);
      await page.getByRole("button", { name: "Let a phone in" }).click();
      hat.publish({
        pairing: { open: true, until: null, asks: { name: "Ben", role: "helper", word: "river" } },
      });
      await page.locator(".qr").waitFor();
    },
  },
  { name: "camera", open: at("camera") },
  { name: "virtual hat", open: at("hat", "#metres") },
  {
    name: "asking once more",
    open: async (page, hat) => {
      await at("privacy", "table")(page, hat);
      await page.getByRole("button", { name: "Delete everything" }).click();
      await page.locator("dialog").waitFor();
    },
  },
  {
    name: "pairing",
    open: async (page) => {
      await page.goto(`${address}enter.html`);
      await page.getByText("Pairing is open").waitFor();
    },
  },
];
