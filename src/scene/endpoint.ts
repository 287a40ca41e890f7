import { readFileSync } from "node:fs";
import type { Config } from "../base/config.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";

/** A server of descriptions. */
export interface Endpoint {
  url: URL;
  /** Bearer token; it may be in no log and in no message. */
  token: string | null;
  /** Certificates (PEM) to trust besides the usual ones. */
  ca: Buffer | null;
}

/**
 * Where descriptions come from, or null where none is set up: then no picture leaves the hat. An address without a path
 * gets `/v1/realtime`.
 * @throws BrimError CONFIG, in one line, when the address is none or a file cannot be read
 */
export function endpointOf(scene: Config["scene"], env: NodeJS.ProcessEnv): Endpoint | null {
  const text = env.BRIM_LVLM_URL || scene.url;
  if (text === undefined || text === "") return null;
  const name = env.BRIM_LVLM_URL ? "BRIM_LVLM_URL" : "scene.url";
  const url = addressOf(text, name);
  if (scene.model !== undefined && !url.searchParams.has("model")) {
    url.searchParams.set("model", scene.model);
  }
  const token =
    env.BRIM_LVLM_TOKEN || (scene.token_file === undefined ? "" : read(scene.token_file, "token_file"));
  const ca = scene.ca_file === undefined ? null : Buffer.from(read(scene.ca_file, "ca_file"));
  return { url, token: tokenOf(token.toString(), name), ca };
}

function addressOf(text: string, name: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new BrimError("CONFIG", `${name}: not an address: give one like wss://host/v1/realtime`, {
      cause: error,
    });
  }
  if (url.protocol === "http:") url.protocol = "ws:";
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw new BrimError("CONFIG", `${name}: ${url.protocol}// is not supported: use wss:// or ws://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new BrimError(
      "CONFIG",
      `${name}: put the token into BRIM_LVLM_TOKEN or a file, not into the address`,
    );
  }
  url.hash = "";
  const path = url.pathname.replace(/\/+$/u, "");
  url.pathname = path === "" ? "/v1/realtime" : path === "/v1" ? "/v1/realtime" : path;
  return url;
}

function tokenOf(text: string, name: string): string | null {
  const token = text.trim();
  // What cannot be in a header is no token, and must not be shown.
  if (!/^[\x21-\x7e]*$/u.test(token)) {
    throw new BrimError(
      "CONFIG",
      `the token for ${name} has a space or another odd character: copy it again`,
    );
  }
  return token === "" ? null : token;
}

function read(file: string, key: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = systemCode(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new BrimError("CONFIG", `scene.${key} = ${file}: ${why}`, { cause: error });
  }
}
