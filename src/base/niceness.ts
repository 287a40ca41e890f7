import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Lets others go first: this process, which leads a session of its own, and its children. Where Linux shares the cores
 * between sessions before it looks at the priorities of processes (autogroups, see sched(7)), the session steps back, too;
 * without that, three busy sessions are due as much as the guard is, whatever their processes' priorities.
 *
 * @param niceness 0 (like others) to 19
 */
export function letOthersFirst(niceness: number): void {
  setPriority(process.pid, niceness);
  try {
    writeFileSync("/proc/self/autogroup", String(niceness));
  } catch {
    // This system does not share by sessions, or does not let us.
  }
}
