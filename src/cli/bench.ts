import { readFileSync } from "node:fs";
import { BrimError, messageOf } from "../base/errors.ts";
import { type BenchOptions, type Part, parts, takeFigures } from "../bench/bench.ts";
import {
  betterOf,
  type Figures,
  figuresSchema,
  rowsOf,
  tableOf,
  type Worse,
  worseThan,
} from "../bench/figures.ts";
import { type Command, parseOptions } from "./command.ts";

/** What seems to be worse is taken so many times more. */
const moreTakes = 2;

const usage = `usage: brim bench [--json] [--soak TIME] [--baseline FILE] [--only PART[,PART…]]

Measures this machine, as ratios in one run where it can, within five minutes.

  --json           one line of JSON instead of a table
  --soak TIME      goes on for so long (30m, 90s) and tells how the memory of each process grew
  --baseline FILE  compares with a line of JSON of an earlier run: exits with 1 when the pipeline or the guard's latency
                   has become worse by half, and is so again when it is taken twice more
  --only PART      takes a part alone: ${parts.join(", ")}`;

export const command: Command = {
  usage,
  async run(args, { out, err, signal }) {
    const { values, positionals } = parseOptions(args, {
      json: { type: "boolean" },
      soak: { type: "string" },
      baseline: { type: "string" },
      only: { type: "string" },
    });
    if (positionals.length > 0)
      throw new BrimError("INPUT", `bench: what is "${positionals[0]}"? (brim bench --help)`);
    const soakMs = values.soak === undefined ? 0 : durationOf(values.soak);
    const baseline = values.baseline === undefined ? null : readBaseline(values.baseline);
    const only = values.only === undefined ? undefined : partsOf(values.only);
    const say = (line: string) => err(`brim bench: ${line}`);
    const figures = await takeFigures({ soakMs, only, signal, say });
    if (values.json) out(JSON.stringify(figures));
    else for (const line of tableOf(rowsOf(figures))) out(line);
    const worse = baseline === null ? [] : await stillWorse(baseline, figures, { only, signal, say });
    for (const { line } of worse) say(`worse by half: ${line}`);
    return worse.length > 0 || signal.aborted ? 1 : 0;
  },
};

/** What is worse than the baseline in every take: what seems to be is taken again before it is said. */
async function stillWorse(
  baseline: Figures,
  figures: Figures,
  { only, signal, say }: Pick<BenchOptions, "only" | "signal" | "say">,
): Promise<Worse[]> {
  let best = figures;
  let worse = worseThan(baseline, best, only);
  for (let take = 1; take <= moreTakes && worse.length > 0 && !signal.aborted; take++) {
    for (const { line } of worse) say(`taken again: ${line}`);
    const parts = partsOf([...new Set(worse.map(({ part }) => part))].join());
    best = betterOf(best, await takeFigures({ soakMs: 0, only: parts, signal, say }));
    worse = worseThan(baseline, best, only);
  }
  return worse;
}

/**
 * "90s" or "30m" in ms.
 * @throws BrimError INPUT
 */
export function durationOf(text: string): number {
  const [, number = "", unit] = /^(\d+(?:\.\d+)?)(s|m)$/.exec(text) ?? [];
  const ms = Number(number) * (unit === "m" ? 60_000 : 1_000);
  if (unit === undefined || ms === 0) {
    throw new BrimError("INPUT", `--soak ${text}: expected a time such as 30m or 90s`);
  }
  return ms;
}

/**
 * "guard" or "guard,cpu" as parts.
 * @throws BrimError INPUT naming what is no part
 */
export function partsOf(text: string): Part[] {
  return text.split(",").map((name) => {
    const part = parts.find((known) => known === name);
    if (part === undefined) throw new BrimError("INPUT", `--only ${name}: expected ${parts.join(", ")}`);
    return part;
  });
}

/** @throws BrimError INPUT when it cannot be read, or is no line of `brim bench --json` */
export function readBaseline(file: string): Figures {
  try {
    return figuresSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? messageOf(error) : "no line of brim bench --json";
    throw new BrimError("INPUT", `--baseline ${file}: ${why.split("\n")[0]}`, { cause: error });
  }
}
