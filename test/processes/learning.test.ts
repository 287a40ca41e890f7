import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Memory } from "../../src/memory/memory.ts";
import { type Event, Fingers, isAlive, notBuilt, Running, remove, stateDir } from "./hat.ts";

const photos = join(import.meta.dirname, "../../models/built/photos");

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

/** A hat whose wearer faces one of the people of a sample photo, and hears no beep while learning. */
async function facing(left: number, top: number, width: number, height: number): Promise<void> {
  const one = join(folder, "one");
  mkdirSync(one);
  await sharp(join(photos, "sample1.jpg"))
    .extract({ left, top, width, height })
    .toFile(join(one, "person.jpg"));
  hat = new Running(folder, ["start", "--simulate", one, "--json"]);
  await hat.wait("greeting", said(/^Brim on/));
  fingers = await Fingers.on(hat.stateDir);
  fingers.nothingAhead();
  await hat.wait("the person", ({ event, objects }) => event === "seen" && objects.length > 0);
}

const said = (text: RegExp) => (event: Event) => event.event === "said" && text.test(event.text);

/** Waits until the hat has not spoken for more than 0.7 s, when a press does more than hush. */
async function silence(): Promise<void> {
  for (;;) {
    const spoken = hat.events.filter(({ event }) => event === "said").at(-1);
    if (spoken === undefined || performance.now() - spoken.came > 3_500) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.skipIf(notBuilt !== null)(
  `learning by one click${notBuilt ? ` (skipped: ${notBuilt})` : ""}`,
  () => {
    test("a click learns who is ahead; the next click knows them, and so does the hat by itself", async () => {
      await facing(240, 180, 460, 800);
      await silence();
      let from = hat.events.length;
      await fingers.click();
      await hat.wait("the kind", said(/^Face\. Hold still\.$/), from, 4_000);
      await hat.wait("the views", said(/good views?\. Name after the tone\.$/), from);
      await hat.wait("the end", said(/Saved, new person one\. Click to undo\.$/), from);
      const learned = hat.events.find(({ event }) => event === "learned");
      expect(learned).toMatchObject({ kind: "person", how: "new", named: true });
      // A click undoes until 6 s after the sentence's end, and only hushes what the hat says by itself.
      await silence();
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await silence();
      from = hat.events.length;
      await fingers.click();
      await hat.wait("being known", said(/^Known: new person one\./), from);
      await hat.wait("the log's end", ({ event }) => event === "learned", from);
      await hat.stop();

      const memory = Memory.open(hat.stateDir);
      const [entry, ...others] = memory.list();
      memory.close();
      expect(others).toEqual([]);
      expect(entry).toMatchObject({ kind: "person", id: learned?.id, hasClip: true });
      // What was learned is told to nobody but its owner.
      expect(hat.errors.join("\n")).not.toMatch(/new person|UklGR/);

      // The hat is put on again.
      hat = new Running(hat.stateDir, ["start", "--simulate", join(folder, "one"), "--json"]);
      await hat.wait("the name", said(/^(Perhaps )?[Nn]ew person one, /));
    }, 60_000);

    test("a click and a long press open the menu, which ends by itself when it is left", async () => {
      await facing(240, 180, 460, 800);
      await silence();
      const from = hat.events.length;
      await fingers.clickHold();
      await hat.wait("the menu", said(/^Menu\. Click: next\. Hold: choose\. Repeat\.$/), from);
      await fingers.click();
      await hat.wait("the next entry", said(/^Status and battery\.$/), from);
      await fingers.hold();
      await hat.wait("the status", said(/^Collision warning on\. Eyes on\. Time: /), from);
    }, 60_000);
  },
);
