import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { english } from "../attention/wording/en.ts";
import { systemClock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { Memory } from "../memory/memory.ts";
import { vectorMark } from "../models/mark.ts";
import type { Figures } from "./figures.ts";
import { unitVectors } from "./matching.ts";
import { childrenOf, residentMB } from "./processes.ts";
import { type HatLine, SimulatedHat } from "./simulated-hat.ts";
import { median } from "./stats.ts";

const people = 100;
const viewsEach = 5;
const everyMs = 100;
/** What was learned and read comes within so long. */
const clickMs = 8_000;
const readMs = 12_000;
/** The first part of a soak, in which memory is taken that is then kept. */
const settleShare = 0.2;
const soakLooks = 30;

interface HatFigures extends Pick<Figures, "startMs" | "rssMB" | "killedMs" | "growth"> {}

/** Takes (d) and (e): a simulated hat with 100 people enrolled is started, learns at a click, reads, and loses parts. */
export async function takeHat(options: {
  soakMs: number;
  signal: AbortSignal;
  say(line: string): void;
}): Promise<HatFigures> {
  const folder = mkdtempSync(join(tmpdir(), "brim-bench-"));
  enrol(folder);
  const hat = new SimulatedHat(folder, options.soakMs === 0 ? {} : collecting());
  try {
    let guarding: number | null = null;
    const watching = hat.watchGuard((message) => {
      // "Collision warning is on" sounds with the first reading that was judged.
      if (message.type === "buzzer" && message.on) guarding ??= message.at - hat.begun;
    });
    const seen = await hat.wait("a detection", (line) => line.event === "seen" && line.objects.length > 0);
    const said = await hat.wait("speech", (line) => line.event === "said");
    await watching;
    const pids = {
      guard: await hat.pid("guard"),
      mind: await hat.pid("mind"),
      eyes: await hat.pid("eyes"),
    };
    const child = { reader: null as number | null, synthesiser: null as number | null };
    const look = () => {
      for (const { pid, command } of childrenOf(pids.eyes)) {
        if (command.includes("reader.js")) child.reader = residentMB(pid, "VmHWM") ?? child.reader;
      }
      for (const { pid, command } of childrenOf(pids.mind)) {
        if (command.includes("espeak")) child.synthesiser = residentMB(pid, "VmHWM") ?? child.synthesiser;
      }
    };
    const watchFor = async (ms: number) => {
      for (let waited = 0; waited < ms && !options.signal.aborted; waited += everyMs) {
        look();
        await systemClock.sleep(everyMs);
      }
    };
    await hat.click();
    await watchFor(clickMs);
    await hat.click(3);
    await watchFor(readMs);
    const rssMB = {
      guard: residentMB(pids.guard, "VmHWM"),
      mind: residentMB(pids.mind, "VmHWM"),
      eyes: residentMB(pids.eyes, "VmHWM"),
      ...child,
    };
    for (const [name, value] of Object.entries(rssMB)) {
      if (value === null) options.say(`rssMB.${name}: no such process was seen`);
    }
    const startMs = {
      guarding: guarding === null ? null : Math.round(guarding),
      firstDetection: Math.round(seen.came - hat.begun),
      firstSpeech: Math.round(said.came - hat.begun),
    };
    const growth = options.soakMs === 0 ? undefined : await soak(pids, options.soakMs, options.signal);
    return { startMs, rssMB, killedMs: await killParts(hat, pids, options.say), growth };
  } finally {
    await hat.stop().catch((error) => options.say(messageOf(error)));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How soon the wearer is told that the guard is gone, and how soon new eyes see; null for what never came. */
async function killParts(
  hat: SimulatedHat,
  pids: { guard: number; eyes: number },
  say: (line: string) => void,
) {
  const since = async (what: string, pid: number, wait: (from: number) => Promise<HatLine>) => {
    const from = hat.lines.length;
    const killed = systemClock.now();
    try {
      process.kill(pid, "SIGKILL");
      return Math.round((await wait(from)).came - killed);
    } catch (error) {
      say(`killedMs.${what}: ${messageOf(error)}`);
      return null;
    }
  };
  const eyesBack = await since("eyesBack", pids.eyes, async (from) => {
    // What the old ones saw last may still be on its way.
    const off = ({ name, state }: HatLine) => name === "eyes" && state === "off";
    const gone = await hat.wait("the end of the eyes", off, from);
    return hat.wait("sight again", ({ event }) => event === "seen", hat.lines.indexOf(gone));
  });
  const guardTold = await since("guardTold", pids.guard, (from) =>
    hat.wait("being told", ({ event, text }) => event === "said" && text === english.collision.off, from),
  );
  return { guardTold, eyesBack };
}

/** How the memory of each process grew, as a share: from the first tenth after it has settled to the last tenth. */
async function soak(pids: { guard: number; mind: number; eyes: number }, ms: number, signal: AbortSignal) {
  await systemClock.sleep(ms * settleShare, signal);
  const before = await residentMedians(pids, ms / 10, signal);
  await systemClock.sleep(ms * (0.8 - settleShare), signal);
  const after = await residentMedians(pids, ms / 10, signal);
  const growth = (name: keyof typeof pids) => {
    const [from, to] = [before[name], after[name]];
    return from === null || to === null ? null : Math.round((to / from - 1) * 1e4) / 1e4;
  };
  return { guard: growth("guard"), mind: growth("mind"), eyes: growth("eyes") };
}

/** The environment in which each process collects its garbage at a SIGUSR2 (collector.ts). */
function collecting(): NodeJS.ProcessEnv {
  const options = process.env.NODE_OPTIONS ?? "";
  return { NODE_OPTIONS: `${options} --import=${new URL("collector.js", import.meta.url)}` };
}

/** Medians over a time, each look after a collection of garbage. */
async function residentMedians<Name extends string>(
  pids: Record<Name, number>,
  ms: number,
  signal: AbortSignal,
): Promise<Record<Name, number | null>> {
  const names = Object.keys(pids) as Name[];
  const seen = names.map(() => [] as (number | null)[]);
  for (let i = 0; i < soakLooks; i++) {
    // One that is gone has no memory, and is told as null.
    for (const name of names)
      if (residentMB(pids[name], "VmRSS") !== null) process.kill(pids[name], "SIGUSR2");
    await systemClock.sleep(ms / soakLooks, signal);
    for (const [n, name] of names.entries()) seen[n]?.push(residentMB(pids[name], "VmRSS"));
  }
  const medians = seen.map((sizes) => (sizes.includes(null) ? null : median(sizes as number[])));
  return Object.fromEntries(names.map((name, n) => [name, medians[n]])) as Record<Name, number | null>;
}

/** Puts strangers into the memory of a hat that is not there yet. */
function enrol(folder: string): void {
  const memory = Memory.open(folder);
  const model = vectorMark("face-embed");
  const vectors = unitVectors(1);
  try {
    for (let i = 0; i < people; i++) {
      const views = Array.from({ length: viewsEach }, () => ({ model, embedding: vectors(), quality: 0.8 }));
      memory.remember({ kind: "person", name: `Person ${i + 1}`, views });
    }
  } finally {
    memory.close();
  }
}
