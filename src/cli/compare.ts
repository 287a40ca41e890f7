import { loadConfig } from "../base/config.ts";
import { BrimError } from "../base/errors.ts";
import { cosine } from "../memory/select.ts";
import { calibrationOf, sameFrom } from "../memory/thresholds.ts";
import { type Command, parseOptions } from "./command.ts";
import { nothingThere, openLooker } from "./looks.ts";

const usage = `usage: brim compare A B [--json]

Says whether the largest faces of two photos are of the same person.

  --json   {"similarity","same"}: the cosine, and whether it reaches what one pair of strangers in 1,000 reaches`;

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } });
    const [a, b, ...more] = positionals;
    if (a === undefined || b === undefined || more.length > 0) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const looker = await openLooker("person", config);
    try {
      const embedding = async (file: string) => {
        const [look] = await looker.look(file);
        if (look === undefined) throw new BrimError("INPUT", `${file}: ${nothingThere.person}`);
        return look.view.embedding;
      };
      const similarity = cosine(await embedding(a), await embedding(b));
      const calibration = calibrationOf(looker.model);
      const same = calibration !== undefined && similarity >= sameFrom(calibration);
      const shown = Math.round(similarity * 1e4) / 1e4;
      context.out(
        values.json
          ? JSON.stringify({ similarity: shown, same })
          : `${same ? "the same person" : "different people"} (similarity ${shown})`,
      );
      return 0;
    } finally {
      await looker.dispose();
    }
  },
};
