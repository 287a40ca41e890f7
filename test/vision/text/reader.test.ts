import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../../src/cli/read.ts";
import { decodeStill } from "../../../src/devices/camera/photo.ts";
import { TextReader } from "../../../src/vision/text/reader.ts";
import { runCommand } from "../../cli/run.ts";
import { built } from "../built.ts";
import { hasFont, type Print, printed } from "./print.ts";

const ready = built && (await hasFont());
const why = built ? "skipped: there is no font to print with" : "skipped: build the models first";

describe.skipIf(!ready)(ready ? "a printed page" : `a printed page (${why})`, () => {
  let reader: TextReader;
  beforeAll(async () => {
    reader = await TextReader.open(2);
  });
  afterAll(() => reader.dispose());

  async function read(width: number, height: number, ...prints: Print[]) {
    return reader.read(await decodeStill(await printed(width, height, prints)));
  }

  test("is read word by word, with prices and Spanish accents", async () => {
    const { paragraphs, cut, far } = await read(
      700,
      300,
      { text: "The kitchen closes at 9:30 pm.", x: 40, y: 60 },
      { text: "Soup of the day $4.50", x: 40, y: 150 },
      { text: "La salida del café", x: 40, y: 240 },
    );
    expect(paragraphs).toEqual([
      "The kitchen closes at 9:30 pm.",
      "Soup of the day $4.50",
      "La salida del café",
    ]);
    expect({ cut, far }).toEqual({ cut: null, far: false });
  });

  test("is read leaning, either way, and when it is turned on its side", async () => {
    const right = await read(700, 300, { text: "Mind the gap between", x: 60, y: 60, lean: 14 });
    expect(right.paragraphs).toEqual(["Mind the gap between"]);
    const left = await read(700, 300, { text: "Mind the gap between", x: 60, y: 240, lean: -14 });
    expect(left.paragraphs).toEqual(["Mind the gap between"]);
    const side = await read(300, 500, { text: "Mind the gap between", x: 120, y: 60, lean: 90 });
    expect(side.paragraphs).toEqual(["Mind the gap between"]);
  });

  test("small print on a large still is read", async () => {
    const { paragraphs } = await read(3000, 1700, {
      text: "Take one tablet a day with water",
      x: 900,
      y: 800,
      size: 24,
    });
    expect(paragraphs).toEqual(["Take one tablet a day with water"]);
  });

  test("that runs over the left edge is told to be cut off there", async () => {
    expect((await read(500, 200, { text: "Departures from platform four", x: -70, y: 110 })).cut).toBe(
      "left",
    );
  });

  test("that shows nothing has no text", async () => {
    expect(await read(500, 200)).toEqual({ lines: [], paragraphs: [], cut: null, far: false });
  });

  test("is read by brim read, as text and as JSON, and a bad file costs the others nothing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "brim-read-"));
    try {
      const file = join(folder, "page.png");
      await writeFile(file, await printed(600, 150, [{ text: "Push the door", x: 50, y: 90, size: 36 }]));
      const empty = join(folder, "empty.jpg");
      await writeFile(empty, "");
      expect(await runCommand(command, [file])).toMatchObject({ status: 0, out: ["Push the door"] });
      const { status, out, err } = await runCommand(command, [empty, file, "--json"]);
      expect(status).toBe(1);
      expect(err).toEqual([`brim: ${empty}: it is empty (0 bytes): copy it again`]);
      const [line] = out.map((text) => JSON.parse(text));
      expect(line).toMatchObject({ file, text: "Push the door", lines: [{ text: "Push the door" }] });
      const [x, y, w, h] = line.lines[0].box;
      expect([x > 20, y > 40, x + w < 420, y + h < 120, line.lines[0].score > 0.9]).toEqual(
        Array(5).fill(true),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("turned by EXIF is read as it is seen", async () => {
    const folder = await mkdtemp(join(tmpdir(), "brim-read-"));
    try {
      const file = join(folder, "turned.jpg");
      const page = await printed(600, 150, [{ text: "Push the door", x: 50, y: 90, size: 36 }]);
      // Stored on its side, with the note that it must be turned back.
      const turned = await sharp(page).rotate(270).toBuffer();
      await sharp(turned).withMetadata({ orientation: 6 }).jpeg().toFile(file);
      expect(await runCommand(command, [file])).toMatchObject({ out: ["Push the door"] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
