import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import type { Box } from "../base/eyes-protocol.ts";
import type { Memory } from "../memory/memory.ts";
import type { Kind } from "../memory/types.ts";
import { type Command, type Context, parseOptions } from "./command.ts";
import { openMemory, tellOutdated, titleOf } from "./entries.ts";
import { type Looker, openLooker } from "./looks.ts";

/** Whom or what a photo shows. */
interface Recognised {
  name: string | null;
  sure: boolean;
  similarity: number | null;
  box: Box | null;
}

/** `brim who` and `brim what`: names what is in photos, each photo judged alone. */
export function recogniseCommand(kind: Kind, usage: string): Command {
  return {
    usage,
    async run(args, context) {
      const { values, positionals: files } = parseOptions(args, { json: { type: "boolean" } });
      if (files.length === 0) {
        context.err(usage.split("\n")[0] ?? usage);
        return 2;
      }
      const { config, warnings } = loadConfig(undefined, context.env);
      for (const warning of warnings) context.err(`brim: ${warning}`);
      const memory = openMemory(config, context);
      try {
        const looker = await openLooker(kind, config);
        try {
          tellOutdated(memory, kind, looker.model, context);
          return await nameAll(files, kind, memory, looker, values.json === true, context);
        } finally {
          await looker.dispose();
        }
      } finally {
        memory.close();
      }
    },
  };
}

async function nameAll(
  files: readonly string[],
  kind: Kind,
  memory: Memory,
  looker: Looker,
  json: boolean,
  context: Context,
): Promise<number> {
  let failed = false;
  for (const file of files) {
    if (context.signal.aborted) return 130;
    try {
      const recognised = recognise(await looker.look(file), kind, memory);
      context.out(json ? JSON.stringify({ file, ...recognised }) : `${file}: ${inWords(recognised)}`);
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      context.err(`brim: ${messageOf(error)}`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

/** The best match of all that a photo shows; else its largest face or thing, unnamed. */
function recognise(looks: Awaited<ReturnType<Looker["look"]>>, kind: Kind, memory: Memory): Recognised {
  let best: Recognised = { name: null, sure: false, similarity: null, box: rounded(looks[0]?.box) };
  for (const { box, view } of looks) {
    const match = memory.match(kind, view);
    const entry = match && memory.get(match.id);
    if (!match || !entry || match.similarity <= (best.similarity ?? -1)) continue;
    const similarity = Math.round(match.similarity * 1e4) / 1e4;
    best = { name: titleOf(entry), sure: match.sure, similarity, box: rounded(box) };
  }
  return best;
}

function rounded(box: Box | undefined): Box | null {
  if (box === undefined) return null;
  const [x, y, width, height] = box.map((value) => Math.round(value * 100) / 100) as Box;
  return [x, y, width, height];
}

function inWords({ name, sure, box }: Recognised): string {
  if (name === null) return box === null ? "nothing to recognise" : "not known";
  return sure ? name : `perhaps ${name}`;
}
