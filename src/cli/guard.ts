import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { systemClock } from "../base/clock.ts";
import { type Config, guardSocket, loadConfig } from "../base/config.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import { guardOptions } from "../base/guard-options.ts";
import { parseTraceLine } from "../base/trace.ts";
import { createBuzzer } from "../devices/buzzer/index.ts";
import { Replay, type ReplayEvent } from "../guard/replay.ts";
import { runGuard } from "../guard.ts";
import { type Command, type Context, parseOptions } from "./command.ts";
import { assertReal, simulatedConfig } from "./simulation.ts";

export const command: Command = {
  usage: [
    "usage: brim guard [--simulate] [--json] [--config FILE]",
    "       brim guard --replay TRACE.jsonl [--json]",
    "       brim guard --buzzer-off [--config FILE]",
    "",
    "Runs the collision guard alone, and prints each change of what is heard.",
    "  --simulate      without hardware: the simulated walk",
    "  --replay TRACE  reads a recorded trace instead, in virtual time: lines of",
    '                  {"t":ms,"metres":d}, {"t":ms,"noEcho":true} or {"t":ms,"fault":"reason"},',
    '                  each with optional "yaw" (deg/s), "reach" (m) and "signal"',
    "  --buzzer-off    drives the buzzer's pin off and ends: for when a guard was killed while it sounded",
    "  --json          prints one JSON object a line",
  ].join("\n"),

  goesOn: true,

  async run(args, context) {
    const { values, positionals } = parseOptions(args, {
      replay: { type: "string" },
      simulate: { type: "boolean" },
      "buzzer-off": { type: "boolean" },
      json: { type: "boolean" },
      config: { type: "string" },
    });
    if (positionals.length > 0) {
      throw new BrimError("INPUT", `guard: what is "${positionals[0]}"? (brim guard --help)`);
    }
    const print = (event: ReplayEvent) => context.out(values.json ? JSON.stringify(event) : describe(event));
    if (values.replay !== undefined) return replayFile(values.replay, context, print);

    const { config, warnings } = loadConfig(values.config, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    if (values["buzzer-off"]) {
      await buzzerOff(config, context.signal);
      return 0;
    }
    if (!values.simulate) assertReal(config);
    const begun = systemClock.now();
    const simulate = values.simulate ? { epoch: begun } : null;
    const used = simulate ? simulatedConfig(config) : config;
    process.title = "brim-guard";
    await runGuard(
      guardOptions(used, guardSocket(used, context.env), simulate, false),
      context.signal,
      (heard, pips, at) =>
        print({ t: Math.round(at - begun), ...heard, ...(pips === undefined ? {} : { pips }) }),
    );
    return 0;
  },
};

/** Opening a buzzer drives it off, and so does closing it. */
async function buzzerOff(config: Config, signal: AbortSignal): Promise<void> {
  const { gpio, buzzer } = config;
  const ignore = () => {};
  const options = { config: buzzer, gpio, clock: systemClock, onChosen: ignore, onLost: ignore };
  const device = await createBuzzer(options);
  await device.start(signal);
  await device.stop();
}

/** Replays a trace; a line that cannot be used is told on stderr, and the others are still replayed. */
async function replayFile(
  file: string,
  { err, signal }: Context,
  print: (event: ReplayEvent) => void,
): Promise<number> {
  await assertReadable(file);
  const replay = new Replay(print);
  let failed = false;
  let last = Number.NEGATIVE_INFINITY;
  let count = 0;
  let number = 0;
  const lines = createInterface({
    input: createReadStream(file, { encoding: "utf8", signal }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of lines) {
    number++;
    if (text.trim() === "") continue;
    try {
      const line = parseTraceLine(text, `${file}:${number}`);
      if (line.t < last) throw new BrimError("INPUT", `${file}:${number}: t ${line.t} is before t ${last}`);
      last = line.t;
      count++;
      replay.take(line);
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      err(`brim: ${error.message}; the line is left out`);
      failed = true;
    }
  }
  if (count === 0) throw new BrimError("INPUT", `${file}: there are no readings in it`);
  return failed ? 1 : 0;
}

async function assertReadable(file: string): Promise<void> {
  try {
    const found = await stat(file);
    if (!found.isFile()) {
      const what = found.isDirectory() ? "a folder" : "not an ordinary file";
      throw new BrimError("INPUT", `${file} is ${what}: name a trace of JSON lines`);
    }
  } catch (error) {
    if (error instanceof BrimError) throw error;
    const why = systemCode(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new BrimError("INPUT", `cannot read ${file}: ${why}`, { cause: error });
  }
}

function describe({ t, level, beepsPerSecond, pips, metres, ttc }: ReplayEvent): string {
  const sound = pips ? `${pips} pip${pips > 1 ? "s" : ""}` : `${beepsPerSecond} beeps/s`;
  const where = metres === null ? "" : `, ${metres.toFixed(2)} m`;
  const when = ttc === null ? "" : `, contact in ${ttc.toFixed(1)} s`;
  return `${(t / 1000).toFixed(2).padStart(9)} s  ${level.padEnd(7)}  ${sound}${where}${when}`;
}
