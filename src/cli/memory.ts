import { readFileSync } from "node:fs";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf, nearest, systemCode } from "../base/errors.ts";
import type { Memory } from "../memory/memory.ts";
import { exportMemory, importMemory } from "../memory/transfer.ts";
import type { Entry } from "../memory/types.ts";
import { type Command, type Context, parseOptions } from "./command.ts";
import { findEntry, openMemory, timeOf, titleOf } from "./entries.ts";
import { readSealed, writeSealed } from "./sealed-file.ts";

const usage = `usage: brim memory list [--json]
       brim memory rename ENTRY NAME [--json]
       brim memory merge INTO FROM [--json]
       brim memory forget ENTRY… | --all
       brim memory export FILE --passphrase-file P
       brim memory import FILE --passphrase-file P [--json]

ENTRY is an id, a name, or "new person 3".

list     who and what is remembered; --json, one line each: {"id","kind","name","number","clip","views","created","seen"}
rename   gives somebody or something a name
merge    makes one of two: INTO gets the views of FROM, and the names that it lacks
forget   forgets somebody or something; --all: everything, without a trace
export   writes everything into one file that only the passphrase opens (the first line of the file P)
import   adds what was exported to what is remembered; what is there already is not doubled`;

const options = {
  json: { type: "boolean", default: false },
  all: { type: "boolean", default: false },
  "passphrase-file": { type: "string" },
} as const;

interface Asked {
  rest: string[];
  json: boolean;
  all: boolean;
  passphraseFile: string | undefined;
}

const actions: Record<string, (memory: Memory, asked: Asked, context: Context) => void | Promise<void>> = {
  list(memory, { rest, json }, { out }) {
    take("list", rest, []);
    for (const entry of memory.list()) out(json ? asJson(entry) : inWords(entry));
  },
  rename(memory, { rest, json }, { out }) {
    const [entry, name] = take("rename", rest, ["ENTRY", "NAME"]);
    const renamed = memory.rename(findEntry(memory, entry).id, name);
    if (json) out(asJson(renamed));
  },
  merge(memory, { rest, json }, { out }) {
    const [into, from] = take("merge", rest, ["INTO", "FROM"]);
    const merged = memory.merge(findEntry(memory, into).id, findEntry(memory, from).id);
    if (json) out(asJson(merged));
  },
  forget(memory, { rest, all }) {
    if (all) {
      take("forget --all", rest, []);
      memory.forgetAll();
    } else {
      if (rest.length === 0)
        throw new BrimError("INPUT", "memory forget: whom or what? give ENTRY, or --all");
      // All of them are there, or none is forgotten.
      for (const { id } of new Set(rest.map((text) => findEntry(memory, text)))) memory.forget(id);
    }
  },
  async export(memory, { rest, passphraseFile }, { err }) {
    const [file] = take("export", rest, ["FILE"]);
    writeSealed(file, await exportMemory(memory, readPassphrase(passphraseFile, err)));
  },
  async import(memory, { rest, json, passphraseFile }, { out }) {
    const [file] = take("import", rest, ["FILE"]);
    const done = await importMemory(memory, readSealed(file), readPassphrase(passphraseFile), file);
    const { added, changed, unchanged } = done;
    out(json ? JSON.stringify(done) : `${added} added, ${changed} completed, ${unchanged} there already`);
  },
};

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, options);
    const [action, ...rest] = positionals;
    if (action === undefined) {
      context.err(usage);
      return 2;
    }
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act === undefined) {
      const near = nearest(action, Object.keys(actions));
      throw new BrimError("INPUT", `there is no memory ${action}${near ? `; did you mean ${near}?` : ""}`);
    }
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const memory = openMemory(config, context);
    try {
      const { json, all } = values;
      await act(memory, { rest, json, all, passphraseFile: values["passphrase-file"] }, context);
    } finally {
      memory.close();
    }
    return 0;
  },
};

/** The arguments of an action, as many as have names. */
function take<const Names extends readonly string[]>(
  action: string,
  rest: readonly string[],
  names: Names,
): { [K in keyof Names]: string } {
  if (rest.length !== names.length) {
    const extra = rest[names.length];
    const what = extra === undefined ? `expected ${names.join(" ")}` : `what is "${extra}"?`;
    throw new BrimError("INPUT", `memory ${action}: ${what} (brim memory --help)`);
  }
  return rest as unknown as { [K in keyof Names]: string };
}

/** Shorter passphrases are guessed soon, however slow each guess is. */
const goodLength = 12;

/** @param warn told when the passphrase is weak */
function readPassphrase(file: string | undefined, warn?: (line: string) => void): string {
  if (file === undefined)
    throw new BrimError("INPUT", "--passphrase-file is needed: a file with the passphrase");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = systemCode(error);
    const why =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : messageOf(error);
    throw new BrimError("INPUT", `--passphrase-file ${file}: ${why}`, { cause: error });
  }
  const passphrase = text.split(/\r?\n/, 1)[0] ?? "";
  if (passphrase === "") throw new BrimError("INPUT", `--passphrase-file ${file}: its first line is empty`);
  if (passphrase.length < goodLength) {
    warn?.(`brim: the passphrase is short: ${goodLength} characters or more keep the file safe`);
  }
  return passphrase;
}

function asJson(entry: Entry): string {
  const { id, kind, name, number, hasClip, createdAt, seenAt } = entry;
  const created = timeOf(createdAt);
  const seen = seenAt === null ? null : timeOf(seenAt);
  return JSON.stringify({ id, kind, name, number, clip: hasClip, views: countViews(entry), created, seen });
}

function inWords(entry: Entry): string {
  const views = countViews(entry);
  const parts = [
    `${entry.id}  ${entry.kind.padEnd(6)}  ${titleOf(entry)}`,
    `${views} ${views === 1 ? "view" : "views"}`,
    ...(entry.hasClip ? ["spoken name"] : []),
    `learned ${timeOf(entry.createdAt)}`,
    ...(entry.seenAt === null ? [] : [`last seen ${timeOf(entry.seenAt)}`]),
  ];
  return parts.join(", ");
}

function countViews({ views }: Entry): number {
  return Object.values(views).reduce((sum, count) => sum + count, 0);
}
