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
const everyMs = 10;
const mostClicks = 5;
/** What is learned is learned within so long of its click. */
const learnMs = 15_000;
/** The walk has come by each photo after so long. */
const walkMs = 120_000;
/** So long before a soak, as a share of it, memory is taken that is then kept. */
const settleShare = 0.2;
/** And so long, at either end, its size is looked at. */
const lookShare = 0.05;
const soakLooks = 30;

interface HatOptions {
  soakMs: number;
  signal: AbortSignal;
  say(line: string): void;
}

interface HatFigures extends Pick<Figures, "startMs" | "rssMB" | "killedMs" | "growth"> {}

/** Takes (d) and (e): a simulated hat with 100 people enrolled is started, learns at a click, reads, and loses parts. */
export async function takeHat(options: HatOptions): Promise<HatFigures> {
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
    const children = watchChildren(pids);
    // Who hears a beep has other worries than names.
    hat.range({ noEcho: true });
    await learn(hat, options);
    await read(hat, options);
    hat.range("walk");
    const child = children.stop();
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

/** The largest memory of the children of eyes and mind, which come and go, until it is stopped. */
function watchChildren(pids: { eyes: number; mind: number }) {
  const most = { reader: null as number | null, synthesiser: null as number | null };
  const look = (parent: number, name: keyof typeof most, command: string) => {
    for (const child of childrenOf(parent)) {
      const size = child.command.includes(command) ? residentMB(child.pid, "VmHWM") : null;
      if (size !== null) most[name] = Math.max(most[name] ?? 0, size);
    }
  };
  const timer = systemClock.every(everyMs, () => {
    look(pids.eyes, "reader", "brim-reader");
    look(pids.mind, "synthesiser", "espeak");
  });
  return {
    stop() {
      timer.cancel();
      return most;
    },
  };
}

/** Clicks until somebody or something is learned; a click is for nothing where two faces are as near as each other. */
async function learn(hat: SimulatedHat, { signal, say }: Pick<HatOptions, "signal" | "say">): Promise<void> {
  for (let i = 0; i < mostClicks && !signal.aborted; i++) {
    await hat.silence();
    const from = hat.lines.length;
    await hat.click();
    const learned = hat.wait("a click's end", ({ event }) => event === "learned", from, learnMs);
    if (await learned.catch(() => null)) return;
  }
  say("rssMB: nothing was learned by a click");
}

/** Reads until the walk comes by the photo in which there is text. */
async function read(hat: SimulatedHat, { signal, say }: Pick<HatOptions, "signal" | "say">): Promise<void> {
  const end = systemClock.now() + walkMs;
  while (systemClock.now() < end && !signal.aborted) {
    await hat.silence();
    const from = hat.lines.length;
    await hat.click(3);
    const answer = hat.wait(
      "what was read",
      ({ event, priority }) => event === "said" && priority === "answer",
      from,
    );
    const said = await answer.catch(() => null);
    if (said !== null && said.text !== english.reading.nothing) return;
  }
  say("rssMB.reader: no text was found");
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

/** How the memory of each process grew within so long, as a share, once it has settled. */
async function soak(pids: { guard: number; mind: number; eyes: number }, ms: number, signal: AbortSignal) {
  await systemClock.sleep(ms * settleShare, signal);
  const before = await residentMedians(pids, ms * lookShare, signal);
  await systemClock.sleep(ms * (1 - lookShare), signal);
  const after = await residentMedians(pids, ms * lookShare, signal);
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
