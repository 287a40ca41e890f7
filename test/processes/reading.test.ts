import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasFont, printed } from "../vision/text/print.ts";
import { type Event, Fingers, isAlive, notBuilt, Running, remove, stateDir } from "./hat.ts";

const why = notBuilt ?? ((await hasFont()) ? null : "there is no font to print with");

let folder: string;
let hat: Running;
let fingers: Fingers;
beforeEach(() => {
  folder = stateDir();
});
afterEach(async () => {
  fingers?.close();
  await hat?.stop();
  for (const { pid } of hat?.events.filter(({ event, pid }) => event === "process" && pid) ?? []) {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
  remove(folder);
});

const said = (text: RegExp) => (event: Event) => event.event === "said" && text.test(event.text);

describe.skipIf(why !== null)(`a triple click${why ? ` (skipped: ${why})` : ""}`, () => {
  test("reads the text ahead, and says no word of it in the log", async () => {
    const pages = join(folder, "pages");
    mkdirSync(pages);
    const lines = ["Platform four is closed", "until Monday morning."];
    const prints = lines.map((text, i) => ({ text, x: 200, y: 300 + i * 70, size: 48 }));
    writeFileSync(join(pages, "sign.png"), await printed(1200, 800, prints));
    hat = new Running(folder, ["start", "--simulate", pages, "--json"]);
    await hat.wait("greeting", said(/^Brim on/));
    fingers = await Fingers.on(hat.stateDir);
    fingers.nothingAhead();
    const from = hat.events.length;
    await fingers.click(3);
    const text = await hat.wait("the text", said(/Platform/), from, 20_000);
    expect(text).toMatchObject({ priority: "answer", text: "Platform four is closed until Monday morning." });
    expect(hat.errors.join("\n")).not.toMatch(/Platform|Monday/);
  });
});
