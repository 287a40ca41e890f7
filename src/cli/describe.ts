import { sceneWordingOf } from "../attention/wording/scene.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Config, loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { createLog, type Log, noLog } from "../base/log.ts";
import { cutPhoto, pictureOf, readPhoto } from "../devices/camera/photo.ts";
import { type Outcome, SceneClient } from "../scene/client.ts";
import { Describer, longestQuestion } from "../scene/describer.ts";
import { type Endpoint, endpointOf } from "../scene/endpoint.ts";
import { type Command, type Context, parseOptions } from "./command.ts";
import { OwnView } from "./own-view.ts";

const usage = `usage: brim describe FILE… [--ask QUESTION] [--json]

Says of photos what the hat would say. With a server of descriptions (BRIM_LVLM_URL and BRIM_LVLM_TOKEN, or scene.url)
each photo is sent there, smaller and without anything but the picture; without one, or where it fails, the hat
describes what it recognises by itself, and no photo leaves the computer.

  --ask QUESTION  what to ask, instead of what is ahead
  --json          one line of JSON a file: {"file","text","source"}; source is "lvlm" or "offline"`;

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, {
      ask: { type: "string" },
      json: { type: "boolean", default: false },
    });
    if (positionals.length === 0) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const question = values.ask?.trim();
    if (question === "" || (question !== undefined && question.length > longestQuestion)) {
      throw new BrimError("INPUT", `--ask: expected a question of 1 to ${longestQuestion} characters`);
    }
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const endpoint = endpointOf(config.scene, context.env);
    const view = await OwnView.open(config, context);
    try {
      const lines = { json: values.json, named: positionals.length > 1 };
      return await describeAll(positionals, { config, endpoint, view, question, ...lines }, context);
    } finally {
      await view.dispose();
    }
  },
};

interface Options {
  config: Config;
  endpoint: Endpoint | null;
  view: OwnView;
  question: string | undefined;
  json: boolean;
  named: boolean;
}

/** Describes each file in turn, until it is interrupted; returns the exit status. */
async function describeAll(files: readonly string[], options: Options, context: Context): Promise<number> {
  let status = 0;
  for (const file of files) {
    if (context.signal.aborted) return 130;
    try {
      const described = await describe(file, options, context);
      if (described === null) return 130;
      const { text, source } = described;
      if (options.json) context.out(JSON.stringify({ file, text, source }));
      else context.out(options.named ? `${file}: ${text}` : text);
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      context.err(`brim: ${messageOf(error)}`);
      status = 1;
    }
  }
  return status;
}

/** One photo, as on the hat: the same describer, prompt and filter. Null when it was interrupted. */
async function describe(
  file: string,
  { config, endpoint, view, question }: Options,
  context: Context,
): Promise<{ text: string; source: "lvlm" | "offline" } | null> {
  const photo = await readPhoto(file);
  const attention = await view.look(pictureOf(photo));
  const { language, scene } = config;
  const log = config.log.level === "debug" ? createLog("describe", config.log) : noLog;
  const client = endpoint && new ToldClient(systemClock, log, endpoint, language);
  const said: string[] = [];
  const describer = new Describer({
    clock: systemClock,
    log,
    language,
    scene,
    client,
    ports: {
      picture: (side) => cutPhoto(photo, file, [0, 0, 1, 1], side).catch(() => null),
      facts: () => attention.facts(0),
      around: () => {
        const { text, parts } = attention.around(0);
        return { text, parts: parts ?? [text] };
      },
      text: () => view.text(photo),
      people: () => view.people(),
      say: ({ text, onEnd }) => {
        said.push(text);
        queueMicrotask(() => onEnd?.("finished"));
      },
      earcon: () => {},
    },
  });
  const hush = () => void describer.hush();
  context.signal.addEventListener("abort", hush);
  try {
    const by = await describer.ask(
      question === undefined ? { kind: "describe" } : { kind: "text", text: question },
    );
    if (by === "hushed") return null;
    const { outcome } = client ?? { outcome: null };
    if (outcome?.kind === "failed") {
      const why = sceneWordingOf("en").failed[outcome.why].replace(/\.$/u, "").toLowerCase();
      const rest = outcome.partly ? "the answer ends early" : "described by the hat itself";
      context.err(`brim: ${file}: the server of descriptions: ${why}; ${rest}`);
    }
    return { text: said.join(" "), source: by === "lvlm" ? "lvlm" : "offline" };
  } finally {
    context.signal.removeEventListener("abort", hush);
    describer.stop();
  }
}

/** A client that remembers how its question ended. */
class ToldClient {
  outcome: Outcome | null = null;
  readonly #client: SceneClient;

  constructor(clock: Clock, log: Log, endpoint: Endpoint, language: string) {
    this.#client = new SceneClient({ clock, log, endpoint, language });
  }

  async ask(...args: Parameters<SceneClient["ask"]>): Promise<Outcome> {
    this.outcome = await this.#client.ask(...args);
    return this.outcome;
  }

  stop(): void {
    this.#client.stop();
  }
}
