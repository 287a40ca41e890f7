import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { command as remember } from "../../src/cli/remember.ts";
import { runCommand } from "../cli/run.ts";
import { ScriptedServer } from "../scene/server.ts";
import { decoded, unmasked } from "../scene/wire.ts";
import { type Event, Fingers, isAlive, notBuilt, Running, remove, stateDir } from "./hat.ts";

const photos = join(import.meta.dirname, "../../models/built/photos");
const said = (text: RegExp) => (event: Event) => event.event === "said" && text.test(event.text);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let folder: string;
let hat: Running;
let fingers: Fingers;
let server: ScriptedServer;
beforeEach(async () => {
  folder = stateDir();
  server = new ScriptedServer();
  await server.start();
});
afterEach(async () => {
  delete process.env.BRIM_LVLM_URL;
  delete process.env.BRIM_SCENE_SEND_NAMES;
  fingers?.close();
  await hat?.stop();
  for (const { pid } of hat?.events.filter(({ event, pid }) => event === "process" && pid) ?? []) {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
  await server.stop();
  remove(folder);
});

/** A hat whose wearer faces Ana García, whom it knows. */
async function facingAna(): Promise<void> {
  const one = join(folder, "one");
  mkdirSync(one);
  const file = join(one, "person.jpg");
  await sharp(join(photos, "sample1.jpg"))
    .extract({ left: 200, top: 200, width: 600, height: 1000 })
    .withExif({ IFD0: { ImageDescription: "Ana García" } })
    .toFile(file);
  const { status } = await runCommand(remember, ["person", "Ana García", file], { BRIM_STATE_DIR: folder });
  expect(status).toBe(0);
  hat = new Running(folder, ["start", "--simulate", one, "--json"]);
  await hat.wait("greeting", said(/^Brim on/));
  fingers = await Fingers.on(hat.stateDir);
  fingers.nothingAhead();
  await hat.wait("her name", said(/Ana García/));
}

/** Asks with the button, until the answer is heard, when a press does more than hush. */
async function ask(): Promise<void> {
  for (;;) {
    const spoken = hat.events.filter(({ event }) => event === "said").at(-1);
    if (spoken === undefined || performance.now() - spoken.came > 3_500) break;
    await wait(100);
  }
  await fingers.hold();
}

describe.skipIf(notBuilt !== null)(
  `what leaves the hat, by its sockets${notBuilt ? ` (skipped: ${notBuilt})` : ""}`,
  () => {
    test("nothing before the wearer asks; then one picture, and no name anywhere in what is sent", async () => {
      process.env.BRIM_LVLM_URL = server.url;
      server.script = (connection) => connection.answer("Person A, 12 o'clock, smiles.");
      await facingAna();
      await wait(2_000);
      expect([server.opened, server.bytes.length]).toEqual([0, 0]);

      const from = hat.events.length;
      await ask();
      await hat.wait("the answer", said(/^Ana García, 12 o'clock, smiles\.$/), from);
      expect(server.opened).toBe(1);
      const sent = unmasked(Buffer.concat(server.bytes));
      // The watcher sees what is sent: else it could find nothing in it.
      expect(sent.toString()).toContain("person A, ");
      const [{ item }, ...others] = server.all("conversation.item.create");
      expect(others).toEqual([]);
      const images = item.content.filter(({ type }: { type: string }) => type === "input_image");
      expect(images).toHaveLength(1);
      const jpeg = Buffer.from(images[0].image_url.split(",")[1], "base64");
      const { format, exif } = await sharp(jpeg).metadata();
      expect([format, exif]).toEqual(["jpeg", undefined]);
      expect(decoded(sent).includes(jpeg)).toBe(true);
      for (const encoding of ["utf8", "latin1", "utf16le"] as const) {
        expect(decoded(sent).toString(encoding).normalize("NFC")).not.toMatch(/García|Garcia|\bAna\b/);
      }
      // And afterwards nothing more by itself.
      await wait(1_500);
      expect([server.opened, server.all("conversation.item.create").length]).toEqual([1, 1]);
      // Nor does a log hold what was sent, or whom it shows.
      expect(hat.errors.join("\n")).not.toMatch(/García|base64|smiles/);
    }, 60_000);

    test("the name, too, where the wearer has allowed that", async () => {
      process.env.BRIM_LVLM_URL = server.url;
      process.env.BRIM_SCENE_SEND_NAMES = "true";
      await facingAna();
      await ask();
      await hat.wait("the answer", said(/^A chair, 12 o'clock\.$/));
      expect(unmasked(Buffer.concat(server.bytes)).toString()).toContain("Ana García, ");
    }, 60_000);

    test("nothing at all where no server is set up, whatever is asked", async () => {
      await facingAna();
      const from = hat.events.length;
      await ask();
      await hat.wait("the hat's own view", said(/Offline\. .*Ana García/), from);
      expect(server.opened).toBe(0);
    }, 60_000);
  },
);
