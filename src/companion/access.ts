import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { hostname, networkInterfaces } from "node:os";
import { BrimError } from "../base/errors.ts";
import { hashOf, type Phone, type Phones } from "./phones.ts";

/** Paired phones stay paired until they are taken off the list; browsers keep a cookie for at most so long. */
const cookieSeconds = 400 * 24 * 3600;

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * @param pairing the configuration lets phones of the network pair
 * @throws BrimError CONFIG for an address that others could reach while it does not
 */
export function assertReachable(host: string, pairing: boolean): void {
  if (isLoopback(host) || pairing) return;
  throw new BrimError(
    "CONFIG",
    `page.host = "${host}" can be reached from the network: set page.pairing = true as well, or use 127.0.0.1`,
  );
}

/** The addresses of this machine's network, the likeliest first. */
export function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80"))
    .toSorted((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}

export interface AccessOptions {
  phones: Phones;
  /** Where the page listens. */
  host: string;
  /** A link with a token lets in: in simulation. */
  link: boolean;
  /** The page is served over TLS. */
  secure: boolean;
}

/** Who may see the page: whoever has the cookie of a session. */
export class Access {
  /** Goes into the printed link of a simulation; never written anywhere else. */
  readonly token = randomBytes(16).toString("base64url");
  /** Whoever can read it in the state folder owns the hat: `brim pair`. */
  readonly local = randomBytes(24).toString("base64url");
  readonly #options: AccessOptions;
  #port = 0;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** @param port the port that the page is reached by */
  setPort(port: number): void {
    this.#port = port;
  }

  /** Where a phone finds the page. */
  get address(): string {
    const { host } = this.#options;
    const any = host === "0.0.0.0" || host === "::";
    const name = any ? (networkAddresses()[0] ?? "127.0.0.1") : host;
    return `${this.#scheme}://${name.includes(":") ? `[${name}]` : name}:${this.#port}/`;
  }

  get secure(): boolean {
    return this.#options.secure;
  }

  isToken(token: string): boolean {
    return this.#options.link && same(token, this.token);
  }

  isLocal({ authorization }: IncomingHttpHeaders): boolean {
    return authorization !== undefined && same(authorization, `Bearer ${this.local}`);
  }

  /** Lets in whoever came by the link; returns the value of the Set-Cookie header. */
  enterByLink(): string {
    return this.#cookieOf(this.#options.phones.addGuest("link").token, false);
  }

  /** The value of the Set-Cookie header that holds a paired phone's token. */
  cookieFor(token: string): string {
    return this.#cookieOf(token, true);
  }

  /** The phone whose session the request brings, or null. */
  phoneOf(headers: IncomingHttpHeaders): Phone | null {
    for (const part of (headers.cookie ?? "").split(";")) {
      const [name, value] = part.trim().split("=", 2);
      if (name !== this.#cookie || !value) continue;
      const phone = this.#options.phones.of(value);
      if (phone !== null) return phone;
    }
    return null;
  }

  /**
   * Whether the request was meant for this page. A page of a stranger that has its name point to our address (DNS
   * rebinding) has that name as Host; one that opens our socket or posts to us has its own Origin.
   * @param originRequired browsers always send an Origin with a WebSocket, and where something is changed
   */
  isOurs(headers: IncomingHttpHeaders, originRequired: boolean): boolean {
    const host = headers.host?.toLowerCase();
    if (host === undefined || !this.hosts().includes(host)) return false;
    const { origin } = headers;
    if (origin === undefined) return !originRequired;
    return origin.toLowerCase() === `${this.#scheme}://${host}`;
  }

  /** The names by which the page may be asked for, with its port. */
  hosts(): string[] {
    return this.names().map((name) => `${name}:${this.#port}`);
  }

  /** The names and addresses under which the page is found. */
  names(): string[] {
    const { host } = this.#options;
    const names = ["127.0.0.1", "localhost", "[::1]"];
    if (!isLoopback(host)) {
      const name = hostname().toLowerCase();
      const addresses = networkAddresses().map((address) =>
        address.includes(":") ? `[${address.toLowerCase()}]` : address,
      );
      names.push(...addresses, name, `${name}.local`);
    }
    return names;
  }

  get #scheme(): string {
    return this.#options.secure ? "https" : "http";
  }

  /** Cookies are shared between the ports of a machine, so each hat's has its own name. */
  get #cookie(): string {
    return `brim-${this.#port}`;
  }

  #cookieOf(token: string, kept: boolean): string {
    const age = kept ? `; Max-Age=${cookieSeconds}` : "";
    const secure = this.#options.secure ? "; Secure" : "";
    return `${this.#cookie}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${age}`;
  }
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));
}
