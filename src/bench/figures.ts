import { z } from "zod";

const figure = z.number().nullable();

/** What `brim bench --json` prints: null where a figure could not be taken, and why is on stderr. */
export const figuresSchema = z.strictObject({
  /** From a camera's raw frame to tracks ÷ `session.run` of the detector alone on a ready float tensor. */
  pipelineOverRun: figure,
  /** Where the time of one frame goes: making it small, the network, and all that follows, ms. */
  frameMs: z.strictObject({ shrink: figure, network: figure, follow: figure }),
  /** Time of the INT8 model ÷ that of the same graph in floats, one thread. */
  int8OverFp32: z.strictObject({ nanodet: figure, squeezesam: figure }),
  /** From when a reading was due to when the guard had written the buzzer, ms. */
  guardMs: z.strictObject({ p50: figure, p99: figure, p999: figure }),
  /** Largest resident memory of each process, MB. */
  rssMB: z.strictObject({
    guard: figure,
    mind: figure,
    eyes: figure,
    reader: figure,
    synthesiser: figure,
  }),
  /** From the start of the command, ms. */
  startMs: z.strictObject({ guarding: figure, firstDetection: figure, firstSpeech: figure }),
  /** From `kill -9` of the guard until the wearer is told, and of the eyes until they see again, ms. */
  killedMs: z
    .strictObject({ guardTold: figure, eyesBack: figure })
    .default({ guardTold: null, eyesBack: null }),
  /** Matching one face in a gallery of so many people, three views each, ms. */
  matchMs: z.strictObject({ "10": figure, "1000": figure, "10000": figure }),
  /** A click of SqueezeSAM ÷ a detection on the same picture. */
  clickOverDetection: figure,
  /** Seconds of processor time that the eyes take in a second, the simulated camera's work among it. */
  cpu: z.strictObject({ still: figure, sway: figure.default(null), walk: figure, crowd: figure }),
  /** With `--soak`: growth of each process's resident memory without garbage, as a share. */
  growth: z.strictObject({ guard: figure, mind: figure, eyes: figure }).optional(),
});
export type Figures = z.output<typeof figuresSchema>;

/** Figures of which none has been taken. */
export function noFigures(): Figures {
  return {
    pipelineOverRun: null,
    frameMs: { shrink: null, network: null, follow: null },
    int8OverFp32: { nanodet: null, squeezesam: null },
    guardMs: { p50: null, p99: null, p999: null },
    rssMB: { guard: null, mind: null, eyes: null, reader: null, synthesiser: null },
    startMs: { guarding: null, firstDetection: null, firstSpeech: null },
    killedMs: { guardTold: null, eyesBack: null },
    matchMs: { "10": null, "1000": null, "10000": null },
    clickOverDetection: null,
    cpu: { still: null, sway: null, walk: null, crowd: null },
  };
}

/** A figure with its name, what it should be at most (null: it only informs), and what it is. */
export interface Row {
  name: string;
  target: number | null;
  value: number | null;
  met: boolean | null;
}

const targets: Record<string, number> = {
  pipelineOverRun: 1.15,
  "int8OverFp32.nanodet": 0.5,
  "int8OverFp32.squeezesam": 0.55,
  "guardMs.p999": 10,
  "rssMB.guard": 70,
  "rssMB.mind": 120,
  "rssMB.eyes": 350,
  "rssMB.reader": 450,
  "rssMB.synthesiser": 60,
  "startMs.guarding": 700,
  "startMs.firstDetection": 3000,
  "killedMs.guardTold": 500,
  "killedMs.eyesBack": 3000,
  "cpu.stillOverWalk": 0.15,
  "growth.guard": 0.01,
  "growth.mind": 0.01,
  "growth.eyes": 0.01,
};

/** All figures, each with its target. */
export function rowsOf(figures: Figures): Row[] {
  const { still, walk } = figures.cpu;
  const flat: [string, number | null][] = [];
  for (const [name, value] of Object.entries(figures)) {
    if (typeof value === "number" || value === null) flat.push([name, value]);
    else for (const [key, one] of Object.entries(value ?? {})) flat.push([`${name}.${key}`, one]);
  }
  flat.push(["cpu.stillOverWalk", still === null || walk === null || walk === 0 ? null : still / walk]);
  return flat.map(([name, value]) => {
    const target = targets[name] ?? null;
    return { name, value, target, met: target === null || value === null ? null : value <= target };
  });
}

/** Figures that may not grow by half from one run to the next, (a) and (c), and the part of a run in which each is taken. */
const watched: Record<string, string> = {
  pipelineOverRun: "pipeline",
  "guardMs.p50": "guard",
  "guardMs.p99": "guard",
  "guardMs.p999": "guard",
};
const worseBy = 1.5;

/** What has become worse by half since the baseline, or could be taken then and not now. */
export interface Worse {
  part: string;
  /** The figure, what it is and what it was. */
  line: string;
}

/** @param only the parts that were taken now, where not all */
export function worseThan(baseline: Figures, now: Figures, only?: readonly string[]): Worse[] {
  const before = new Map(rowsOf(baseline).map(({ name, value }) => [name, value]));
  return rowsOf(now).flatMap(({ name, value }) => {
    const was = before.get(name) ?? null;
    const part = watched[name];
    if (part === undefined || was === null || only?.includes(part) === false) return [];
    if (value === null) return [{ part, line: `${name}: could not be taken, was ${was}` }];
    return value >= was * worseBy ? [{ part, line: `${name}: ${value}, was ${was}` }] : [];
  });
}

/**
 * The better of two takes of each watched figure. Whatever else the machine does makes them worse, never better: of 10,000
 * readings the 99.9th percentile hangs on the ten worst, and doubles now and then on a quiet machine.
 */
export function betterOf(one: Figures, other: Figures): Figures {
  const least = (a: number | null, b: number | null) =>
    a === null || b === null ? (a ?? b) : Math.min(a, b);
  const { p50, p99, p999 } = one.guardMs;
  return {
    ...one,
    pipelineOverRun: least(one.pipelineOverRun, other.pipelineOverRun),
    guardMs: {
      p50: least(p50, other.guardMs.p50),
      p99: least(p99, other.guardMs.p99),
      p999: least(p999, other.guardMs.p999),
    },
  };
}

/** The rows as a table for a person, or in Markdown. */
export function tableOf(rows: readonly Row[]): string[] {
  const text = (value: number | null) => (value === null ? "–" : String(Math.round(value * 1000) / 1000));
  return [
    "| figure | is | at most | |",
    "|---|---|---|---|",
    ...rows.map(
      ({ name, value, target, met }) =>
        `| ${name} | ${text(value)} | ${target === null ? "" : target} | ${met === null ? "" : met ? "met" : "not met"} |`,
    ),
  ];
}
