import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { systemClock } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";
import type { Figures } from "./figures.ts";
import { SimulatedHat } from "./simulated-hat.ts";
import { percentile, rounded } from "./stats.ts";

const readings = 10_000;
const periodMs = 5;
const askEveryMs = 5_000;

/**
 * Takes (c): the guard's daemon in a process of its own reads a sensor in another at 200 Hz, while a whole simulated hat
 * runs beside it, which has taken this guard for its own: its mind serves the page and speaks, its eyes see, and a
 * detector without pauses takes every core that is left.
 */
export async function takeGuard(options: {
  signal: AbortSignal;
  say(line: string): void;
}): Promise<Figures["guardMs"]> {
  const folder = mkdtempSync(join(tmpdir(), "brim-bench-"));
  const result = join(folder, "latencies.json");
  const threads = availableParallelism();
  const children: ChildProcess[] = [];
  const run = (name: string, args: string[], stdin: "ignore" | "pipe", stdout: "ignore" | Writable) => {
    const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
    // A session of its own each, as in the hat: Linux shares the cores between sessions before it looks at priorities.
    const stdio: StdioOptions = [stdin, stdout, "inherit"];
    const child = spawn(process.execPath, [file, ...args], { detached: true, stdio });
    children.push(child);
    return child;
  };
  const guard = run("guard-process", [join(folder, "guard.sock"), result], "pipe", "ignore");
  let hat: SimulatedHat | null = null;
  try {
    while (!existsSync(join(folder, "guard.sock"))) {
      options.signal.throwIfAborted();
      if (guard.exitCode !== null) throw new BrimError("DEVICE", "the measured guard did not start");
      await systemClock.sleep(20);
    }
    hat = new SimulatedHat(folder, { BRIM_VISION_THREADS: String(threads), BRIM_CAMERA_FPS: "30" });
    const adopted = await hat.pid("guard");
    if (adopted !== guard.pid) throw new BrimError("BUSY", "the hat did not take the measured guard");
    await hat.watchGuard(() => {});
    run("load", [String(threads)], "ignore", "ignore");
    await hat.wait("sight", (line) => line.event === "seen");
    await systemClock.sleep(2_000);
    if (guard.stdin === null) throw new Error("no pipe");
    // The sensor writes straight into the guard's pipe.
    const sensor = run("sensor", [String(readings), String(periodMs)], "ignore", guard.stdin);
    const end = once(sensor, "exit");
    let running = true;
    void end.then(() => {
      running = false;
    });
    while (running && !options.signal.aborted) {
      // "What is around me", so that the mind speaks.
      await hat.click(2);
      await Promise.race([end, systemClock.sleep(askEveryMs)]);
    }
    guard.stdin.end();
    while (!existsSync(result)) {
      options.signal.throwIfAborted();
      await systemClock.sleep(20);
    }
    await systemClock.sleep(200);
    const latencies: number[] = JSON.parse(readFileSync(result, "utf8"));
    if (latencies.length < readings) {
      throw new BrimError("DEVICE", `only ${latencies.length} of ${readings} readings came`);
    }
    const at = (share: number) => rounded(percentile(latencies, share), 2);
    return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
  } finally {
    await hat?.stop();
    for (const child of children) child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}
