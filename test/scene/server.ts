import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { SimulatedClock } from "../../src/base/clock.ts";

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is looked at as it is
export type Received = any;

/** What the server does with a question. */
export type Script = (connection: Connection, events: Received[]) => void;

/** One hat at the scripted server. */
export class Connection {
  readonly events: Received[] = [];
  responses = 0;

  constructor(
    readonly ws: WebSocket,
    readonly authorization: string | undefined,
  ) {}

  send(event: object): void {
    this.ws.send(JSON.stringify(event));
  }

  created(): void {
    this.send({ type: "response.created", response: { id: `r${this.responses}`, status: "in_progress" } });
  }

  delta(delta: string): void {
    this.send({ type: "response.output_text.delta", response_id: `r${this.responses}`, delta });
  }

  done(status = "completed", details: object | null = null): void {
    this.send({
      type: "response.done",
      response: { id: `r${this.responses}`, status, status_details: details },
    });
  }

  answer(...deltas: string[]): void {
    this.created();
    for (const delta of deltas) this.delta(delta);
    this.done();
  }
}

/** A server of the Realtime protocol on loopback that does what a test says. It cancels when told to. */
export class ScriptedServer {
  readonly connections: Connection[] = [];
  /** All bytes that came in, of every connection. */
  readonly bytes: Buffer[] = [];
  /** Sockets that were opened, whatever became of them. */
  opened = 0;
  script: Script = (connection) => connection.answer("A chair, 12 o'clock.");
  onCancel: (connection: Connection) => void = (connection) => connection.done("cancelled");
  /** Status of the handshake, where it is refused. */
  refuse: number | null = null;
  #http: Server = createServer();
  readonly #sockets = new Set<Socket>();

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v1/realtime`;
  }

  get last(): Connection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error("nobody has connected");
    return last;
  }

  /** All events of one type, of every connection. */
  all(type: string): Received[] {
    return this.connections.flatMap(({ events }) => events.filter((event) => event.type === type));
  }

  async start(port = 0): Promise<void> {
    this.#http = createServer();
    const wss = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
    this.#http.on("connection", (socket) => {
      this.opened++;
      this.#sockets.add(socket);
      socket.on("data", (data) => this.bytes.push(Buffer.from(data)));
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#http.on("upgrade", (request, socket, head) => {
      if (this.refuse !== null) {
        socket.end(`HTTP/1.1 ${this.refuse} No\r\nconnection: close\r\n\r\n`);
        return;
      }
      wss.handleUpgrade(request, socket, head, (ws) =>
        this.#hat(new Connection(ws, request.headers.authorization)),
      );
    });
    await new Promise<void>((resolve) => this.#http.listen(port, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #hat(connection: Connection): void {
    this.connections.push(connection);
    connection.ws.on("error", () => {});
    connection.ws.on("message", (data) => {
      const event = JSON.parse(String(data));
      connection.events.push(event);
      if (event.type === "response.create") {
        connection.responses++;
        this.script(connection, connection.events);
      } else if (event.type === "response.cancel") this.onCancel(connection);
    });
  }
}

/** Lets virtual time go by while real sockets work, until `over` or for `ms`. */
export async function passing(
  clock: SimulatedClock,
  ms: number,
  over: () => boolean = () => false,
): Promise<void> {
  const end = clock.now() + ms;
  while (clock.now() < end && !over()) {
    clock.advance(ms >= 20_000 ? 100 : 20);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Waits in real time, at most 5 s. */
export async function until(what: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!what()) {
    if (performance.now() > end) throw new Error("it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
