import { once } from "node:events";
import { request as http, type IncomingMessage } from "node:http";
import { request as https } from "node:https";
import { text } from "node:stream/consumers";
import { renderUnicodeCompact } from "uqr";
import { z } from "zod";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { readLocalPage } from "../companion/local-file.ts";
import { type Command, parseOptions } from "./command.ts";

const timeoutMs = 5_000;

const openedSchema = z.object({
  code: z.string(),
  link: z.string(),
  address: z.string(),
  seconds: z.number(),
  fingerprint: z.string().nullable(),
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
    const { code, link, address, seconds, fingerprint } = await open(config.state_dir);
    if (values.json) out(JSON.stringify({ code, link, address, seconds, fingerprint }));
    else {
      out(renderUnicodeCompact(link));
      out(`code: ${code.slice(0, 3)} ${code.slice(3)}`);
      out(`link: ${link}`);
      out(`Open ${address} on the phone. Good for one phone and ${Math.round(seconds / 60)} minutes.`);
      if (fingerprint !== null)
        out(`The browser will warn of the certificate. Its fingerprint must be ${fingerprint}`);
    }
    return 0;
  },
};

/** @throws BrimError INPUT when no hat runs, BUSY when it does not answer */
async function open(folder: string): Promise<z.output<typeof openedSchema>> {
  const { port, secret, certificate } = readLocalPage(folder);
  try {
    const headers = { authorization: `Bearer ${secret}` };
    const where = {
      host: "127.0.0.1",
      port,
      path: "/pairing/open",
      method: "POST",
      headers,
      timeout: timeoutMs,
    };
    const asked = certificate === null ? http(where) : https({ ...where, ca: certificate });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const body = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return openedSchema.parse(JSON.parse(body));
  } catch (error) {
    throw new BrimError("BUSY", `the hat's page does not answer (${messageOf(error)}): is Brim running?`, {
      cause: error,
    });
  }
}
