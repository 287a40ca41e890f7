import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { BrimError } from "../../base/errors.ts";
import type { ReadText } from "../../base/eyes-protocol.ts";
import { quiet, receive, send } from "../../base/ipc.ts";
import {
  type FromReader,
  fromReaderSchema,
  readerMessageLimit,
  type ToReader,
} from "../../base/reader-protocol.ts";

export interface ReaderChildOptions {
  clock: Pick<Clock, "after">;
  /** Command that starts the reader. */
  command: readonly string[];
  /** A reader that has not answered by then hangs, and is ended; by default 25 s, with which a Pi gets along. */
  limitMs?: number;
}

const usualLimitMs = 25_000;

interface Running {
  child: ChildProcess;
  pipe: Socket;
  waiting: Map<number, { resolve(read: ReadText): void; reject(error: Error): void }>;
}

/** The eyes' side of the reader of text: a child that is started when it is asked, and ends by itself when it is not. */
export class ReaderChild {
  readonly #options: ReaderChildOptions;
  #running: Running | null = null;
  #id = 0;

  constructor(options: ReaderChildOptions) {
    this.#options = options;
  }

  /**
   * Reads a JPEG; never blocks.
   * @throws BrimError MODEL when the reader failed, ended, or did not answer in time
   */
  read(jpeg: Buffer): Promise<ReadText> {
    const { clock, limitMs = usualLimitMs } = this.#options;
    const running = this.#running ?? this.#start();
    const id = ++this.#id;
    const answer = new Promise<ReadText>((resolve, reject) => running.waiting.set(id, { resolve, reject }));
    const timer = clock.after(limitMs, () => this.#end(running, "it did not answer in time"));
    const message: ToReader = { type: "read", id, jpeg: jpeg.toString("base64") };
    if (!send(running.pipe, message)) this.#end(running, "its pipe is closed");
    return answer.finally(() => {
      timer.cancel();
      running.waiting.delete(id);
    });
  }

  #start(): Running {
    const [program = "", ...args] = this.#options.command;
    const child = spawn(program, args, {
      stdio: ["ignore", "ignore", "inherit", "pipe"],
      // Else each thread keeps what it has freed for itself: a third more memory (glibc's mallopt(3)).
      env: { ...process.env, MALLOC_ARENA_MAX: "1" },
    });
    const pipe = child.stdio[3] as Socket;
    const running: Running = { child, pipe, waiting: new Map() };
    this.#running = running;
    quiet(pipe);
    receive<FromReader>(pipe, {
      schema: fromReaderSchema,
      limit: readerMessageLimit,
      onBad: (why) => this.#end(running, why),
      onMessage: (message) => {
        const waiting = running.waiting.get(message.id);
        if (message.type === "text") waiting?.resolve(message.read);
        else waiting?.reject(failure(message.why));
      },
    });
    child.once("error", (error) => this.#end(running, error.message));
    child.once("exit", (status, name) => this.#end(running, `it ended (${name ?? `status ${status}`})`));
    return running;
  }

  /** Whoever waits is told; the next question starts another reader. */
  #end(running: Running, why: string): void {
    if (this.#running === running) this.#running = null;
    running.child.kill("SIGKILL");
    running.pipe.destroy();
    for (const { reject } of running.waiting.values()) reject(failure(why));
    running.waiting.clear();
  }
}

function failure(why: string): BrimError {
  return new BrimError("MODEL", `the reader of text failed: ${why}`);
}
