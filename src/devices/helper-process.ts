import { spawn } from "node:child_process";
import type { Clock } from "../base/clock.ts";

const openMs = 5_000;
const closeMs = 1_000;

export interface HelperOptions {
  /** The Python program, and its arguments. */
  program: string;
  args: readonly string[];
  clock: Clock;
  /** Called with each line that it prints once it is ready. */
  onLine: (line: string) => void;
  /** It has ended though nobody let go of it; `why` is its last word. */
  onLost: (why: string) => void;
  /** The error for what it said before it was ready: the words after "error", or its last ones. */
  failure: (words: string[]) => Error;
  /** For tests: what is started in place of Python. */
  python?: string | undefined;
}

export interface Helper {
  write(text: string): void;
  close(): Promise<void>;
}

/** Whole lines from what arrives in pieces. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}

/**
 * Starts a program that holds a device which Node cannot (it needs ioctl) for as long as its stdin is open, so that
 * whatever ends this process lets the device go. It prints "ready …" or "error …", then lines. Started when a device is
 * opened, never while all is well, for starting a process takes time.
 */
export function startHelper(options: HelperOptions): Promise<Helper> {
  const { program, args, clock, onLine, onLost, failure, python = "python3" } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(python, ["-I", "-S", "-c", program, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    let open = false;
    let closing = false;
    let lastWords = "";
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    const timer = clock.after(openMs, () => child.kill("SIGKILL"));
    const close = async () => {
      closing = true;
      child.stdin.end();
      const force = clock.after(closeMs, () => child.kill("SIGKILL"));
      await ended;
      force.cancel();
    };
    const split = lineSplitter((line) => {
      if (open) return onLine(line);
      timer.cancel();
      const [word, ...rest] = line.split(" ");
      if (word !== "ready") return reject(failure(word === "error" ? rest : [line]));
      open = true;
      resolve({ write: (text) => void child.stdin.write(text), close });
    });
    child.stdout.setEncoding("utf8").on("data", split);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      lastWords = text.trim().split("\n").at(-1) ?? "";
    });
    child.stdin.on("error", () => {});
    child.once("error", () => reject(failure(["nopython"])));
    child.once("close", () => {
      timer.cancel();
      if (!open) reject(failure([lastWords]));
      else if (!closing) onLost(lastWords || "its program ended");
    });
  });
}
