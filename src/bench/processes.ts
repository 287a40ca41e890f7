import { readFileSync } from "node:fs";

const kilobytesAMegabyte = 1024;
/** Ticks of /proc/PID/stat a second: fixed in Linux's interface (USER_HZ). */
const ticksASecond = 100;

/** Largest (`VmHWM`) or present (`VmRSS`) resident memory of a process, MB; null when it is gone. */
export function residentMB(pid: number, which: "VmHWM" | "VmRSS"): number | null {
  const kilobytes = new RegExp(`^${which}:\\s+(\\d+) kB`, "m").exec(proc(pid, "status") ?? "")?.[1];
  return kilobytes === undefined ? null : Math.round((Number(kilobytes) / kilobytesAMegabyte) * 10) / 10;
}

/** Processor time that a process has taken, in seconds; null when it is gone. */
export function cpuSeconds(pid: number): number | null {
  // The name may hold spaces; what follows it does not.
  const fields = proc(pid, "stat")
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) / ticksASecond;
}

/** The children that a process's main thread has started, with their command lines. */
export function childrenOf(parent: number): { pid: number; command: string }[] {
  const pids = proc(parent, `task/${parent}/children`)?.match(/\d+/g) ?? [];
  return pids.map((pid) => ({ pid: Number(pid), command: proc(Number(pid), "cmdline") ?? "" }));
}

function proc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return null;
  }
}
