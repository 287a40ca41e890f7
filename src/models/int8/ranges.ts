import { readFileSync } from "node:fs";
import { z } from "zod";
import { BrimError, messageOf } from "../../base/errors.ts";
import { GraphBuilder } from "../onnx/graph.ts";
import type { Model } from "../onnx/messages.ts";
import { planQuantisation } from "./plan.ts";
import type { Ranges } from "./quantise.ts";

/** What a calibration run of one picture gives: a number for each output of the probed model. */
export type Probe = Readonly<Record<string, number>>;

const tableSchema = z.strictObject({
  /** How the table was made, for the reader. */
  about: z.string(),
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])),
});

/**
 * The model with the least and greatest value of every tensor to be quantised as its outputs, alone or besides its own.
 * @param last see plan.ts
 */
export function probedModel(
  model: Model,
  { last, keepOutputs = false }: { last?: ReadonlySet<string>; keepOutputs?: boolean } = {},
): Model {
  const builder = GraphBuilder.from(model);
  if (!keepOutputs) builder.outputs.length = 0;
  for (const tensor of planQuantisation(model, last).tensors) {
    for (const [end, opType] of [
      ["least", "ReduceMin"],
      ["greatest", "ReduceMax"],
    ] as const) {
      const name = builder.node(opType, [tensor], `${tensor}/${end}`, { keepdims: 0 });
      builder.output(name, "float32", []);
    }
  }
  return { ...model, graph: builder.graph(model.graph?.name ?? "") };
}

/**
 * Ranges from what the pictures gave: the mean of their extremes, for one odd picture must not coarsen all others.
 * Rounded to four significant digits.
 */
export function rangesOf(model: Model, probes: readonly Probe[], last?: ReadonlySet<string>): Ranges {
  const mean = (name: string) => {
    const sum = probes.reduce((total, probe) => total + (probe[name] ?? 0), 0);
    return Number((sum / probes.length).toPrecision(4));
  };
  const { tensors } = planQuantisation(model, last);
  return Object.fromEntries(tensors.map((name) => [name, [mean(`${name}/least`), mean(`${name}/greatest`)]]));
}

/**
 * Reads a calibration table.
 * @throws BrimError MODEL when it is missing or wrong
 */
export function readCalibration(path: string): Ranges {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new BrimError("MODEL", `calibration table ${path}: ${messageOf(error)}`, { cause: error });
  }
  const parsed = tableSchema.safeParse(json);
  if (!parsed.success)
    throw new BrimError("MODEL", `calibration table ${path}: ${parsed.error.issues[0]?.message}`);
  return parsed.data.ranges;
}

/** The text of a calibration table, a tensor a line. */
export function formatCalibration(about: string, ranges: Ranges): string {
  const lines = Object.entries(ranges).map(
    ([name, range]) => `    ${JSON.stringify(name)}: ${JSON.stringify(range)}`,
  );
  return `{\n  "about": ${JSON.stringify(about)},\n  "ranges": {\n${lines.join(",\n")}\n  }\n}\n`;
}
