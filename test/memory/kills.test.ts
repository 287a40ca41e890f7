import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Memory } from "../../src/memory/memory.ts";
import { memories, randomFrom } from "./helpers.ts";
// @ts-expect-error plain JavaScript, which the writer runs too
import { after, clipOf } from "./operations.mjs";

const writer = join(import.meta.dirname, "writer.mjs");
const built = existsSync(join(import.meta.dirname, "../../dist/memory/memory.js"));
/** The issue asks for 200: BRIM_KILLS=200 npx vitest run test/memory/kills.test.ts */
const kills = Number(process.env.BRIM_KILLS ?? 12);

const { newFolder } = memories();

interface Ended {
  /** Steps that were confirmed. */
  done: number;
  /** What it printed last, when it ended by itself. */
  failure: { code: string; message: string; known: string[] } | null;
}

/** Reads a writer's lines until it has ended. */
async function follow(child: ChildProcess, first: number, onOpen: () => void): Promise<Ended> {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    if (text === "") onOpen();
    text += chunk;
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await ended;
  const lines = text.split("\n").slice(0, -1);
  const steps = lines.filter((line) => /^\d+$/.test(line)).map(Number);
  const last = lines.find((line) => line.startsWith("{"));
  return { done: Math.max(first, ...steps), failure: last === undefined ? null : JSON.parse(last) };
}

/** What is in the file, in the terms of operations.mjs; fails where an entry is not whole. */
function found(folder: string): Map<string, [views: number, clip: string | null]> {
  const memory = Memory.open(folder);
  try {
    expect(memory.notice).toBeNull();
    return new Map(
      memory.list().map((entry) => {
        const clip = memory.clipOf(entry.id)?.toString() ?? null;
        expect(memory.viewsOf(entry.id)).toHaveLength(Object.values(entry.views)[0] ?? 0);
        return [entry.name ?? "", [Object.values(entry.views)[0] ?? 0, clip]];
      }),
    );
  } finally {
    memory.close();
  }
}

function expected(steps: number): ReturnType<typeof found> {
  const entries: Map<string, [number, number | null]> = after(steps);
  return new Map(
    [...entries].map(([name, [views, clip]]) => [
      name,
      [views, clip === null ? null : clipOf(clip).toString()],
    ]),
  );
}

describe.skipIf(!built)(
  `killed in the middle of writing${built ? "" : " (skipped: run scripts/test)"}`,
  () => {
    it(`${kills} times, the memory opens every time: nothing confirmed is lost, nothing is half written`, async () => {
      const random = randomFrom(kills);
      const folder = newFolder();
      let step = 0;
      for (let i = 0; i < kills; i++) {
        const child = spawn(process.execPath, [writer, folder, String(step)], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const kill = () => child.kill("SIGKILL");
        // Some while the file is being opened, most while it is written.
        const opening = random() < 0.15;
        const delay = random() * (opening ? 120 : 250);
        if (opening) setTimeout(kill, delay);
        const { done, failure } = await follow(child, step, () => {
          if (!opening) setTimeout(kill, delay);
        });
        expect(failure).toBeNull();
        const entries = found(folder);
        // The step that was under way is there, whole, or not there at all.
        step = isEqual(entries, expected(done + 1)) ? done + 1 : done;
        expect(entries).toEqual(expected(step));
      }
      expect(step).toBeGreaterThan(kills);
    }, 600_000);
  },
);

describe.skipIf(!built)("a disk that takes no more", () => {
  it("is told in one line; what was kept stays, in the file and in memory, and room makes it work again", async () => {
    const folder = newFolder();
    // No file may grow beyond 400 KB: write(2) fails as it does on a full disk.
    const child = spawn(
      "bash",
      ["-c", `trap "" XFSZ; ulimit -f 400; exec "$0" "$@"`, process.execPath, writer, folder, "0"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const { done, failure } = await follow(child, 0, () => {});
    expect(failure).toMatchObject({ code: "STORAGE", message: expect.stringMatching(/^the disk [^\n]+$/) });
    expect(done).toBeGreaterThan(3);
    const entries = found(folder);
    expect(entries).toEqual(expected(done));
    expect(failure?.known.sort()).toEqual([...entries.keys()].sort());
    const again = spawn(process.execPath, [writer, folder, String(done)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const more = await follow(again, done, () => setTimeout(() => again.kill("SIGKILL"), 300));
    expect(more.failure).toBeNull();
    expect(more.done).toBeGreaterThan(done);
  }, 60_000);
});

function isEqual(a: Map<string, unknown>, b: Map<string, unknown>): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
