import { WebSocket } from "ws";
import type { Clock, Timer } from "../base/clock.ts";
import type { FromPage, ToPage } from "./messages.ts";
import { readPageMessage } from "./messages.ts";
import type { Phone } from "./phones.ts";
import type { PageState } from "./state.ts";

/** Pages that may be open at once; more are refused. */
export const mostClients = 32;
const pingMs = 15_000;
/** Errors that one page is told of in a second; a page that sends junk is not answered without end. */
const mostErrors = 5;
/** With more than this unsent a page is slow, and waits for the latest. */
const slowBytes = 32 * 1024;

interface Client {
  /** Of the phone whose session it is. */
  phone: string;
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
    private readonly onMessage: (message: FromPage) => string | null,
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

  /** Ends the pages of a phone that was taken off the list. */
  drop(phone: string): void {
    for (const client of this.#clients) if (client.phone === phone) client.socket.terminate();
  }

  /** @param phone the phone whose page it is */
  add(socket: WebSocket, { id: phone, role }: Phone): void {
    const keys = Object.keys(this.state) as (keyof PageState)[];
    const client: Client = {
      phone,
      socket,
      stale: new Set(keys),
      sending: false,
      alive: true,
      errors: 0,
      pressing: false,
    };
    this.#clients.add(client);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#clients.delete(client);
      // A phone that goes away has lifted its finger.
      if (client.pressing) this.onMessage({ type: "simulate", button: "release" });
    });
    socket.on("pong", () => {
      client.alive = true;
    });
    socket.on("message", (data, isBinary) => {
      const message = isBinary ? "binary messages are not understood" : readPageMessage(String(data));
      if (typeof message === "string") return this.#complain(client, message);
      if (message.type === "pause" && role !== "wearer") {
        return this.#complain(client, "only the wearer's phone may pause the beeps");
      }
      if (message.type === "simulate" && message.button) client.pressing = message.button === "press";
      const wrong = this.onMessage(message);
      if (wrong !== null) this.#complain(client, wrong);
    });
    this.#flush(client);
  }

  /** Tells every page that these keys have changed. */
  changed(keys: (keyof PageState)[]): void {
    for (const client of this.#clients) {
      for (const key of keys) client.stale.add(key);
      this.#flush(client);
    }
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

  #complain(client: Client, message: string): void {
    client.errors++;
    if (client.errors > mostErrors || client.socket.bufferedAmount > slowBytes) return;
    client.socket.send(JSON.stringify({ type: "error", message } satisfies ToPage), () => {});
  }

  #ping(): void {
    for (const client of this.#clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      if (client.socket.readyState === WebSocket.OPEN) client.socket.ping(() => {});
    }
  }
}
