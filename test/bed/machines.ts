import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { brimRoot, programs } from "./places.ts";

export const bed = join(brimRoot, "hardware/bed");
/** Gone when the tests end. */
export const work = mkdtempSync(join(tmpdir(), "brim-bed-"));

export interface Machine {
  /** What `hardware/bed/prepare` printed. */
  folder: string;
  /** Options of `hardware/bed/vm`. */
  options?: string[];
  program: string;
  args?: string[];
  /** Told each line that the program writes; `kill` ends the machine as a power cut does. */
  onLine: (line: string, kill: () => void) => void;
}

/** Runs one of the bed's programs in a virtual machine; resolves with its status, or null when it was killed. */
export function runIn({ folder, options = [], program, args = [], onLine }: Machine): Promise<number | null> {
  const node = process.execPath;
  const command = [
    folder,
    ...options,
    "env",
    `BRIM_ROOT=${brimRoot}`,
    `PATH=${dirname(node)}:${process.env.PATH}`,
  ];
  const child = spawn(join(bed, "vm"), [...command, node, join(programs, `${program}.js`), ...args], {
    // A group of its own, which a power cut ends at once.
    detached: true,
    env: { ...process.env, TMPDIR: work },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  createInterface({ input: child.stdout }).on("line", (line) => onLine(line.trimEnd(), kill));
  return new Promise((resolve) => child.once("close", resolve));
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
  rmSync(work, { recursive: true, force: true });
});
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => process.exit(130));
