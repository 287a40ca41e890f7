import { availableParallelism } from "node:os";
import { messageOf } from "../base/errors.ts";
import { vectorMark } from "../models/mark.ts";
import { takeCpu } from "./eyes-cpu.ts";
import { type Figures, noFigures } from "./figures.ts";
import { takeGuard } from "./guard-latency.ts";
import { takeHat } from "./hat.ts";
import { timeMatching } from "./matching.ts";
import { timePipeline, timePrecisions } from "./networks.ts";
import { rounded } from "./stats.ts";

export interface BenchOptions {
  /** The hat goes on so long after its figures have been taken, to see whether its memory grows; 0: it does not. */
  soakMs: number;
  /** Takes these parts alone, or all. */
  only?: readonly Part[] | undefined;
  signal: AbortSignal;
  /** One line about a figure that could not be taken, or about what is being done. */
  say(line: string): void;
}

/** The parts of a run, in its order. */
export const parts = ["pipeline", "precision", "match", "hat", "cpu", "guard"] as const;
export type Part = (typeof parts)[number];

const rounds = 40;

/** Takes all figures, one after the other; what fails is told and stays null. */
export async function takeFigures({ soakMs, only, signal, say }: BenchOptions): Promise<Figures> {
  const figures = noFigures();
  const threads = Math.max(1, availableParallelism() - 1);
  const take = async (part: Part, name: string, work: () => unknown) => {
    if (signal.aborted || only?.includes(part) === false) return;
    try {
      await work();
    } catch (error) {
      say(`${name}: ${messageOf(error)}`);
    }
  };
  await take("pipeline", "pipelineOverRun, frameMs, clickOverDetection", async () => {
    const { pipeline, run, shrink, network, detections, clicks } = await timePipeline(threads, rounds);
    figures.pipelineOverRun = rounded(pipeline / run);
    figures.frameMs = {
      shrink: rounded(shrink),
      network: rounded(network),
      follow: rounded(Math.max(0, pipeline - shrink - network)),
    };
    figures.clickOverDetection = rounded(clicks / detections);
  });
  await take("precision", "int8OverFp32", async () => {
    const { nanodet, squeezesam } = await timePrecisions(rounds);
    figures.int8OverFp32 = { nanodet: rounded(nanodet), squeezesam: rounded(squeezesam) };
  });
  await take("match", "matchMs", () => {
    const model = vectorMark("face-embed");
    for (const people of ["10", "1000", "10000"] as const) {
      figures.matchMs[people] = rounded(timeMatching(Number(people), model), 4);
    }
  });
  await take("hat", "startMs, rssMB, killedMs", async () => {
    const { startMs, rssMB, killedMs, growth } = await takeHat({ soakMs, signal, say });
    figures.startMs = startMs;
    figures.killedMs = killedMs;
    figures.rssMB = rssMB;
    if (growth !== undefined) figures.growth = growth;
  });
  await take("cpu", "cpu", async () => {
    figures.cpu = await takeCpu(signal);
  });
  await take("guard", "guardMs", async () => {
    figures.guardMs = await takeGuard({ signal, say });
  });
  return figures;
}
