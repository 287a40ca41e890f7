import { readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, notBuilt, Running, remove, stateDir } from "./hat.ts";

let folder: string;
let hats: Running[];
beforeEach(() => {
  folder = stateDir();
  hats = [];
});
afterEach(async () => {
  for (const hat of hats) {
    await hat.stop();
    // Whatever a failed test left of it.
    for (const { pid } of hat.events.filter(({ event, pid }) => event === "process" && pid)) {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  }
  remove(folder);
});

function start(...args: string[]): Running {
  const hat = new Running(folder, ["start", "--simulate", "--json", ...args]);
  hats.push(hat);
  return hat;
}

const said = (text: RegExp) => (event: Running["events"][number]) =>
  event.event === "said" && text.test(event.text);
/** The process id of a child of `mind` that is to be the guard, as soon as there is one. */
async function started(mind: number, other?: number): Promise<number> {
  for (let i = 0; i < 1000; i++) {
    const children = readFileSync(`/proc/${mind}/task/${mind}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number);
    const guard = children.find((pid) => pid !== other && isGuard(pid));
    if (guard !== undefined) return guard;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("no guard was started");
}

function isGuard(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("guard.js");
  } catch {
    return false;
  }
}

/** The process id of the guard that tells of a beep when it is asked, or null. */
function warningGuard(folder: string): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = createConnection(join(folder, "guard.sock"));
    socket.once("error", () => resolve(null));
    socket.write(`${JSON.stringify({ type: "hello", role: "watcher", pid: process.pid })}\n`);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
      if (!/"beepsPerSecond":[1-9]/.test(text)) return;
      socket.destroy();
      resolve(Number(/"type":"welcome".*?"pid":(\d+)/.exec(text)?.[1]));
    });
  });
}

const process_ = (name: string, state: string) => (event: Running["events"][number]) =>
  event.event === "process" && event.name === name && event.state === state;

describe.skipIf(notBuilt !== null)(
  `the whole hat in simulation${notBuilt ? ` (skipped: ${notBuilt})` : ""}`,
  () => {
    test("sees people, speaks of them, beeps as they come nearer, and leaves nothing running", async () => {
      const hat = start();
      await hat.wait("greeting", said(/^Brim on\. Collision warning on\. Battery 80 percent\.$/));
      await hat.wait(
        "people",
        ({ event, objects }) =>
          event === "seen" && objects.some(({ label }: { label: string }) => label === "person"),
      );
      await hat.wait("a sentence about a person", said(/person|people/i));
      for (const level of ["caution", "warning"]) {
        await hat.wait(level, (event) => event.event === "level" && event.level === level);
      }
      const pids = ["guard", "eyes", "mind"].map((name) => hat.pid(name));
      expect(await hat.stop()).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
      await hat.waitForError(/^page: http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    }, 40_000);

    test("kill -9 of the eyes: the guard misses no beep, the wearer is told, and they are back as soon as at the start", async () => {
      const hat = start();
      const sight = await hat.wait("sight", ({ event }) => event === "seen");
      await hat.wait("greeting", said(/Brim on/));
      const from = hat.events.length;
      const killed = performance.now();
      process.kill(hat.pid("eyes"), "SIGKILL");
      await hat.wait("being told", said(/^Eyes off/), from);
      const back = await hat.wait("sight again", ({ event }) => event === "seen", from);
      // As a ratio, for the start was on this machine, too; `brim bench` has the seconds.
      expect(back.came - killed).toBeLessThan(2 * (sight.came - hat.begun));
      await hat.wait("beeps", ({ event, level }) => event === "level" && level === "warning", from);
      expect(hat.events.filter(process_("guard", "off"))).toEqual([]);
    }, 40_000);

    test("kill -9 of the guard: the mind says at once that collision warning is off, and brings it back", async () => {
      const hat = start();
      await hat.wait("greeting", said(/Brim on/));
      const from = hat.events.length;
      process.kill(hat.pid("guard"), "SIGKILL");
      const told = await hat.wait("being told", said(/^Collision warning off/), from);
      const back = await hat.wait("the guard", process_("guard", "on"), from);
      expect(hat.events.indexOf(told)).toBeLessThan(hat.events.indexOf(back));
      await hat.wait("its return being told", said(/^Collision warning on again/), from);
    }, 40_000);

    test("a guard that hangs is noticed, told and started again", async () => {
      const hat = start();
      await hat.wait("greeting", said(/Brim on/));
      const from = hat.events.length;
      process.kill(hat.pid("guard"), "SIGSTOP");
      await hat.wait("being told", said(/^Collision warning off/), from, 4_000);
      await hat.wait("its return", said(/^Collision warning on again/), from);
    }, 40_000);

    test("a guard that dies, or hangs, before it ever answered is replaced, and nothing is left of it", async () => {
      const hat = start();
      const first = await started(hat.child.pid ?? 0);
      process.kill(first, "SIGKILL");
      const second = await started(hat.child.pid ?? 0, first);
      process.kill(second, "SIGSTOP");
      await hat.wait("the guard", process_("guard", "on"));
      await hat.wait("it being told", said(/Collision warning on/));
      expect(isAlive(second)).toBe(false);
    }, 40_000);

    test("the guard warns while the mind still loads", async () => {
      const letLoad = join(folder, "let-the-mind-load");
      const hooks = join(folder, "hooks.mjs");
      writeFileSync(
        hooks,
        `import { existsSync } from "node:fs";
         export async function load(url, context, next) {
           const wait = () => new Promise((resolve) => setTimeout(resolve, 20));
           if (url.endsWith("/dist/mind.js")) while (!existsSync(${JSON.stringify(letLoad)})) await wait();
           return next(url, context);
         }`,
      );
      const register = `data:text/javascript,import{register}from"node:module";register(${JSON.stringify(pathToFileURL(hooks))})`;
      const hat = new Running(folder, ["start", "--simulate", "--json"], ["--import", register]);
      hats.push(hat);
      await expect.poll(() => warningGuard(folder), { timeout: 10_000 }).not.toBeNull();
      const guard = await warningGuard(folder);
      expect(hat.events).toEqual([]);
      writeFileSync(letLoad, "");
      const { pid } = await hat.wait("the mind", process_("guard", "on"));
      expect(pid).toBe(guard);
    }, 40_000);

    test("kill -9 of the mind: the guard goes on, the eyes end, and a new mind adopts the guard", async () => {
      const hat = start();
      await hat.wait("sight", ({ event }) => event === "seen");
      const [guard, eyes, mind] = ["guard", "eyes", "mind"].map((name) => hat.pid(name)) as [
        number,
        number,
        number,
      ];
      process.kill(mind, "SIGKILL");
      await hat.exited;
      await expect.poll(() => isAlive(eyes), { timeout: 5_000 }).toBe(false);
      expect(isAlive(guard)).toBe(true);
      const next = start();
      await next.wait("greeting", said(/Brim on\. Collision warning on/));
      expect(next.pid("guard")).toBe(guard);
      expect(await next.stop()).toBe(0);
      expect(isAlive(guard)).toBe(false);
    }, 40_000);

    test("a signal that comes twice, as timeout(1) sends it, ends the guard, too", async () => {
      const hat = start();
      await hat.wait("sight", ({ event }) => event === "seen");
      const guard = hat.pid("guard");
      hat.child.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 20));
      hat.child.kill("SIGTERM");
      expect(await hat.exited).toBe(0);
      expect(isAlive(guard)).toBe(false);
    }, 40_000);

    test("a second Brim in the same state folder is refused in one line, and the first goes on", async () => {
      const hat = start();
      await hat.wait("greeting", said(/Brim on/));
      const second = start();
      expect(await second.exited).toBe(1);
      expect(second.errors).toEqual([
        expect.stringMatching(/^brim: Brim runs already \(process \d+\): stop it, or set/),
      ]);
      const from = hat.events.length;
      await hat.wait("beeps", ({ event, beepsPerSecond }) => event === "level" && beepsPerSecond > 0, from);
    }, 40_000);

    test("a folder without photos is told, and the guard works all the same", async () => {
      const hat = start(folder);
      await hat.waitForError(/eyes warn: .*no photo/i);
      await hat.wait("beeps", ({ event, beepsPerSecond }) => event === "level" && beepsPerSecond > 0);
    }, 40_000);
  },
);

describe.skipIf(notBuilt !== null)("the guard's socket", () => {
  test("junk, and 100 MB of it without a newline, cost one line each and disturb no beep", async () => {
    const guard = new Running(folder, ["guard", "--simulate", "--json"]);
    hats.push(guard);
    await guard.wait("caution", ({ level }) => level === "caution");
    const socket = createConnection(join(folder, "guard.sock"));
    socket.on("error", () => {});
    socket.resume();
    const write = (data: string | Buffer) =>
      new Promise<void>((resolve) =>
        socket.write(data) ? resolve() : void socket.once("drain", () => resolve()),
      );
    await write("this is not JSON\n");
    await guard.waitForError(/a message that is not JSON was dropped/);
    const chunk = Buffer.alloc(1 << 20, "x");
    for (let i = 0; i < 100; i++) await write(chunk);
    await write(`\n${JSON.stringify({ type: "hello", role: "watcher", pid: 1 })}\n`);
    await guard.wait("warning", ({ level }) => level === "warning");
    const answer = await new Promise<string>((resolve) =>
      socket.once("data", (data) => resolve(String(data))),
    );
    expect(answer).toMatch(/"type":/);
    socket.destroy();
    expect(guard.events.filter(({ level }) => level === "blind")).toEqual([]);
    expect(guard.errors.filter((line) => /warn/.test(line)).length).toBeLessThanOrEqual(2);
    expect(await guard.stop()).toBe(0);
  }, 30_000);
});
