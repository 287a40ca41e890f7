import { renderUnicodeCompact } from "uqr";
import { z } from "zod";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { readLocalPage } from "../companion/local-file.ts";
import { type Command, parseOptions } from "./command.ts";

const openedSchema = z.object({
  code: z.string(),
  link: z.string(),
  address: z.string(),
  seconds: z.number(),
});

export const command: Command = {
  usage: `usage: brim pair [--json] [--config FILE]

Lets a phone pair with the hat that runs: prints a code of six digits, a link and a QR code. They are good for one phone
and five minutes; the hat says the code, too.`,

  async run(args, { env, out, err }) {
    const { values, positionals } = parseOptions(args, {
      json: { type: "boolean" },
      config: { type: "string" },
    });
    if (positionals.length > 0) {
      throw new BrimError("INPUT", `pair: what is "${positionals[0]}"? (brim pair --help)`);
    }
    const { config, warnings } = loadConfig(values.config, env);
    for (const warning of warnings) err(`brim: ${warning}`);
    const { code, link, address, seconds } = await open(config.state_dir);
    if (values.json) out(JSON.stringify({ code, link, address, seconds }));
    else {
      out(renderUnicodeCompact(link));
      out(`code: ${code.slice(0, 3)} ${code.slice(3)}`);
      out(`link: ${link}`);
      out(`Open ${address} on the phone. Good for one phone and ${Math.round(seconds / 60)} minutes.`);
    }
    return 0;
  },
};

/** @throws BrimError INPUT when no hat runs, BUSY when it does not answer */
async function open(folder: string): Promise<z.output<typeof openedSchema>> {
  const { port, secret } = readLocalPage(folder);
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/pairing/open`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return openedSchema.parse(await answer.json());
  } catch (error) {
    throw new BrimError("BUSY", `the hat's page does not answer (${messageOf(error)}): is Brim running?`, {
      cause: error,
    });
  }
}
