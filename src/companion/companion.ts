import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import Fastify, { type FastifyInstance } from "fastify";
import { WebSocketServer } from "ws";
import { type Clock, type Timer, wallTime } from "../base/clock.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { Simulate } from "../base/protocol.ts";
import type { Said } from "../voice/utterance.ts";
import { Access, assertLoopback } from "./access.ts";
import { loadAssets } from "./assets.ts";
import { Clients, mostClients } from "./clients.ts";
import { type FromPage, pageMessageLimit } from "./messages.ts";
import { addRoutes } from "./routes.ts";
import type { HatState, PageState } from "./state.ts";

/** What the page asks of the mind. */
export interface CompanionHandlers {
  /** The virtual hat was moved; comes in simulation only. */
  simulate(message: Simulate): void;
  /** The newest frame as a JPEG, or null when there is none. */
  picture(): Promise<Buffer | null>;
  /** "What is around me", as a double click on the hat. */
  around(): void;
  hush(): void;
  repeat(): void;
  /** Silences the beeps for some minutes (0–10); 0 ends it. */
  pause(minutes: number): void;
}

export interface CompanionOptions {
  clock: Clock;
  log: Log;
  host: string;
  port: number;
  simulated: boolean;
  handlers: CompanionHandlers;
  /** Called each time the page can be reached, with a link that lets in. */
  onListening(url: string): void;
}

const retryMs = 30_000;
/** Lines of what was said that the page lists. */
const mostSaid = 20;

/** The companion page: HTTP, WebSocket, and who may see what. */
export class Companion implements Part {
  readonly name = "companion";
  /** Link with a token, or null while the port cannot be had. */
  url: string | null = null;

  readonly #access = new Access();
  readonly #state: PageState;
  readonly #clients: Clients;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: pageMessageLimit,
    perMessageDeflate: false,
  });
  #server: FastifyInstance | null = null;
  #retry: Timer | null = null;

  constructor(private readonly options: CompanionOptions) {
    this.#state = {
      simulated: options.simulated,
      guard: null,
      buzzer: false,
      seen: null,
      processes: { guard: { state: "starting" }, mind: { state: "on" }, eyes: { state: "starting" } },
      troubles: [],
      said: [],
    };
    this.#clients = new Clients(options.clock, this.#state, (message) => this.#take(message));
  }

  /**
   * Resolves when the page can be reached, or when its port is taken: that is told in one line, the hat goes on
   * without the page, and the port is tried again every 30 s. In simulation another port is taken at once.
   * @throws BrimError CONFIG for a host that others could reach
   */
  async start(signal: AbortSignal): Promise<void> {
    assertLoopback(this.options.host);
    const server = Fastify({ logger: false, bodyLimit: pageMessageLimit, forceCloseConnections: true });
    addRoutes(server, {
      access: this.#access,
      assets: await loadAssets(),
      port: () => this.#port,
      picture: () => this.options.handlers.picture(),
    });
    server.server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    // A port that cannot be had is told where it is tried.
    server.server.on("error", () => {});
    await server.ready();
    signal.throwIfAborted();
    this.#server = server;
    this.#clients.start();
    await this.#listen();
  }

  async stop(): Promise<void> {
    this.#retry?.cancel();
    this.#clients.stop();
    this.#sockets.close();
    this.url = null;
    const server = this.#server;
    this.#server = null;
    await server?.close();
  }

  /** Shows the latest values of some keys. */
  publish(patch: Partial<HatState>): void {
    Object.assign(this.#state, patch);
    this.#clients.changed(Object.keys(patch) as (keyof HatState)[]);
  }

  /** Adds a line to what was said. */
  said({ text, priority }: Said): void {
    this.#state.said = [...this.#state.said, { text, priority, time: wallTime() }].slice(-mostSaid);
    this.#clients.changed(["said"]);
  }

  get #port(): number {
    const address = this.#server?.server.address() as AddressInfo | string | null | undefined;
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async #listen(): Promise<void> {
    const { host, port, simulated, log, clock } = this.options;
    try {
      await this.#bind(port);
    } catch (error) {
      if (this.#server === null) return;
      const why = systemCode(error) === "EADDRINUSE" ? "is taken" : `cannot be used (${messageOf(error)})`;
      if (!simulated) {
        if (this.#retry === null) {
          const seconds = retryMs / 1_000;
          log.warn(`the page's port ${host}:${port} ${why}; tried again every ${seconds} s, the hat goes on`);
        }
        this.#retry = clock.after(retryMs, () => void this.#listen());
        return;
      }
      await this.#bind(0);
      log.warn(`the page's port ${host}:${port} ${why}; it is at port ${this.#port} instead`);
    }
    this.#access.setPort(this.#port);
    const name = host.includes(":") ? `[${host}]` : host;
    this.url = `http://${name}:${this.#port}/?token=${this.#access.token}`;
    this.options.onListening(this.url);
  }

  /** Rejects with the system's error, after which it may be called again. */
  #bind(port: number): Promise<void> {
    const server = this.#server?.server;
    if (server === undefined) return Promise.reject(new BrimError("BUSY", "the page has been stopped"));
    return new Promise((resolve, reject) => {
      const onError = (error: Error) => {
        server.off("listening", onListening);
        reject(error);
      };
      const onListening = () => {
        server.off("error", onError);
        resolve();
      };
      server.once("error", onError).once("listening", onListening);
      server.listen({ host: this.options.host, port });
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    if (!this.#access.isOurs(request.headers, true)) return void refuse("403 Forbidden");
    if (!this.#access.hasSession(request.headers)) return void refuse("401 Unauthorized");
    if (request.url !== "/socket") return void refuse("404 Not Found");
    if (this.#clients.size >= mostClients) return void refuse("503 Service Unavailable");
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#clients.add(client));
  }

  /** Does what a page asks; returns what is wrong with it, or null. */
  #take(message: FromPage): string | null {
    const { handlers, simulated } = this.options;
    switch (message.type) {
      case "simulate":
        if (!simulated) return "there is no virtual hat: this one is real";
        handlers.simulate(message);
        return null;
      case "around":
        handlers.around();
        return null;
      case "hush":
        handlers.hush();
        return null;
      case "repeat":
        handlers.repeat();
        return null;
      case "pause":
        handlers.pause(message.minutes);
        return null;
    }
  }
}
