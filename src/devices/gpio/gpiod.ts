import { type ChildProcess, spawn } from "node:child_process";
import { BrimError } from "../../base/errors.ts";
import { chardevProgram } from "./chardev-program.ts";
import {
  type InputLine,
  type InputOptions,
  type LineDriver,
  type LineOptions,
  noChip,
  noPermission,
  noSuchPin,
  type OutputLine,
  pinBusy,
  wantedChips,
} from "./lines.ts";

const openMs = 5_000;

/** An edge of a line as the program tells it: "1 123456789", the level and CLOCK_MONOTONIC in ns; null for other text. */
export function parseEdge(line: string): { active: boolean; at: number } | null {
  const found = /^([01]) (\d{1,19})$/.exec(line);
  return found === null ? null : { active: found[1] === "1", at: Number(found[2]) / 1e6 };
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

/** Why the program could not open the line, from its own words. */
function failure(options: LineOptions, words: string[]): BrimError {
  const [kind, ...rest] = words;
  const detail = rest.join(" ");
  if (kind === "nochip") return noChip(options.chip, detail === "" ? [] : detail.split(","));
  if (kind === "busy") return pinBusy(options, detail);
  if (kind === "permission") return noPermission(detail);
  if (kind === "nopin") return noSuchPin(options, rest[0] ?? "", Number(rest[1]));
  const what = [kind, ...rest].join(" ").trim() || "its program ended";
  return new BrimError("DEVICE", `GPIO ${options.pin} (${options.setting}) cannot be opened: ${what}`);
}

interface Held {
  child: ChildProcess;
  close(): Promise<void>;
}

/**
 * Starts the program that holds one line for as long as its stdin is open, so that whatever ends this process lets the
 * line go off. Started when a device is opened, never while all is well, for starting a process takes time.
 */
function hold(options: LineOptions, mode: string[], onLine: (line: string) => void, python: string) {
  const { chip, pin, activeLow, setting, clock } = options;
  return new Promise<Held>((resolve, reject) => {
    const args = ["-I", "-S", "-c", chardevProgram, wantedChips(chip).join(","), String(pin)];
    const child = spawn(
      python,
      [...args, activeLow ? "low" : "high", `brim ${setting.split(".")[0]}`, ...mode],
      {
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    let open = false;
    let closing = false;
    let lastWords = "";
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    const timer = clock.after(openMs, () => child.kill("SIGKILL"));
    const split = lineSplitter((line) => {
      if (open) return onLine(line);
      timer.cancel();
      const [word, ...rest] = line.split(" ");
      if (word !== "ready") return reject(failure(options, word === "error" ? rest : [line]));
      open = true;
      resolve({
        child,
        close: async () => {
          closing = true;
          child.stdin.end();
          const force = clock.after(1_000, () => child.kill("SIGKILL"));
          await ended;
          force.cancel();
        },
      });
    });
    child.stdout.setEncoding("utf8").on("data", split);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      lastWords = text.trim().split("\n").at(-1) ?? "";
    });
    child.stdin.on("error", () => {});
    child.once("error", () => {
      timer.cancel();
      reject(new BrimError("DEVICE", "python3 is not installed, which holds the GPIO: apt install python3"));
    });
    child.once("close", () => {
      timer.cancel();
      if (!open) reject(failure(options, [lastWords]));
      else if (!closing) options.onLost(`GPIO ${pin} was lost: ${lastWords || "its program ended"}`);
    });
  });
}

/**
 * Lines through the GPIO character device (what libgpiod's tools use), for kernels without GPIO in sysfs. gpioset would
 * have to be built with `--interactive`, and Debian's is not; so a few lines of Python hold the line.
 */
export function makeGpiodLines(python = "python3"): LineDriver {
  return {
    async output(options: LineOptions): Promise<OutputLine> {
      const { child, close } = await hold(options, ["out"], () => {}, python);
      return { set: (on) => void child.stdin?.write(on ? "1" : "0"), close };
    },

    async input(options: InputOptions): Promise<InputLine> {
      const { bounceMs, onChange } = options;
      let active = false;
      const onLine = (line: string) => {
        const edge = parseEdge(line);
        if (edge === null || edge.active === active) return;
        active = edge.active;
        onChange(active, edge.at);
      };
      const { close } = await hold(options, ["in", String(bounceMs * 1000)], onLine, python);
      return { close };
    },
  };
}

export const gpiodLines = makeGpiodLines();
