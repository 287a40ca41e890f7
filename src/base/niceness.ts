import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** Of what works all the time: others go first, but it is not starved by whatever else runs for a while. */
const busyNiceness = 5;
const first = -20;
/** Above all that has no real-time priority, below the kernel's own threads (50). */
const realTimePriority = "10";

/**
 * Lets others go first: this process, which leads a session of its own, and its children. Where Linux shares the cores
 * between sessions before it looks at the priorities of processes (autogroups, see sched(7)), the session steps back, too;
 * without that, three busy sessions are due as much as the guard is, whatever their processes' priorities.
 */
export function letOthersFirst(): void {
  // Who was started with less than that keeps it, for only root may take more.
  if (getPriority(process.pid) < busyNiceness) setPriority(process.pid, busyNiceness);
  setSession(busyNiceness);
}

/**
 * Goes before others, as the guard's unit of systemd has it do: with a real-time priority (round robin), so that what
 * becomes ready runs at once and not at the scheduler's next tick. Only root may; for others all stays as it is, and those
 * who let others first do what is left to do. Starts one short program: call it before there is anything to wait for.
 */
export function goFirst(): void {
  if (process.getuid?.() !== 0) return;
  try {
    setPriority(process.pid, first);
  } catch {
    // Root without the right to: a container.
  }
  setSession(first);
  const args = ["--all-tasks", "--rr", "--pid", realTimePriority, String(process.pid)];
  spawnSync("chrt", args, { stdio: "ignore" });
}

function setSession(niceness: number): void {
  try {
    writeFileSync("/proc/self/autogroup", String(niceness));
  } catch {
    // This system does not share by sessions, or does not let us.
  }
}
