#!/usr/bin/env node
import { BrimError, messageOf, nearest } from "../base/errors.ts";
import { signalOfProcess } from "../base/lifecycle.ts";
import type { Command, Context } from "./command.ts";

/** The map of the product. Each command is loaded only when it is asked for. */
const commands: Record<string, { summary: string; load(): Promise<{ command: Command }> }> = {
  start: { summary: "run the whole hat (--simulate: without hardware)", load: () => import("./start.ts") },
  guard: { summary: "run the collision guard alone, or replay a trace", load: () => import("./guard.ts") },
  models: { summary: "list, build or verify the models", load: () => import("./models.ts") },
  see: { summary: "find objects and faces in photos", load: () => import("./see.ts") },
  segment: {
    summary: "cut out the thing under a click, in a box, or the most striking one",
    load: () => import("./segment.ts"),
  },
  describe: {
    summary: "describe photos, by the server of descriptions or by the hat itself",
    load: () => import("./describe.ts"),
  },
  read: { summary: "read the text in photos", load: () => import("./read.ts") },
  remember: { summary: "learn a person or thing from photos", load: () => import("./remember.ts") },
  who: { summary: "say who is in photos", load: () => import("./who.ts") },
  what: { summary: "say which remembered thing is in photos", load: () => import("./what.ts") },
  compare: { summary: "say whether two faces are of one person", load: () => import("./compare.ts") },
  memory: {
    summary: "list, rename, merge, forget, export or import what is remembered",
    load: () => import("./memory.ts"),
  },
  gateway: {
    summary: "serve descriptions in front of a chat-completions server",
    load: () => import("./gateway.ts"),
  },
  pair: { summary: "let a phone pair with the hat that runs", load: () => import("./pair.ts") },
  doctor: {
    summary: "look at each device, model and permission, and say how to mend it",
    load: () => import("./doctor.ts"),
  },
  say: { summary: "speak a text", load: () => import("./say.ts") },
  bench: { summary: "measure speed, latency and memory on this machine", load: () => import("./bench.ts") },
  sounds: { summary: "play every sound with its meaning", load: () => import("./sounds.ts") },
};

function help(): string {
  const names = Object.keys(commands);
  const width = Math.max(...names.map((name) => name.length));
  return [
    "usage: brim COMMAND [OPTIONS]; brim COMMAND --help says more",
    "",
    ...names.map((name) => `  ${name.padEnd(width)}  ${commands[name]?.summary}`),
  ].join("\n");
}

async function main(args: string[], context: Context): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    context.out(help());
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const near = nearest(name, Object.keys(commands));
    throw new BrimError(
      "INPUT",
      `there is no command ${name}${near ? `; did you mean ${near}?` : ""} (brim --help)`,
    );
  }
  const { command } = await entry.load();
  if (rest.includes("--help") || rest.includes("-h")) {
    context.out(command.usage);
    return 0;
  }
  goesOn = command.goesOn ?? false;
  return command.run(rest, context);
}

let goesOn = false;
// A reader that goes away (`brim … | head -1`) is no error.
process.stdout.on("error", () => {
  if (!goesOn) process.exit(0);
});
process.stderr.on("error", () => {});

const context: Context = {
  env: process.env,
  signal: signalOfProcess(),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
};

main(process.argv.slice(2), context).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const known = error instanceof BrimError;
    context.err(`brim: ${known ? "" : "this should not happen, please report it: "}${messageOf(error)}`);
    process.exitCode = 1;
  },
);
