import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { createLog } from "../base/log.ts";
import { Gateway, usualLimits } from "../scene/gateway/gateway.ts";
import { type Command, numberOption, parseOptions } from "./command.ts";

const usage = `usage: brim gateway --listen HOST:PORT --upstream URL [OPTIONS]

Serves descriptions for hats: the OpenAI Realtime protocol at /v1/realtime, in front of a chat-completions server that
takes images (Ollama, llama.cpp, vLLM, or a hosted one). /healthz and /metrics are open to everybody who can reach it.

  --listen HOST:PORT    where it listens; port 0 takes a free one
  --upstream URL        the server, such as http://127.0.0.1:11434 (its /v1/chat/completions is asked)
  --model NAME          the model to ask for
  --hears               the model takes sound, so that questions may be spoken
  --cert FILE           serves TLS with this certificate (PEM), and with --key FILE
  --max-mb N            longest message, in MB (8)
  --per-minute N        answers a minute for one connection (30)
  --active N            answers at once (256)
  --connections N       hats at once (1000)

BRIM_LVLM_TOKEN holds the bearer tokens that are let in, separated by commas; without it only this computer is.
BRIM_UPSTREAM_KEY is sent to the upstream as its bearer token.`;

export const command: Command = {
  usage,
  goesOn: true,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, {
      listen: { type: "string" },
      upstream: { type: "string" },
      model: { type: "string", default: "default" },
      hears: { type: "boolean", default: false },
      cert: { type: "string" },
      key: { type: "string" },
      "max-mb": { type: "string" },
      "per-minute": { type: "string" },
      active: { type: "string" },
      connections: { type: "string" },
    });
    if (values.listen === undefined || values.upstream === undefined || positionals.length > 0) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const { host, port } = addressOf(values.listen);
    const tokens = (context.env.BRIM_LVLM_TOKEN ?? "")
      .split(",")
      .map((token) => token.trim())
      .filter(Boolean);
    if (tokens.length === 0 && !/^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/u.test(host)) {
      throw new BrimError("CONFIG", `--listen ${values.listen}: set BRIM_LVLM_TOKEN, or everybody is let in`);
    }
    if ((values.cert === undefined) !== (values.key === undefined)) {
      throw new BrimError("INPUT", "--cert and --key go together");
    }
    const number = (name: "max-mb" | "per-minute" | "active" | "connections", most: number) => {
      const text = values[name];
      return text === undefined ? undefined : Math.floor(numberOption(name, text, 1, most));
    };
    const megabytes = number("max-mb", 64);
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const gateway = new Gateway({
      clock: systemClock,
      log: createLog("gateway", config.log),
      host,
      port,
      tokens,
      upstream: {
        url: upstreamOf(values.upstream),
        key: context.env.BRIM_UPSTREAM_KEY || null,
        model: values.model,
        hears: values.hears,
      },
      limits: {
        ...usualLimits,
        message: megabytes === undefined ? usualLimits.message : megabytes * 1024 * 1024,
        perMinute: number("per-minute", 10_000) ?? usualLimits.perMinute,
        active: number("active", 10_000) ?? usualLimits.active,
        connections: number("connections", 100_000) ?? usualLimits.connections,
      },
      tls:
        values.cert === undefined || values.key === undefined
          ? null
          : { cert: read(values.cert), key: read(values.key) },
    });
    await gateway.start();
    const name = isIPv6(host) ? `[${host}]` : host;
    context.out(`gateway: ${values.cert === undefined ? "ws" : "wss"}://${name}:${gateway.port}/v1/realtime`);
    await new Promise<void>((resolve) => {
      if (context.signal.aborted) resolve();
      context.signal.addEventListener("abort", () => resolve());
    });
    await gateway.stop();
    return 0;
  },
};

function addressOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, port = ""] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/u.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new BrimError("INPUT", `--listen ${text}: expected HOST:PORT, such as 127.0.0.1:8790`);
  }
  return { host, port: Number(port) };
}

/** The address of chat completions at a server that was named by its root, its /v1, or in full. */
function upstreamOf(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new BrimError("INPUT", `--upstream ${text}: expected an address such as http://127.0.0.1:11434`, {
      cause: error,
    });
  }
  if (!/^https?:$/u.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new BrimError(
      "INPUT",
      "--upstream: expected http:// or https://, with the key in BRIM_UPSTREAM_KEY",
    );
  }
  const path = url.pathname.replace(/\/+$/u, "");
  if (!path.endsWith("/chat/completions")) {
    url.pathname = `${path === "" ? "/v1" : path}/chat/completions`;
  }
  return url;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new BrimError("INPUT", `${file}: ${messageOf(error)}`, { cause: error });
  }
}
