import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { ReaderChild } from "../../../src/vision/text/reader-child.ts";

/** A reader whose answer to each message is what `answer` makes of it. */
function child(answer: string, limitMs = 5_000): ReaderChild {
  const script = `
    const { Socket } = require("node:net");
    const eyes = new Socket({ fd: 3, readable: true, writable: true });
    const tell = (message) => eyes.write(JSON.stringify(message) + "\\n");
    const page = (text) => ({ paragraphs: [text], cut: null, far: false });
    let rest = "";
    eyes.on("close", () => process.exit(0));
    eyes.on("data", (chunk) => {
      const lines = (rest + chunk).split("\\n");
      rest = lines.pop();
      for (const line of lines) { const { id, jpeg } = JSON.parse(line); ${answer} }
    });`;
  return new ReaderChild({ clock: systemClock, command: [process.execPath, "-e", script], limitMs });
}

const picture = Buffer.from("a picture");

test("the reader is given the picture, and its text comes back", async () => {
  const reader = child(
    `tell({ type: "text", id, read: page(Buffer.from(jpeg, "base64").toString()) }); process.exit(0);`,
  );
  await expect(reader.read(picture)).resolves.toEqual({ paragraphs: ["a picture"], cut: null, far: false });
});

test("a reader that has ended is started again for the next question", async () => {
  const reader = child(
    `tell({ type: "text", id, read: page(String(process.pid)) }); setImmediate(() => eyes.end());`,
  );
  const first = await reader.read(picture);
  await systemClock.sleep(150);
  const second = await reader.read(picture);
  expect(second.paragraphs).not.toEqual(first.paragraphs);
});

test("a crash, a failure, junk and a reader that cannot be started are told at once", async () => {
  await expect(child("process.exit(7);").read(picture)).rejects.toThrow(
    "the reader of text failed: it ended (status 7)",
  );
  await expect(
    child(`tell({ type: "failed", id, why: "no model" }); process.exit();`).read(picture),
  ).rejects.toThrow("the reader of text failed: no model");
  await expect(child(`eyes.write("junk\\n");`).read(picture)).rejects.toThrow("not JSON");
  const missing = new ReaderChild({ clock: systemClock, command: ["/nowhere/brim-reader"] });
  await expect(missing.read(picture)).rejects.toThrow("ENOENT");
});

test("a reader that hangs is ended, and both who wait are told", async () => {
  const reader = child("for (;;);", 300);
  const answers = await Promise.allSettled([reader.read(picture), reader.read(picture)]);
  for (const answer of answers) {
    expect(answer).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("in time") },
    });
  }
});
