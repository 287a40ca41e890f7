import { BrimError } from "../../base/errors.ts";
import { startHelper } from "../helper-process.ts";
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

/** An edge of a line as the program tells it: "1 123456789", the level and CLOCK_MONOTONIC in ns; null for other text. */
export function parseEdge(line: string): { active: boolean; at: number } | null {
  const found = /^([01]) (\d{1,19})$/.exec(line);
  return found === null ? null : { active: found[1] === "1", at: Number(found[2]) / 1e6 };
}

/** Why the program could not open the line, from its own words. */
function failure(options: LineOptions, words: string[]): BrimError {
  const [kind, ...rest] = words;
  const detail = rest.join(" ");
  if (kind === "nochip") return noChip(options.chip, detail === "" ? [] : detail.split(","));
  if (kind === "busy") return pinBusy(options, detail);
  if (kind === "permission") return noPermission(detail);
  if (kind === "nopin") return noSuchPin(options, rest[0] ?? "", Number(rest[1]));
  if (kind === "nopython") {
    return new BrimError("DEVICE", "python3 is not installed, which holds the GPIO: apt install python3");
  }
  const what = [kind, ...rest].join(" ").trim() || "its program ended";
  return new BrimError("DEVICE", `GPIO ${options.pin} (${options.setting}) cannot be opened: ${what}`);
}

function hold(options: LineOptions, mode: string[], onLine: (line: string) => void, python?: string) {
  const { chip, pin, activeLow, setting, clock } = options;
  const args = [wantedChips(chip).join(","), String(pin), activeLow ? "low" : "high"];
  return startHelper({
    ...{ program: chardevProgram, clock, onLine, python },
    args: [...args, `brim ${setting.split(".")[0]}`, ...mode],
    onLost: (why) => options.onLost(`GPIO ${pin} was lost: ${why}`),
    failure: (words) => failure(options, words),
  });
}

/** An output that can also be switched on for some microseconds. */
export interface PulsingLine extends OutputLine {
  pulse(): void;
}

/**
 * Lines through the GPIO character device (what libgpiod's tools use), for kernels without GPIO in sysfs. gpioset would
 * have to be built with `--interactive`, and Debian's is not; so a few lines of Python hold the line.
 */
export function makeGpiodLines(python?: string) {
  return {
    async output(options: LineOptions): Promise<PulsingLine> {
      const { write, close } = await hold(options, ["out"], () => {}, python);
      return { set: (on) => write(on ? "1" : "0"), pulse: () => write("p"), close };
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
      return hold(options, ["in", String(bounceMs * 1000)], onLine, python);
    },
  } satisfies LineDriver;
}

export const gpiodLines = makeGpiodLines();
