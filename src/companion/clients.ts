import type { RawData } from "ws";
import { WebSocket } from "ws";
import type { Clock, Timer } from "../base/clock.ts";
import type { Right } from "../base/settings.ts";
import type { Lender } from "./camera-loan.ts";
import type { FromPage, ToPage } from "./messages.ts";
import { pageMessageLimit, readPageMessage } from "./messages.ts";
import type { Phone } from "./phones.ts";
import type { PageState } from "./state.ts";

/** Pages that may be open at once; more are refused. */
export const mostClients = 32;
const pingMs = 15_000;
/** Errors that one page is told of in a second; a page that sends junk is not answered without end. */
const mostErrors = 5;
/** With more than this unsent a page is slow, and waits for the latest. */
const slowBytes = 32 * 1024;

/** What becomes of what pages send. */
export interface ClientHandlers {
  /** Does what a page asks; returns what is wrong with it, or null. */
  take(message: FromPage, from: Lender): string | null;
  /** A frame of its camera. Returns false when the page has lent none. */
  frame(jpeg: Buffer, from: Lender): boolean;
  /** A page was closed. */
  gone(from: Lender): void;
  /** What its phone may do. */
  may(phone: Phone): Right[];
}

interface Client extends Lender {
  socket: WebSocket;
  /** Keys whose latest value it has not got. */
  stale: Set<keyof PageState>;
  sending: boolean;
  alive: boolean;
  errors: number;
  /** It holds the virtual button down. */
  pressing: boolean;
}

/** The open pages. Each gets every key's latest value, as fast as it reads and no faster. */
export class Clients {
  readonly #clients = new Set<Client>();
  #timers: Timer[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly state: PageState,
    private readonly handlers: ClientHandlers,
  ) {}

  get size(): number {
    return this.#clients.size;
  }

  start(): void {
    this.#timers = [
      this.clock.every(pingMs, () => this.#ping()),
      this.clock.every(1_000, () => {
        for (const client of this.#clients) client.errors = 0;
      }),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    for (const { socket } of this.#clients) socket.terminate();
    this.#clients.clear();
  }

  /** Ends the pages of a phone that was taken off the list, or of all phones. */
  drop(phone?: string): void {
    for (const client of this.#clients) {
      if (phone === undefined || client.phone.id === phone) client.socket.terminate();
    }
  }

  /** Whether a page of this phone is open. */
  isOpen(phone: string): boolean {
    return [...this.#clients].some((client) => client.phone.id === phone);
  }

  /** @param phone the phone whose page it is */
  add(socket: WebSocket, phone: Phone): void {
    const keys = Object.keys(this.state) as (keyof PageState)[];
    const client: Client = {
      phone,
      socket,
      stale: new Set(keys),
      sending: false,
      alive: true,
      errors: 0,
      pressing: false,
      send(message) {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message), () => {});
      },
    };
    this.#clients.add(client);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#clients.delete(client);
      // A phone that goes away has lifted its finger.
      if (client.pressing) this.handlers.take({ type: "simulate", button: "release" }, client);
      this.handlers.gone(client);
    });
    socket.on("pong", () => {
      client.alive = true;
    });
    socket.on("message", (data, isBinary) => this.#take(client, data, isBinary));
    this.#tellWho(client);
    this.#flush(client);
  }

  /** Tells every page that these keys have changed. */
  changed(keys: (keyof PageState)[]): void {
    for (const client of this.#clients) {
      for (const key of keys) client.stale.add(key);
      this.#flush(client);
    }
  }

  /** What phones may do has changed. */
  rightsChanged(): void {
    for (const client of this.#clients) this.#tellWho(client);
  }

  #take(client: Client, data: RawData, isBinary: boolean): void {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat([data].flat() as Buffer[]);
    if (isBinary) {
      if (!this.handlers.frame(bytes, client)) this.#complain(client, "this page has lent no camera");
      return;
    }
    const message =
      bytes.length > pageMessageLimit ? "the message is too long" : readPageMessage(bytes.toString("utf8"));
    if (typeof message === "string") {
      this.#complain(client, message);
      return;
    }
    if (message.type === "simulate" && message.button) client.pressing = message.button === "press";
    const wrong = this.handlers.take(message, client);
    if (wrong !== null) this.#complain(client, wrong, message.type);
  }

  #tellWho(client: Client): void {
    client.send({ type: "you", phone: client.phone, may: this.handlers.may(client.phone) });
  }

  #flush(client: Client): void {
    const { socket, stale } = client;
    if (client.sending || stale.size === 0 || socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > slowBytes) return;
    const state = Object.fromEntries([...stale].map((key) => [key, this.state[key]]));
    stale.clear();
    client.sending = true;
    socket.send(JSON.stringify({ type: "state", state } satisfies ToPage), () => {
      client.sending = false;
      this.#flush(client);
    });
  }

  #complain(client: Client, message: string, of?: FromPage["type"]): void {
    client.errors++;
    if (client.errors > mostErrors || client.socket.bufferedAmount > slowBytes) return;
    client.send({ type: "error", message, ...(of && { of }) });
  }

  #ping(): void {
    for (const client of this.#clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      if (client.socket.readyState === WebSocket.OPEN) client.socket.ping(() => {});
    }
  }
}
