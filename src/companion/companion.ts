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
import { rights } from "../base/settings.ts";
import type { Said } from "../voice/utterance.ts";
import { Access, assertReachable } from "./access.ts";
import { loadAssets } from "./assets.ts";
import { CameraLoan, type Lender } from "./camera-loan.ts";
import { type Certificate, certificateOf } from "./certificate.ts";
import { Clients, mostClients } from "./clients.ts";
import { removeLocalPage, writeLocalPage } from "./local-file.ts";
import { addMemoryRoutes } from "./memory-routes.ts";
import { type FromPage, pageFrameLimit, pageMessageLimit } from "./messages.ts";
import type { Pairing } from "./pairing.ts";
import { addPairingRoutes } from "./pairing-routes.ts";
import { Phones } from "./phones.ts";
import { addPictureRoutes } from "./picture-routes.ts";
import type { CompanionHandlers } from "./ports.ts";
import { addPageRoutes, guardRoutes } from "./routes.ts";
import { checkByContract, serve } from "./serve.ts";
import { addSettingsRoutes } from "./settings-routes.ts";
import type { HatState, PageState } from "./state.ts";

export interface CompanionOptions {
  clock: Clock;
  log: Log;
  host: string;
  port: number;
  /** The configuration lets phones of the network pair; otherwise the page is for this computer alone. */
  network: boolean;
  pairing: Pairing;
  /** Over TLS, with a certificate of its own. */
  tls?: boolean;
  /** The state folder. */
  folder: string;
  simulated: boolean;
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
  readonly #loan: CameraLoan;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: pageFrameLimit,
    perMessageDeflate: false,
  });
  /** Connections that are a page's socket. */
  readonly #upgraded = new WeakSet<Duplex>();
  #server: FastifyInstance | null = null;
  #certificate: Certificate | null = null;
  #retry: Timer | null = null;

  constructor(private readonly options: CompanionOptions) {
    const { folder, host, simulated } = options;
    this.#phones = new Phones(folder);
    this.#access = new Access({ phones: this.#phones, host, link: simulated, secure: options.tls === true });
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
    this.#clients = new Clients(options.clock, this.#state, {
      take: (message, from) => this.#take(message, from),
      frame: (jpeg, from) => this.#loan.frame(from, jpeg),
      gone: (from) => this.#loan.end(from),
      may: (phone) => (phone.role === "wearer" ? [...rights] : [...options.handlers.settings.helperMay]),
    });
    this.#loan = new CameraLoan(options.handlers, (phone) =>
      this.#show({ camera: phone && { phone: phone.id, name: phone.name } }),
    );
  }

  /** What a helper may do was changed. */
  rightsChanged(): void {
    this.#clients.rightsChanged();
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
    this.#certificate = this.options.tls
      ? await certificateOf(this.options.folder, this.#access.names())
      : null;
    const server: FastifyInstance = Fastify({
      ...(this.#certificate && { https: this.#certificate }),
      logger: false,
      bodyLimit: pageMessageLimit,
      forceCloseConnections: true,
    });
    server.addHook("onRoute", ({ method, url }) => {
      for (const each of [method].flat()) this.routes.push(`${each} ${url}`);
    });
    checkByContract(server);
    guardRoutes(server, this.#access, () => handlers.settings.helperMay);
    await server.register(rateLimit, { max: requestsAMinute, timeWindow: 60_000 });
    addPageRoutes(server, { access: this.#access, assets: await loadAssets() });
    const phonesChanged = () => this.#show({ phones: this.#state.phones + 1 });
    addPairingRoutes(server, {
      access: this.#access,
      phones: this.#phones,
      pairing,
      fingerprint: this.#certificate?.fingerprint ?? null,
      open: () => handlers.pair(),
      close: () => handlers.unpair(),
      isOpen: (id) => this.#clients.isOpen(id),
      onPaired: (phone) => {
        phonesChanged();
        handlers.paired(phone);
      },
      onRemoved: (id) => {
        this.#clients.drop(id);
        phonesChanged();
      },
    });
    pairing.onChange = () => {
      const { open, asks, left } = pairing;
      this.#show({ pairing: { open, until: open ? wallTime() + left : null, asks } });
    };
    addMemoryRoutes(server, handlers.memory);
    addSettingsRoutes(server, handlers.settings);
    addPictureRoutes(server, handlers.picture, this.options.clock);
    serve(server, "GET /health", () => handlers.health());
    serve(server, "GET /privacy", async () => ({
      ...(await handlers.privacy()),
      phones: this.#phones.list().length,
    }));
    serve(server, "POST /privacy/delete", async () => {
      await handlers.deleteAll();
      await this.#phones.removeAll();
      this.#clients.drop();
      return undefined;
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
    this.options.pairing.onChange = () => {};
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
    this.#show(patch);
  }

  /** Adds a line to what was said. */
  said({ text, priority }: Said): void {
    this.#show({ said: [...this.#state.said, { text, priority, time: wallTime() }].slice(-mostSaid) });
  }

  #show(patch: Partial<PageState>): void {
    Object.assign(this.#state, patch);
    this.#clients.changed(Object.keys(patch) as (keyof PageState)[]);
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
    await writeLocalPage(this.options.folder, {
      port: this.#port,
      secret,
      certificate: this.#certificate?.cert ?? null,
    }).catch((error) => log.warn(messageOf(error)));
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
    server.on(this.#certificate === null ? "connection" : "secureConnection", (socket: Socket) => {
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
  #take(message: FromPage, from: Lender): string | null {
    const { handlers, simulated } = this.options;
    const { phone } = from;
    const isWearer = phone.role === "wearer";
    switch (message.type) {
      case "simulate":
        if (!simulated) return "there is no virtual hat: this one is real";
        handlers.simulate(message);
        return null;
      case "around":
        handlers.around();
        return null;
      case "read":
        handlers.read();
        return null;
      case "hush":
        handlers.hush();
        return null;
      case "repeat":
        handlers.repeat();
        return null;
      case "ask": {
        const { id, text } = message;
        void handlers
          .ask(text, (sentence) => from.send({ type: "answer", id, text: sentence }))
          .then((how) => from.send({ type: "answered", id, how }));
        return null;
      }
      case "find":
        return handlers.find(message.thing) ? null : "this thing is not remembered";
      case "pause":
        if (!isWearer && !handlers.settings.helperMay.includes("pause")) {
          return "only the wearer's phone may pause the beeps";
        }
        handlers.pause(message.minutes);
        return null;
      case "camera":
        if (!message.on) this.#loan.end(from);
        else if (isWearer || simulated) this.#loan.begin(from);
        else from.send({ type: "camera", on: false, why: "refused" });
        return null;
    }
  }
}
