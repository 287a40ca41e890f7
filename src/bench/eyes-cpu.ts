import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock, type Timer } from "../base/clock.ts";
import { BrimError } from "../base/errors.ts";
import { type EyesOptions, eyesMessageLimit, fromEyesSchema } from "../base/eyes-protocol.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import { legMs } from "../base/walk.ts";
import { pictureOf, readPhoto } from "../devices/camera/photo.ts";
import { samplePhotosFolder } from "../models/registry.ts";
import { openDetector } from "../vision/models.ts";
import type { Figures } from "./figures.ts";
import { cpuSeconds } from "./processes.ts";
import { rounded } from "./stats.ts";

const program = fileURLToPath(new URL("../eyes.js", import.meta.url));
const fps = 5;
const minScore = 0.4;
const settleMs = 3_000;
const stillMs = 10_000;
const distance = 2.5;
/** A head is never quite still: it sways by a few millimetres, as often as one breathes. */
const swayMetres = 0.004;
const breathMs = 4_000;

/**
 * Takes (h): the eyes' process, with this one for its mind, at 5 frames a second. Still: the hat lies before a photo. Sway:
 * somebody stands there and wears it. Walk: one leg of the simulated walk. Crowd: a leg towards the sample photo with the most
 * people.
 */
export async function takeCpu(signal: AbortSignal): Promise<Figures["cpu"]> {
  const still = await eyesFor(undefined, { sway: 0 }, stillMs, signal);
  const sway = await eyesFor(undefined, { sway: swayMetres }, stillMs, signal);
  const walk = await eyesFor(undefined, null, legMs, signal);
  const folder = mkdtempSync(join(tmpdir(), "brim-bench-"));
  try {
    copyFileSync(await mostCrowded(), join(folder, "crowd.jpg"));
    const crowd = await eyesFor(folder, null, legMs, signal);
    return { still: rounded(still), sway: rounded(sway), walk: rounded(walk), crowd: rounded(crowd) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Processor seconds a second.
 * @param stand how far the head sways, in metres, where it does not walk
 */
async function eyesFor(
  folder: string | undefined,
  stand: { sway: number } | null,
  ms: number,
  signal: AbortSignal,
): Promise<number> {
  const options: EyesOptions = {
    camera: { driver: "simulated", fps, ...(folder === undefined ? {} : { folder }) },
    vision: { threads: 0, min_score: minScore, precision: "int8" },
    simulate: { epoch: systemClock.now() },
    log: { level: "error", format: "text" },
  };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  let swaying: Timer | null = null;
  try {
    const pipe = child.stdio[3] as Socket;
    quiet(pipe);
    const ready = new Promise<void>((resolve, reject) => {
      receive(pipe, {
        schema: fromEyesSchema,
        limit: eyesMessageLimit,
        onBad: () => {},
        onMessage: ({ type }) => type === "sight" && resolve(),
      });
      child.once("exit", () => reject(new BrimError("DEVICE", "the eyes ended")));
    });
    await ready;
    if (stand !== null) {
      swaying = systemClock.every(1000 / fps, () => {
        const phase = (systemClock.now() / breathMs) * 2 * Math.PI;
        send(pipe, { type: "distance", metres: distance + stand.sway * Math.sin(phase) });
      });
    }
    await systemClock.sleep(settleMs, signal);
    const { pid = 0 } = child;
    const before = cpuSeconds(pid);
    const begin = systemClock.now();
    await systemClock.sleep(ms, signal);
    const after = cpuSeconds(pid);
    if (before === null || after === null) throw new BrimError("DEVICE", "the eyes ended");
    return ((after - before) * 1000) / (systemClock.now() - begin);
  } finally {
    swaying?.cancel();
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

async function mostCrowded(): Promise<string> {
  const folder = samplePhotosFolder();
  const detector = await openDetector("int8", 1);
  let best = { file: "", people: -1 };
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const found = await detector.detect(pictureOf(await readPhoto(file)), minScore);
    const people = found.filter(({ label }) => label === "person").length;
    if (people > best.people) best = { file, people };
  }
  await detector.dispose();
  return best.file;
}
