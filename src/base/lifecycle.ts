import { type Clock, systemClock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";

/** Something that runs. Its constructor does nothing; `start` may be aborted; `stop` may be called twice. */
export interface Part {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

const stopLimitMs = 5_000;

/**
 * Starts parts in order and stops those that were started in reverse order. A part that does not stop within 5 s
 * is left behind, with a line in the log; the process is expected to exit afterwards.
 */
export class Lifecycle {
  readonly #started: Part[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async start(parts: Part[], signal: AbortSignal): Promise<void> {
    for (const part of parts) {
      signal.throwIfAborted();
      this.#started.push(part);
      await part.start(signal);
    }
  }

  async stop(): Promise<void> {
    for (let part = this.#started.pop(); part !== undefined; part = this.#started.pop()) {
      const { name } = part;
      const limit = new AbortController();
      await Promise.race([
        part.stop().catch((error) => this.log.error(`${name} did not stop cleanly: ${messageOf(error)}`)),
        this.clock.sleep(stopLimitMs, limit.signal).then(
          () => this.log.error(`${name} did not stop within ${stopLimitMs / 1000} s; leaving it`),
          () => {},
        ),
      ]);
      limit.abort();
    }
  }
}

/** Programs such as timeout(1) send a signal to the process and then to its group: that is one wish, not two. */
const oneWishMs = 250;

/**
 * A signal that is aborted by the first SIGINT, SIGTERM or SIGHUP. Another one, later, ends the process by force, for
 * whoever presses Ctrl-C again means it.
 */
export function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const onSignal = (name: NodeJS.Signals) => {
    if (systemClock.now() - first > oneWishMs) process.exit(130);
    first = Math.min(first, systemClock.now());
    controller.abort(name);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return controller.signal;
}
