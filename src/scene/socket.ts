import { WebSocket } from "ws";
import type { SceneFailure } from "../attention/wording/scene.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { messageOf, systemCode } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Endpoint } from "./endpoint.ts";
import { type ClientEvent, readServerEvent, type ServerEvent } from "./protocol.ts";

/** An answer is text: a longer message is no part of one. It is refused before it is read. */
const longestMessage = 1024 * 1024;
/** Whoever does not answer a ping within this time is gone. */
const pongMs = 1_500;

/** Why a connection could not be made. */
export class OpenFailure extends Error {
  constructor(
    readonly why: SceneFailure,
    /** Another try a little later may do better. */
    readonly again: boolean,
  ) {
    super(why);
  }
}

/** One connection to a server of the Realtime protocol. */
export class RealtimeSocket {
  onEvent: (event: ServerEvent) => void = () => {};
  /** The connection is over, and why; called once. */
  onEnd: (why: SceneFailure) => void = () => {};

  /** Ids of the responses that are over on this connection. */
  readonly ended = new Set<string>();

  #over = false;

  private constructor(
    private readonly ws: WebSocket,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  get open(): boolean {
    return !this.#over && this.ws.readyState === WebSocket.OPEN;
  }

  /**
   * Connects.
   * @throws OpenFailure, also when `signal` is aborted
   */
  static connect(
    { url, token, ca }: Endpoint,
    { clock = systemClock, log, signal }: { clock?: Clock; log: Log; signal: AbortSignal },
  ): Promise<RealtimeSocket> {
    return new Promise((resolve, reject) => {
      const ws = new WebSocket(url, {
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        maxPayload: longestMessage,
        // A small message that unpacks to a huge one is no use here.
        perMessageDeflate: false,
        ...(ca === null ? {} : { ca }),
      });
      const onAbort = () => fail(new OpenFailure("slow", false));
      const fail = (failure: OpenFailure) => {
        signal.removeEventListener("abort", onAbort);
        ws.terminate();
        reject(failure);
      };
      ws.on("error", (error) => {
        if (systemCode(error) !== undefined) log.warn(`descriptions: no connection: ${systemCode(error)}`);
        fail(new OpenFailure("unreachable", true));
      });
      ws.once("unexpected-response", (request, response) => {
        const status = response.statusCode ?? 0;
        request.destroy();
        log.warn(`descriptions: the server answers with status ${status}`);
        const refused = status === 401 || status === 403;
        const busy = status === 429 || status === 503;
        fail(
          new OpenFailure(refused ? "refused" : busy ? "busy" : "unreachable", !refused && status !== 404),
        );
      });
      ws.once("open", () => {
        signal.removeEventListener("abort", onAbort);
        const socket = new RealtimeSocket(ws, clock, log);
        socket.#listen();
        resolve(socket);
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort);
    });
  }

  send(event: ClientEvent): void {
    if (this.open) this.ws.send(JSON.stringify(event));
  }

  /** Whether the other end still answers; a line may die without a word. */
  alive(): Promise<boolean> {
    if (!this.open) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (alive: boolean) => {
        timer.cancel();
        this.ws.off("pong", onPong);
        this.ws.off("close", onClose);
        resolve(alive);
      };
      const onPong = () => done(true);
      const onClose = () => done(false);
      const timer = this.clock.after(pongMs, onClose);
      this.ws.once("pong", onPong);
      this.ws.once("close", onClose);
      this.ws.ping();
    });
  }

  /** Says goodbye, and lets go at once: whoever does not answer is not waited for. */
  close(): void {
    this.#end("lost");
    this.ws.close(1000);
    this.ws.terminate();
  }

  #listen(): void {
    this.ws.removeAllListeners("error");
    this.ws.on("error", (error) => {
      const tooLong = systemCode(error) === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      this.log.warn(`descriptions: the connection failed: ${systemCode(error) ?? "unknown"}`);
      this.#end(tooLong || systemCode(error)?.startsWith("WS_ERR_") ? "junk" : "lost");
      this.ws.terminate();
    });
    this.ws.on("close", () => this.#end("lost"));
    this.ws.on("message", (data, binary) => {
      if (this.#over) return;
      let event: ServerEvent | null;
      try {
        if (binary) throw new Error("a binary message");
        event = readServerEvent(String(data));
      } catch (error) {
        // Not what it says: it may hold what the wearer asked.
        this.log.warn(`descriptions: not an event of the protocol (${(error as Error).name})`);
        this.#end("junk");
        this.ws.terminate();
        return;
      }
      if (event !== null) this.onEvent(event);
    });
  }

  #end(why: SceneFailure): void {
    if (this.#over) return;
    this.#over = true;
    try {
      this.onEnd(why);
    } catch (error) {
      this.log.error(`descriptions: ${messageOf(error)}`);
    }
  }
}
