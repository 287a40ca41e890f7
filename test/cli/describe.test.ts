import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { command } from "../../src/cli/describe.ts";
import { command as remember } from "../../src/cli/remember.ts";
import { command as see } from "../../src/cli/see.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { main } from "../processes/hat.ts";
import { ScriptedServer } from "../scene/server.ts";
import { ScriptedUpstream } from "../scene/upstream.ts";
import { built, needingModels } from "../vision/built.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { runCommand } from "./run.ts";

const token = "secret-of-the-hat";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-describe-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const describeFiles = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  runCommand(command, args, { BRIM_STATE_DIR: join(folder, "state"), ...env });

describe("brim describe", () => {
  test("says how it is used when no file is given", async () => {
    expect(await describeFiles({}, "--json")).toEqual({
      status: 2,
      out: [],
      err: ["usage: brim describe FILE… [--ask QUESTION] [--json]"],
    });
  });

  test.each([
    [["--ask= ", "a.jpg"], {}, "--ask: expected a question of 1 to 500 characters"],
    [[`--ask=${"x".repeat(501)}`, "a.jpg"], {}, "--ask: expected a question of 1 to 500 characters"],
    [["--aks=What?", "a.jpg"], {}, "did you mean --ask?"],
    [["a.jpg"], { BRIM_LVLM_URL: "my server" }, "BRIM_LVLM_URL: not an address"],
    [["a.jpg"], { BRIM_LVLM_URL: "wss://me:secret@host" }, "put the token into BRIM_LVLM_TOKEN"],
  ])("refuses %j in one line", async (args, env, message) => {
    const refused = await describeFiles(env, ...args).catch((error) => error);
    expect(refused).toMatchObject({ name: "BrimError", message: expect.stringContaining(message) });
    expect(refused.message).not.toMatch(/\n|secret/);
  });
});

describe.skipIf(!built)(needingModels("brim describe on photos"), () => {
  let server: ScriptedServer;
  let ana = "";
  let dark = "";
  const sample = (n = 1) => join(samplePhotosFolder(), `sample${n}.jpg`);
  const lvlm = (url = server.url) => ({ BRIM_LVLM_URL: url, BRIM_LVLM_TOKEN: token });
  const answers = ({ out }: { out: string[] }) => out.map((line) => JSON.parse(line));

  beforeAll(async () => {
    dark = join(folder, "dark.png");
    await sharp({ create: { width: 640, height: 480, channels: 3, background: "black" } })
      .png()
      .toFile(dark);
    const { faces } = JSON.parse((await runCommand(see, ["--json", sample()])).out[0] ?? "");
    const [x, y, w, h] = faces[0].box.map(Math.round);
    ana = join(folder, "ana.jpg");
    await sharp(sample())
      .extract({ left: Math.max(0, x - w), top: Math.max(0, y - h), width: 3 * w, height: 3 * h })
      .jpeg({ quality: 95 })
      .toFile(ana);
    const { status } = await runCommand(remember, ["person", "Ana García", ana], {
      BRIM_STATE_DIR: join(folder, "state"),
    });
    expect(status).toBe(0);
  });
  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
  });
  afterEach(() => server.stop());

  test("without a server the hat says what it recognises by itself, by name whom it knows, and that this is its own view", async () => {
    const run = await describeFiles({}, "--json", sample(), sample(2));
    expect([run.status, run.err]).toEqual([0, []]);
    expect(answers(run).map((line) => Object.keys(line))).toEqual(Array(2).fill(["file", "text", "source"]));
    expect(answers(run).map(({ file, source }) => [file, source])).toEqual([
      [sample(), "offline"],
      [sample(2), "offline"],
    ]);
    expect(answers(run)[0].text).toMatch(/^Offline\. Three people\. Ana García .*two unknown/);
    expect(answers(run)[1].text).toMatch(/^Offline\. Three people, /);
    expect(server.opened).toBe(0);
    const words = await describeFiles({}, sample(2));
    expect(words.out).toEqual([answers(run)[1].text]);
  });

  test("what cannot be described is told file by file, and the others are described", async () => {
    const text = join(folder, "text.jpg");
    const empty = join(folder, "empty.jpg");
    const half = join(folder, "half.jpg");
    writeFileSync(text, "hello");
    writeFileSync(empty, "");
    const whole = await sharp(sample()).jpeg().toBuffer();
    writeFileSync(half, whole.subarray(0, whole.length / 2));
    const missing = join(folder, "missing.jpg");
    const run = await describeFiles({}, "--json", missing, text, folder, empty, half, sample(3));
    expect(run.status).toBe(1);
    expect(answers(run).map(({ file }) => file)).toEqual([sample(3)]);
    expect(run.err).toEqual([
      `brim: ${missing}: there is no such file: check the path`,
      `brim: ${text}: it is not a photo that can be read: give a JPEG, PNG or WebP`,
      `brim: ${folder}: it is a folder: name the photos in it`,
      `brim: ${empty}: it is empty (0 bytes): copy it again`,
      expect.stringMatching(/half\.jpg: damaged or cut off/),
    ]);
  });

  test("a black, a blurred and a covered photo are told and never described, and do not leave the computer", async () => {
    const blurred = join(folder, "blurred.jpg");
    await sharp(sample()).blur(40).toFile(blurred);
    const covered = join(folder, "covered.png");
    await sharp({ create: { width: 640, height: 480, channels: 3, background: "#403830" } })
      .png()
      .toFile(covered);
    const run = await describeFiles(lvlm(), "--json", dark, blurred, covered);
    expect(answers(run).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Too dark to see/),
      expect.stringMatching(/^Picture blurred/),
      expect.stringMatching(/covered/),
    ]);
    expect(new Set(answers(run).map(({ source }) => source))).toEqual(new Set(["offline"]));
    expect([run.status, run.err, server.opened]).toEqual([0, [], 0]);
  });

  test("with a server the photo goes there, smaller, without its EXIF and without a name, and the answer is filtered", async () => {
    server.script = (connection) =>
      connection.answer("Person A holds a glass. ", "The path is clear. ", "A dog, left.");
    const tagged = join(folder, "tagged.jpg");
    await sharp(sample())
      .withExif({ IFD0: { ImageDescription: "Ana García at home", Artist: "Ana García" } })
      .toFile(tagged);
    const run = await describeFiles(lvlm(), "--json", "--ask", "Is Ana there?", tagged);
    expect([run.status, run.err]).toEqual([0, []]);
    expect(answers(run)).toEqual([
      { file: tagged, text: "Ana García holds a glass. I can't judge that. A dog, left.", source: "lvlm" },
    ]);
    expect(server.last.authorization).toBe(`Bearer ${token}`);
    const { content } = server.all("conversation.item.create")[0].item;
    expect(content[0].text).toMatch(/person A, 1?\d o'clock.*Question: Is person A there\?$/s);
    const jpeg = Buffer.from(content[1].image_url.split(",")[1], "base64");
    const { format, width, exif } = await sharp(jpeg).metadata();
    expect([format, width, exif]).toEqual(["jpeg", 1024, undefined]);
    expect(JSON.stringify(server.last.events) + jpeg.toString("latin1")).not.toMatch(/Garc|Ana\b/);
  });

  test("each photo is a conversation of its own", async () => {
    const run = await describeFiles(lvlm(), sample(), sample(2));
    expect(run.out).toEqual([`${sample()}: A chair, 12 o'clock.`, `${sample(2)}: A chair, 12 o'clock.`]);
    expect(server.connections).toHaveLength(2);
    for (const { events } of server.connections) {
      expect(events.filter(({ type }) => type === "conversation.item.create")).toHaveLength(1);
    }
  });

  test("whether one can cross is not asked of anybody", async () => {
    const run = await describeFiles(lvlm(), "--json", "--ask", "Can I cross now?", sample());
    expect(answers(run)).toEqual([
      { file: sample(), text: "Crossing: I can't judge. Use your ears and cane.", source: "offline" },
    ]);
    expect(server.opened).toBe(0);
  });

  test.each([
    ["a wrong token", 401, "not let in: the token is wrong"],
    ["too many questions", 429, "too many questions now"],
    ["a server that is broken", 502, "no connection"],
  ])("%s: the hat describes by itself, and says why", async (_, status, why) => {
    server.refuse = status;
    const run = await describeFiles(lvlm(), "--json", sample());
    expect(run.err).toEqual([
      `brim: ${sample()}: the server of descriptions: ${why}; described by the hat itself`,
    ]);
    expect(run.status).toBe(0);
    const [{ text, source }] = answers(run);
    expect(source).toBe("offline");
    expect(text.toLowerCase().startsWith(`${why}. offline. three people`)).toBe(true);
  });

  test("an answer that breaks off is told", async () => {
    server.script = (connection) => {
      connection.delta("A man, left. And a");
      setTimeout(() => connection.ws.terminate(), 5);
    };
    const run = await describeFiles(lvlm(), "--json", sample());
    expect(answers(run)).toEqual([{ file: sample(), text: "A man, left. Answer cut off.", source: "lvlm" }]);
    expect(run.err).toEqual([
      `brim: ${sample()}: the server of descriptions: connection lost; the answer ends early`,
    ]);
  });

  test.skipIf(!existsSync(main))("through brim gateway to a chat-completions server", async () => {
    const upstream = new ScriptedUpstream();
    await upstream.start();
    upstream.script = (completion) => completion.answer("A table, 12 o'clock", ", near.");
    const { gateway, url } = await GatewayProcess.start(["--upstream", upstream.url.origin, "--model=lvlm"], {
      BRIM_LVLM_TOKEN: `another,${token}`,
      BRIM_UPSTREAM_KEY: "key-of-the-upstream",
      BRIM_STATE_DIR: folder,
    });
    try {
      const run = await describeFiles(lvlm(url), "--json", sample());
      expect(answers(run)).toEqual([{ file: sample(), text: "A table, 12 o'clock, near.", source: "lvlm" }]);
      expect(upstream.last.headers.authorization).toBe("Bearer key-of-the-upstream");
      expect(upstream.last.parts("image_url")).toHaveLength(1);
      upstream.script = (completion) => completion.status(500);
      const failed = await describeFiles(lvlm(url), "--json", sample());
      expect(answers(failed)[0]).toMatchObject({
        source: "offline",
        text: expect.stringMatching(/^The answer failed\. Offline\./),
      });
      const health = await fetch(`${url.replace("ws:", "http:").replace("/v1/realtime", "")}/healthz`);
      expect(await health.text()).toBe("ok\n");
    } finally {
      expect(await gateway.stop()).toBe(0);
      await upstream.stop();
    }
    expect(gateway.errors.join("\n")).not.toMatch(/secret|key-of|table/);
  });
});
