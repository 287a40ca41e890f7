import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import {
  type EyesOptions,
  eyesMessageLimit,
  type FromEyes,
  fromEyesSchema,
  vectorOf,
} from "../../src/base/eyes-protocol.ts";
import { receive, send } from "../../src/base/ipc.ts";
import { legMs } from "../../src/base/walk.ts";
import { samplePhotosFolder } from "../../src/models/registry.ts";
import { built } from "../vision/built.ts";

const program = fileURLToPath(new URL("../../dist/eyes.js", import.meta.url));
const ready = built && existsSync(program);
const name = "the eyes' process";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const options: EyesOptions = {
  camera: { driver: "simulated", fps: 10 },
  vision: { threads: 1, min_score: 0.4, precision: "int8" },
  simulate: { epoch: systemClock.now() },
  log: { level: "warn", format: "text" },
};

function startEyes(argument: string, withPipe = true) {
  const child = spawn(process.execPath, [program, argument], {
    stdio: ["ignore", "ignore", "pipe", withPipe ? "pipe" : "ignore"],
  });
  children.push(child);
  const messages: FromEyes[] = [];
  const pipe = child.stdio[3] instanceof Socket ? child.stdio[3] : null;
  if (pipe !== null) {
    const onBad = (why: string) => expect.unreachable(why);
    receive<FromEyes>(pipe, {
      schema: fromEyesSchema,
      limit: eyesMessageLimit,
      onMessage: (message) => messages.push(message),
      onBad,
    });
  }
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { pipe, messages, exit, stderr: () => stderr };
}

async function until<T>(find: () => T | undefined): Promise<T> {
  const end = systemClock.now() + 15_000;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (systemClock.now() > end) throw new Error("it did not come within 15 s");
    await systemClock.sleep(20);
  }
}

describe.skipIf(!ready)(ready ? name : `${name} (skipped: build Brim and its models first)`, () => {
  it("says that it is ready, then what it sees, and gives a picture to whoever asks", async () => {
    const { pipe, messages, exit } = startEyes(JSON.stringify(options));
    const people = await until(() =>
      messages.find(
        (message) => message.type === "sight" && message.tracks.some(({ label }) => label === "person"),
      ),
    );
    expect(messages[0]).toMatchObject({ type: "ready", camera: "simulated camera" });
    expect(people).toMatchObject({ seeing: "good" });
    pipe?.write("this is not JSON\n");
    if (pipe !== null) send(pipe, { type: "picture", id: 5, side: 320, keep: true });
    const picture = await until(() => messages.find((message) => message.type === "picture"));
    expect(picture).toMatchObject({ id: 5, jpeg: expect.stringMatching(/^\/9j\//) });
    // Whoever tapped into the middle of that picture is shown what lies there, while the eyes go on seeing.
    if (pipe !== null) send(pipe, { type: "segment", id: 6, clicks: [[0.5, 0.5]], not: [] });
    const answer = await until(() => messages.find((message) => message.type === "segment"));
    expect(answer).toMatchObject({ id: 6, found: { mask: expect.stringMatching(/^iVBOR/) } });
    expect(answer?.found?.outline[0]?.length).toBeGreaterThan(2);
    // And can have it learned.
    if (pipe !== null) send(pipe, { type: "look", id: 7, kind: "thing", clicks: [[0.5, 0.5]], not: [] });
    const look = await until(() => messages.find((message) => message.type === "look"));
    expect(look).toMatchObject({ id: 7 });
    expect((look.view === null) !== (look.flaw === null)).toBe(true);
    pipe?.destroy();
    expect(await exit).toBe(0);
  });

  it("sees what a page sends while its camera is the hat's, and then with its own again", async () => {
    const { pipe, messages, exit } = startEyes(JSON.stringify(options));
    if (pipe === null) throw new Error("no pipe");
    await until(() => messages.find(({ type }) => type === "sight"));
    send(pipe, { type: "lend", on: true });
    const grey = { create: { width: 320, height: 200, channels: 3, background: "#888" } } as const;
    const jpeg = (await sharp(grey).jpeg().toBuffer()).toString("base64");
    send(pipe, { type: "frame", id: 1, jpeg });
    expect(await until(() => messages.find(({ type }) => type === "frame"))).toMatchObject({ taken: true });
    await until(() => messages.find((message) => message.type === "sight" && message.width === 320));
    send(pipe, { type: "frame", id: 2, jpeg: "bm8gcGljdHVyZQ==" });
    const junk = await until(() =>
      messages.findLast((message) => message.type === "frame" && message.id === 2),
    );
    expect(junk).toMatchObject({ taken: false });
    const from = messages.length;
    send(pipe, { type: "lend", on: false });
    await until(() =>
      messages.slice(from).find((message) => message.type === "sight" && message.width !== 320),
    );
    const names = messages.flatMap((message) => (message.type === "ready" ? [message.camera] : []));
    expect(names).toEqual(["simulated camera", "camera of the page", "simulated camera"]);
    pipe.destroy();
    expect(await exit).toBe(0);
  });

  it("reads the text ahead in a child, goes on seeing meanwhile, and outlives a child that is killed", async () => {
    const { pipe, messages, exit } = startEyes(JSON.stringify(options));
    if (pipe === null) throw new Error("no pipe");
    await until(() => messages.find(({ type }) => type === "sight"));
    send(pipe, { type: "read", id: 7 });
    const reader = await until(() => readersOf(children.at(-1)?.pid ?? 0)[0]);
    const from = messages.length;
    expect(await until(() => messages.find((message) => message.type === "text"))).toMatchObject({
      id: 7,
      read: { paragraphs: expect.any(Array) },
    });
    expect(messages.slice(from).filter(({ type }) => type === "sight").length).toBeGreaterThan(1);
    process.kill(reader, "SIGSTOP");
    send(pipe, { type: "read", id: 8 });
    await systemClock.sleep(1_000);
    process.kill(reader, "SIGKILL");
    const texts = () => messages.filter((message) => message.type === "text");
    expect(await until(() => texts()[1])).toEqual({ type: "text", id: 8, read: null });
    send(pipe, { type: "read", id: 9 });
    expect(await until(() => texts()[2])).toMatchObject({ id: 9, read: { paragraphs: expect.any(Array) } });
    const last = readersOf(children.at(-1)?.pid ?? 0)[0] ?? 0;
    pipe.destroy();
    expect(await exit).toBe(0);
    // A reader without eyes ends.
    await until(() => (isGone(last) ? true : undefined));
  });

  it("learns whom the wearer clicks at while it goes on seeing, and writes nothing of it down", async () => {
    // The third photo of the samples, held at two metres, shows one face that dominates.
    const epoch = systemClock.now() - 2 * legMs;
    const { pipe, messages, stderr, exit } = startEyes(
      JSON.stringify({ ...options, simulate: { epoch }, log: { level: "debug", format: "text" } }),
    );
    if (pipe === null) throw new Error("no pipe");
    send(pipe, { type: "distance", metres: 2 });
    await until(() => messages.find((message) => message.type === "sight" && message.tracks.length > 0));
    const before = messages.length;
    const clicked = systemClock.now();
    send(pipe, { type: "burst", id: 3, metres: 2 });
    await until(() => messages.find(({ type }) => type === "burstKind"));
    expect(systemClock.now() - clicked).toBeLessThan(1_000);
    const done = await until(() => messages.find((message) => message.type === "burstDone"));
    expect(done).toMatchObject({ id: 3, kind: "face", verdict: null, track: expect.any(Number) });
    expect(done.views.length).toBeGreaterThanOrEqual(3);
    expect(done.views[0]?.model).toMatch(/^face-embed@[0-9a-f]{12}$/);
    expect(messages.slice(before).filter(({ type }) => type === "sight").length).toBeGreaterThan(4);
    // Whoever is known is told so, and is seen again.
    send(pipe, { type: "known", track: done.track ?? 0, sure: true });
    send(pipe, { type: "attend", things: false });
    send(pipe, { type: "burst", id: 4 });
    send(pipe, { type: "burstCancel", id: 4 });
    const learned = done.views.map(vectorOf);
    const likeness = await until(() => {
      for (const message of messages) {
        if (message.type !== "sight") continue;
        const view = message.tracks.find(({ id }) => id === done.track)?.face?.view;
        if (view) return Math.max(...learned.map((other) => dot(other, vectorOf(view))));
      }
      return undefined;
    });
    expect(likeness).toBeGreaterThan(0.8);
    expect(messages.filter((message) => message.type === "burstDone").map(({ id }) => id)).toEqual([3]);
    pipe.destroy();
    expect(await exit).toBe(0);
    // But for which camera it is.
    expect(stderr().replace(/^.* camera: simulated camera\n/m, "")).toBe("");
  });

  it("goes on when its photos are missing, says so once, and begins when they come", async () => {
    const folder = await mkdtemp(join(tmpdir(), "brim-eyes-"));
    await rm(folder, { recursive: true });
    const camera = { ...options.camera, folder };
    const { messages } = startEyes(JSON.stringify({ ...options, camera }));
    await until(() => (messages.filter(({ type }) => type === "sight").length > 4 ? true : undefined));
    expect(messages.filter(({ type }) => type === "trouble")).toEqual([
      { type: "trouble", message: expect.stringContaining(`${folder}: there is no such folder`) },
    ]);
    expect(messages.find(({ type }) => type === "sight")).toMatchObject({ seeing: "none", tracks: [] });
    await cp(samplePhotosFolder(), folder, { recursive: true });
    await until(() => messages.find(({ type }) => type === "ready"));
    await rm(folder, { recursive: true });
  });

  it("ends with status 3 and a word when it is told of a camera that there is not", async () => {
    const camera = { ...options.camera, driver: "periscope" };
    const { messages, exit } = startEyes(JSON.stringify({ ...options, camera }));
    expect(await exit).toBe(3);
    expect(messages).toEqual([{ type: "trouble", message: expect.stringContaining("periscope") }]);
  });

  it("says in one line that it is not run alone", async () => {
    for (const [argument, pipe] of [
      [JSON.stringify(options), false],
      ["{}", true],
    ] as const) {
      const { exit, stderr } = startEyes(argument, pipe);
      expect(await exit).not.toBe(0);
      expect(stderr()).toMatch(/^brim eyes: .*`brim start`.*\n$/);
    }
  });
});

/** Readers of text that the eyes have started and that still run. */
function readersOf(eyes: number): number[] {
  const path = `/proc/${eyes}/task/${eyes}/children`;
  return existsSync(path) ? (readFileSync(path, "utf8").match(/\d+/g) ?? []).map(Number) : [];
}

function isGone(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
