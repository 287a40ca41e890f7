import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BrimError } from "../base/errors.ts";

/** Sessions that may be open at once; the oldest goes. */
const mostSessions = 50;

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** @throws BrimError CONFIG for an address that others could reach */
export function assertLoopback(host: string): void {
  if (host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host)) return;
  throw new BrimError(
    "CONFIG",
    `page.host = "${host}": the page is not reachable from the network before pairing exists; use 127.0.0.1`,
  );
}

/**
 * Who may see the page: the token in the link that Brim prints opens a session, which a cookie then holds. Both are
 * kept as hashes only.
 */
export class Access {
  /** Goes into the printed link; never written anywhere else. */
  readonly token = randomBytes(16).toString("base64url");
  readonly #tokenHash = hash(this.token);
  readonly #sessions = new Set<string>();
  #port = 0;

  /** Cookies are shared between the ports of a machine, so each hat's has its own name. */
  get #cookie(): string {
    return `brim-${this.#port}`;
  }

  /** @param port the port that the page is reached by */
  setPort(port: number): void {
    this.#port = port;
  }

  isToken(token: string): boolean {
    return timingSafeEqual(hash(token), this.#tokenHash);
  }

  /** Opens a session; returns the value of the Set-Cookie header. */
  open(): string {
    const secret = randomBytes(32).toString("base64url");
    this.#sessions.add(hash(secret).toString("hex"));
    const [oldest] = this.#sessions;
    if (this.#sessions.size > mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
    return `${this.#cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  hasSession(headers: IncomingHttpHeaders): boolean {
    for (const pair of (headers.cookie ?? "").split(";")) {
      const [name, value] = pair.trim().split("=", 2);
      if (name === this.#cookie && value !== undefined && this.#sessions.has(hash(value).toString("hex"))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the request was meant for this page. A page of a stranger that has its name point to our address (DNS
   * rebinding) has that name as Host; one that opens our socket has its own Origin.
   * @param originRequired browsers always send an Origin with a WebSocket
   */
  isOurs(headers: IncomingHttpHeaders, originRequired: boolean): boolean {
    const hosts = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${this.#port}`);
    if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) return false;
    const { origin } = headers;
    if (origin === undefined) return !originRequired;
    return origin.toLowerCase() === `http://${headers.host.toLowerCase()}`;
  }
}
