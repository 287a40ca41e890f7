import { chmod, mkdir, unlink } from "node:fs/promises";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { quiet, receive, send } from "../base/ipc.ts";
import type { Part } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import { type FromGuard, guardMessageLimit, type ToGuard, toGuardSchema } from "../base/protocol.ts";

/** Without a heartbeat for this long a mind is taken to be gone, though its connection stands. */
const mindSilentMs = 3_000;
const mostClients = 16;
/** At most one line about bad messages in this time from one client, or a flood would fill the disk. */
const complainEveryMs = 5_000;

interface Client {
  socket: Socket;
  mind: number | null;
  heardAt: number;
}

export interface GuardServerOptions {
  path: string;
  /** When the simulated walk began; null on a real hat. */
  epoch: number | null;
  clock: Clock;
  log: Log;
}

/** The guard's Unix socket: minds and watchers listen here, and a mind may ask for a few things. */
export class GuardServer implements Part {
  readonly name = "guard socket";
  onMessage: (message: ToGuard) => void = () => {};
  readonly #clients = new Set<Client>();
  #server: Server | null = null;

  constructor(private readonly options: GuardServerOptions) {}

  /** @throws BrimError BUSY when another guard runs on this socket, DEVICE when it cannot be made */
  async start(): Promise<void> {
    const { path } = this.options;
    if (await answers(path)) {
      throw new BrimError(
        "BUSY",
        `a guard runs already on ${path}: stop it, or set BRIM_STATE_DIR to another folder`,
      );
    }
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // What a killed guard left behind; nobody listens there.
      await unlink(path).catch(() => {});
      const server = createServer((socket) => this.#accept(socket));
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(path, () => {
          server.off("error", reject);
          resolve();
        });
      });
      server.on("error", (error) => this.options.log.error(`guard socket: ${messageOf(error)}`));
      await chmod(path, 0o600);
      this.#server = server;
    } catch (error) {
      throw new BrimError("DEVICE", `cannot listen on ${path}: ${messageOf(error)}`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.#server?.close();
    this.#server = null;
    for (const { socket } of this.#clients) socket.destroy();
  }

  /** The process id of a mind that is connected and alive, or null. */
  mind(now: number): number | null {
    for (const { mind, heardAt } of this.#clients) {
      if (mind !== null && now - heardAt <= mindSilentMs) return mind;
    }
    return null;
  }

  /** Sends to every client; one that does not read misses messages rather than costing memory. */
  broadcast(message: FromGuard): void {
    for (const { socket } of this.#clients) send(socket, message);
  }

  #accept(socket: Socket): void {
    const { clock, log } = this.options;
    quiet(socket);
    if (this.#clients.size >= mostClients) {
      socket.destroy();
      return;
    }
    const client: Client = { socket, mind: null, heardAt: clock.now() };
    let complainedAt = Number.NEGATIVE_INFINITY;
    this.#clients.add(client);
    socket.on("close", () => this.#clients.delete(client));
    receive(socket, {
      schema: toGuardSchema,
      limit: guardMessageLimit,
      onMessage: (message) => this.#take(client, message),
      onBad: (why) => {
        if (clock.now() - complainedAt < complainEveryMs) return;
        complainedAt = clock.now();
        log.warn(`guard socket: ${why}`);
      },
    });
  }

  #take(client: Client, message: ToGuard): void {
    const now = this.options.clock.now();
    client.heardAt = now;
    if (message.type === "hello") {
      const { epoch } = this.options;
      send(client.socket, { type: "welcome", pid: process.pid, epoch, mind: this.mind(now) });
      if (message.role === "mind") client.mind = message.pid;
    }
    this.onMessage(message);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
