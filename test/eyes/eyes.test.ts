import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import {
  type EyesOptions,
  eyesMessageLimit,
  type FromEyes,
  fromEyesSchema,
} from "../../src/base/eyes-protocol.ts";
import { receive, send } from "../../src/base/ipc.ts";
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
    if (pipe !== null) send(pipe, { type: "picture", id: 5, side: 320 });
    const picture = await until(() => messages.find((message) => message.type === "picture"));
    expect(picture).toMatchObject({ id: 5, jpeg: expect.stringMatching(/^\/9j\//) });
    // Whoever tapped into the middle of that picture is shown what lies there, while the eyes go on seeing.
    if (pipe !== null) send(pipe, { type: "segment", id: 6, clicks: [[0.5, 0.5]], not: [] });
    const answer = await until(() => messages.find((message) => message.type === "segment"));
    expect(answer).toMatchObject({ id: 6, found: { mask: expect.stringMatching(/^iVBOR/) } });
    pipe?.destroy();
    expect(await exit).toBe(0);
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
