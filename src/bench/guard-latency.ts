import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { systemClock } from "../base/clock.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import type { Figures } from "./figures.ts";
import { PageVisitor } from "./page-visitor.ts";
import { SimulatedHat } from "./simulated-hat.ts";
import { percentile, rounded } from "./stats.ts";

const readings = 10_000;
const periodMs = 5;
const askEveryMs = 5_000;
/** A guard that has a core for itself shows little. */
const busyAtLeast = 0.95;

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
  const visiting = new AbortController();
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
    const loads = Array.from({ length: threads }, () => run("load", [], "ignore", "ignore"));
    await hat.wait("sight", (line) => line.event === "seen");
    const visitor = await PageVisitor.at(await hat.page);
    void visitor
      .visit(visiting.signal)
      .catch((error) => options.say(`guardMs: the page: ${messageOf(error)}`));
    await systemClock.sleep(2_000);
    const before = processorTimes();
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
    const busy = busyShare(before, processorTimes());
    if (busy < busyAtLeast)
      options.say(`guardMs: the cores were busy for only ${Math.round(busy * 100)} % of the time`);
    if (
      !hat.runs ||
      loads.some(({ exitCode }) => exitCode !== null) ||
      visitor.loads === 0 ||
      visitor.shown === 0
    ) {
      throw new BrimError("DEVICE", "the hat, its page or the detector beside the guard did not go on");
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
    visiting.abort();
    await hat?.stop();
    for (const child of children) child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What all cores have done since the machine was started, in ms. */
function processorTimes(): { busy: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const sum = (names: readonly (keyof (typeof times)[number])[]) =>
    times.reduce((total, core) => names.reduce((own, name) => own + core[name], total), 0);
  const busy = sum(["user", "nice", "sys", "irq"]);
  return { busy, all: busy + sum(["idle"]) };
}

function busyShare(from: { busy: number; all: number }, to: { busy: number; all: number }): number {
  return (to.busy - from.busy) / (to.all - from.all);
}
