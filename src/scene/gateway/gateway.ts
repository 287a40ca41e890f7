import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock, Timer } from "../../base/clock.ts";
import { BrimError, messageOf, systemCode } from "../../base/errors.ts";
import type { Part } from "../../base/lifecycle.ts";
import type { Log } from "../../base/log.ts";
import { Metrics } from "./metrics.ts";
import { type Limits, Session } from "./session.ts";
import type { Upstream } from "./upstream.ts";

export interface GatewayOptions {
  clock: Clock;
  log: Log;
  host: string;
  port: number;
  /** Bearer tokens that are let in; with none, everybody is. */
  tokens: readonly string[];
  upstream: Upstream;
  limits: Limits;
  /** PEM; without it, no TLS. */
  tls: { cert: Buffer; key: Buffer } | null;
}

export const usualLimits: Limits = {
  message: 8 * 1024 * 1024,
  conversation: 16 * 1024 * 1024,
  perMinute: 30,
  active: 256,
  connections: 1_000,
  answerMs: 60_000,
};

const pingMs = 30_000;
const hash = (text: string) => createHash("sha256").update(text).digest();

/**
 * Serves the Realtime protocol at /v1/realtime in front of a chat-completions server, `/healthz` for a load balancer, and
 * `/metrics` for Prometheus. Nothing outlives a connection, so any number of gateways may stand side by side.
 */
export class Gateway implements Part {
  readonly name = "gateway";
  readonly metrics = new Metrics();
  readonly #options: GatewayOptions;
  readonly #tokens: Buffer[];
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #pings: Timer | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#tokens = options.tokens.map(hash);
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** @throws BrimError BUSY or CONFIG when it cannot listen */
  async start(): Promise<void> {
    const { clock, host, port, tls, limits } = this.#options;
    const onRequest = (request: IncomingMessage, response: ServerResponse) => {
      const path = /^(?:GET|HEAD)$/u.test(request.method ?? "") ? request.url : "";
      const body = path === "/healthz" ? "ok\n" : path === "/metrics" ? this.metrics.text : null;
      const format = path === "/metrics" ? "text/plain; version=0.0.4" : "text/plain";
      response.writeHead(body === null ? 404 : 200, { "content-type": `${format}; charset=utf-8` });
      response.end(body ?? "not here\n");
    };
    let server: Server;
    try {
      server = tls === null ? createServer(onRequest) : createTlsServer(tls, onRequest);
    } catch (error) {
      throw new BrimError("CONFIG", `the certificate or its key cannot be used: ${messageOf(error)}`, {
        cause: error,
      });
    }
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.message,
      perMessageDeflate: false,
    });
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => {
        const used = systemCode(error) === "EADDRINUSE";
        const why = used ? "it is in use" : (systemCode(error) ?? messageOf(error));
        reject(
          new BrimError(used ? "BUSY" : "CONFIG", `cannot listen on ${host}:${port}: ${why}`, {
            cause: error,
          }),
        );
      });
      server.listen(port, host, resolve);
    });
    this.#server = server;
    this.#pings = clock.every(pingMs, () => this.#ping());
  }

  async stop(): Promise<void> {
    this.#pings?.cancel();
    for (const ws of this.#sockets?.clients ?? []) ws.terminate();
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { limits, log, clock, upstream } = this.#options;
    socket.on("error", () => {});
    const refuse = (status: string) =>
      // Who is refused, and does not hang up, is hung up on.
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
    if (request.url?.split("?")[0] !== "/v1/realtime") {
      refuse("404 Not Found");
      return;
    }
    // No hat, but a page in the browser of whoever runs the gateway, which may be anybody's.
    if (request.headers.origin !== undefined) {
      this.metrics.refused.origin++;
      refuse("403 Forbidden");
      return;
    }
    if (!this.#isLetIn(request.headers.authorization)) {
      this.metrics.refused.token++;
      refuse("401 Unauthorized");
      return;
    }
    if (this.metrics.connections >= limits.connections) {
      this.metrics.refused.full++;
      refuse("503 Service Unavailable");
      return;
    }
    this.#sockets?.handleUpgrade(request, socket, head, (ws) => {
      this.metrics.connections++;
      ws.on("error", (error) => log.debug(`gateway: ${systemCode(error) ?? "a connection failed"}`));
      ws.on("close", () => {
        this.metrics.connections--;
      });
      alive.add(ws);
      ws.on("pong", () => alive.add(ws));
      new Session({ ws, clock, log, upstream, limits, metrics: this.metrics }).start();
    });
  }

  /** Every token is compared, in a time that tells nothing of how much of it is right. */
  #isLetIn(authorization: string | undefined): boolean {
    if (this.#tokens.length === 0) return true;
    const given = hash(/^Bearer (\S+)$/iu.exec(authorization ?? "")?.[1] ?? "");
    let right = false;
    for (const token of this.#tokens) right = timingSafeEqual(token, given) || right;
    return right;
  }

  /** Hats that are gone without a word are let go. */
  #ping(): void {
    for (const ws of this.#sockets?.clients ?? []) {
      if (!alive.delete(ws)) ws.terminate();
      else ws.ping();
    }
  }
}

/** Those that have answered since the last ping. */
const alive = new WeakSet<WebSocket>();
