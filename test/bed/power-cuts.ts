/** Cuts the power of a hat that learns: the machine is killed in the middle of it, again and again, with one card. */
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIn, work } from "./machines.ts";

/** A number from 0 to 1 that looks random and is the same in each run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Each boot looks at what the one before confirmed, then learns until its power is cut, some milliseconds after a
 * confirmation.
 */
export async function cutPower(folder: string, times: number, tell: (line: string) => void): Promise<void> {
  const draw = draws(8);
  const disk = join(work, "card.ext4");
  const card = openSync(disk, "w");
  ftruncateSync(card, 64 * 1024 * 1024);
  closeSync(card);
  const made = spawnSync("mke2fs", ["-q", "-F", "-t", "ext4", disk], { encoding: "utf8" });
  if (made.status !== 0) {
    tell(`FAILED   power cuts: no file system could be made: ${made.stderr ?? made.error?.message}`);
    return;
  }
  const out = join(work, "power");
  mkdirSync(out, { recursive: true });
  const confirmed: string[] = [];
  for (let boot = 0; boot <= times; boot++) {
    writeFileSync(join(out, "confirmed"), confirmed.join("\n"));
    const learn = boot < times;
    const most = 3 + Math.floor(draw() * 8);
    const delay = draw() * 60;
    let here = 0;
    let sound = false;
    const other: string[] = [];
    await runIn({
      folder,
      options: ["--disk", disk, "--keep", out],
      program: "learning-bed",
      args: [String(boot), learn ? "learn" : "look"],
      onLine: (line, kill) => {
        const name = /^confirmed (\S+)$/.exec(line)?.[1];
        if (name !== undefined) {
          confirmed.push(name);
          if (++here === most) setTimeout(kill, delay);
        } else if (line === "sound") sound = true;
        else other.push(line);
      },
    });
    if (boot === 0) {
      if (here < most) tell(`FAILED   power cuts: nothing could be learned: ${other.join(" | ")}`);
      continue;
    }
    const what = `power cut ${boot} of ${times} while learning: the card reopens and all ${readCount(out)} confirmed are there`;
    tell(sound ? `passed   ${what}` : `FAILED   ${what}: ${other.join(" | ")}`);
  }
}

function readCount(out: string): number {
  return readFileSync(join(out, "confirmed"), "utf8").split("\n").length;
}
