import type { IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyInstance } from "fastify";
import { WebSocketServer } from "ws";
import { type Clock, type Timer, wallTime } from "../base/clock.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { Simulate } from "../base/protocol.ts";
import type { Said } from "../voice/utterance.ts";
import { Access, assertReachable } from "./access.ts";
import { loadAssets } from "./assets.ts";
import { Clients, mostClients } from "./clients.ts";
import { removeLocalPage, writeLocalPage } from "./local-file.ts";
import { type FromPage, pageMessageLimit } from "./messages.ts";
import type { Pairing } from "./pairing.ts";
import { addPairingRoutes } from "./pairing-routes.ts";
import { type Phone, Phones } from "./phones.ts";
import { addRoutes, guardRoutes } from "./routes.ts";
import type { HatState, PageState } from "./state.ts";

/** What the page asks of the mind. */
export interface CompanionHandlers {
  /** The virtual hat was moved; comes in simulation only. */
  simulate(message: Simulate): void;
  /** The newest frame as a JPEG, told on the hat that it goes out; or null when there is none. */
  picture(): Promise<Buffer | null>;
  /** "What is around me", as a double click on the hat. */
  around(): void;
  hush(): void;
  repeat(): void;
  /** Silences the beeps for some minutes (0–10); 0 ends it. */
  pause(minutes: number): void;
  /** Opens pairing, as "Pair a phone" in the menu does; returns the code. */
  pair(): string;
  /** A phone was let in. */
  paired(phone: Phone): void;
}

export interface CompanionOptions {
  clock: Clock;
  log: Log;
  host: string;
  port: number;
  /** The configuration lets phones of the network pair; otherwise the page is for this computer alone. */
  network: boolean;
  pairing: Pairing;
  /** The state folder. */
  folder: string;
  simulated: boolean;
  /** Pictures may go to phones. */
  pictures: boolean;
  handlers: CompanionHandlers;
  /** Called each time the page can be reached, with its address; in simulation with a link that lets in. */
  onListening(url: string): void;
}

const retryMs = 30_000;
const requestsAMinute = 1_200;
/** Connections that one address may have open without a page; the oldest goes. */
const mostConnections = 100;
/** Lines of what was said that the page lists. */
const mostSaid = 20;

/** The companion page: HTTP, WebSocket, and who may see what. */
export class Companion implements Part {
  readonly name = "companion";
  /** Its address, in simulation with a token; null while the port cannot be had. */
  url: string | null = null;

  /** All routes of the server, as "GET /path". */
  readonly routes: string[] = [];
  readonly #phones: Phones;
  readonly #access: Access;
  readonly #state: PageState;
  readonly #clients: Clients;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: pageMessageLimit,
    perMessageDeflate: false,
  });
  /** Connections that are a page's socket. */
  readonly #upgraded = new WeakSet<Duplex>();
  #server: FastifyInstance | null = null;
  #retry: Timer | null = null;

  constructor(private readonly options: CompanionOptions) {
    const { folder, host, simulated } = options;
    this.#phones = new Phones(folder);
    this.#access = new Access({ phones: this.#phones, host, link: simulated });
    this.#state = {
      simulated: options.simulated,
      language: "en",
      guard: null,
      buzzer: false,
      power: null,
      seen: null,
      processes: { guard: { state: "starting" }, mind: { state: "on" }, eyes: { state: "starting" } },
      troubles: [],
      finding: null,
      people: 0,
      settings: {},
      said: [],
      pairing: { open: false, until: null, asks: null },
      phones: 0,
      camera: null,
    };
    this.#clients = new Clients(options.clock, this.#state, (message) => this.#take(message));
  }

  /**
   * Resolves when the page can be reached, or when its port is taken: that is told in one line, the hat goes on
   * without the page, and the port is tried again every 30 s. In simulation another port is taken at once.
   * @throws BrimError CONFIG for a host that others could reach
   */
  async start(signal: AbortSignal): Promise<void> {
    const { host, network, pairing, handlers, log } = this.options;
    assertReachable(host, network);
    const wrong = this.#phones.load();
    if (wrong !== null) log.warn(wrong);
    const server = Fastify({
      logger: false,
      bodyLimit: pageMessageLimit,
      forceCloseConnections: true,
      // What does not fit its schema is refused, never mended.
      ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    });
    server.addHook("onRoute", ({ method, url }) => {
      for (const each of [method].flat()) this.routes.push(`${each} ${url}`);
    });
    guardRoutes(server, this.#access);
    await server.register(rateLimit, { max: requestsAMinute, timeWindow: 60_000 });
    addRoutes(server, {
      access: this.#access,
      assets: await loadAssets(),
      picture: this.options.pictures ? () => handlers.picture() : null,
    });
    addPairingRoutes(server, {
      access: this.#access,
      phones: this.#phones,
      pairing,
      open: () => handlers.pair(),
      onPaired: (phone) => handlers.paired(phone),
      onRemoved: (id) => this.#clients.drop(id),
    });
    this.#limitConnections(server);
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
    if (server !== null) await removeLocalPage(this.options.folder);
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
    const { address, token, local: secret } = this.#access;
    this.url = simulated ? `${address}?token=${token}` : address;
    // Without the file all goes on, but for `brim pair`.
    await writeLocalPage(this.options.folder, { port: this.#port, secret }).catch((error) =>
      log.warn(messageOf(error)),
    );
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

  /** So that nobody who holds connections open keeps others out. */
  #limitConnections({ server }: FastifyInstance): void {
    const all = new Map<string, Set<Duplex>>();
    server.on("connection", (socket: Socket) => {
      const address = socket.remoteAddress ?? "";
      const sockets = all.get(address) ?? new Set();
      all.set(address, sockets.add(socket));
      socket.on("close", () => {
        sockets.delete(socket);
        if (sockets.size === 0) all.delete(address);
      });
      if (sockets.size <= mostConnections) return;
      const [oldest] = [...sockets].filter((other) => !this.#upgraded.has(other));
      oldest?.destroy();
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    if (!this.#access.isOurs(request.headers, true)) return void refuse("403 Forbidden");
    const phone = this.#access.phoneOf(request.headers);
    if (phone === null) return void refuse("401 Unauthorized");
    if (request.url !== "/socket") return void refuse("404 Not Found");
    if (this.#clients.size >= mostClients) return void refuse("503 Service Unavailable");
    this.#upgraded.add(socket);
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#clients.add(client, phone));
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
      case "ask":
      case "read":
      case "find":
      case "camera":
        return "this hat cannot do that yet";
    }
  }
}
