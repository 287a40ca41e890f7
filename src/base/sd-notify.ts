import type { Clock, Timer } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Part } from "./lifecycle.ts";
import type { Log } from "./log.ts";

/** Sends one datagram to a Unix socket. */
export interface Datagrams {
  /** Returns what went wrong, or null. */
  send(message: string): string | null;
  close(): void;
}

export interface SdNotifyOptions {
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: Log;
  /** Whether the process does its work; systemd's watchdog is only told so while it does. */
  works: () => boolean;
  /** Opens the datagram socket to the path. */
  open?: (path: string) => Promise<Datagrams>;
}

/**
 * Tells systemd how the process is (sd_notify): READY when it is started, WATCHDOG three times in each of the unit's
 * WatchdogSec while it works, STOPPING. Start it last: then all is ready. It does nothing outside of systemd.
 *
 * The protocol is that of sd_notify(3) and sd_watchdog_enabled(3): lines of NAME=value to the socket NOTIFY_SOCKET.
 */
export class SdNotify implements Part {
  readonly name = "systemd";
  #socket: Datagrams | null = null;
  #timer: Timer | null = null;
  #told = "";
  #working = true;

  constructor(private readonly options: SdNotifyOptions) {}

  async start(): Promise<void> {
    const { env, clock, log, open = openDatagrams } = this.options;
    const path = env.NOTIFY_SOCKET;
    if (path === undefined || path === "") return;
    if (!path.startsWith("/")) {
      // The package cuts an address at its first zero byte, which abstract ones begin with.
      log.error(`systemd cannot be told that this runs: NOTIFY_SOCKET=${path} is no path (systemd uses one)`);
      return;
    }
    try {
      this.#socket = await open(path);
    } catch (error) {
      log.error(`systemd cannot be told that this runs (npm package unix-dgram): ${messageOf(error)}`);
      return;
    }
    this.#send("READY=1");
    const every = watchdogMs(env);
    if (every !== null) this.#timer = clock.every(every / 3, () => this.#ping());
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    if (this.#socket === null) return;
    this.#send("STOPPING=1");
    this.#socket.close();
    this.#socket = null;
  }

  /** One line for `systemctl status`. */
  status(text: string): void {
    this.#send(`STATUS=${text.replaceAll("\n", " ")}`);
  }

  #ping(): void {
    const working = this.options.works();
    if (!working && this.#working) this.options.log.error("not working as it should: systemd will end this");
    this.#working = working;
    if (working) this.#send("WATCHDOG=1");
  }

  #send(message: string): void {
    const why = this.#socket?.send(message) ?? "";
    if (why !== "" && why !== this.#told) this.options.log.warn(`systemd was not told ${message}: ${why}`);
    this.#told = why;
  }
}

/** The unit's WatchdogSec in ms, or null where there is none or it is another process's. */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | null {
  const us = Number(WATCHDOG_USEC);
  if (!(us > 0) || (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== process.pid)) return null;
  return us / 1000;
}

async function openDatagrams(path: string): Promise<Datagrams> {
  const { default: unixDgram } = await import("unix-dgram");
  const socket = unixDgram.createSocket("unix_dgram");
  let failed: string | null = null;
  socket.on("error", (error) => {
    failed = messageOf(error);
  });
  return {
    send(message) {
      const bytes = Buffer.from(message);
      failed = null;
      socket.send(bytes, 0, bytes.length, path, (error) => {
        if (error) failed = messageOf(error);
      });
      return failed;
    },
    close: () => socket.close(),
  };
}
