import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { z } from "zod";
import { messageOf } from "./errors.ts";

/**
 * The wire between Brim's processes: newline-delimited JSON, each message checked by a schema.
 *
 * No message is trusted: one that is too long, is not JSON or does not fit its schema is dropped and reported with
 * one line; what comes after it on the same connection is still read. Memory is bounded by `limit`.
 */
export interface LineOptions {
  /** Longest line in characters. */
  limit: number;
  onLine(line: string): void;
  /** Called once for a line that is too long; the rest of that line is thrown away. */
  onOverlong(limit: number): void;
}

/** Splits chunks into lines, keeping at most `limit` characters of an unfinished one. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #options: LineOptions;
  #rest = "";
  #skipping = false;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#take(text.slice(start, end));
      if (!this.#skipping && this.#rest.length > 0) this.#options.onLine(this.#rest);
      this.#rest = "";
      this.#skipping = false;
      start = end + 1;
    }
    this.#take(text.slice(start));
  }

  #take(piece: string): void {
    if (this.#skipping) return;
    if (this.#rest.length + piece.length > this.#options.limit) {
      this.#rest = "";
      this.#skipping = true;
      this.#options.onOverlong(this.#options.limit);
      return;
    }
    this.#rest += piece;
  }
}

export interface ReceiveOptions<T> {
  schema: z.ZodType<T>;
  limit: number;
  onMessage(message: T): void;
  /** One line that says what was wrong with a message that was dropped. */
  onBad(why: string): void;
}

/** Reads messages from a stream until it ends. */
export function receive<T>(stream: Readable, options: ReceiveOptions<T>): void {
  const splitter = new LineSplitter({
    limit: options.limit,
    onOverlong: (limit) => options.onBad(`a message longer than ${limit} characters was dropped`),
    onLine(line) {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        options.onBad(`a message that is not JSON was dropped (${line.length} characters)`);
        return;
      }
      const result = options.schema.safeParse(value);
      if (result.success) options.onMessage(result.data);
      else {
        const issue = result.error.issues[0];
        options.onBad(`a message was dropped: ${issue?.path.join(".") || "message"}: ${issue?.message}`);
      }
    },
  });
  stream.on("data", (chunk: Buffer) => splitter.push(chunk));
}

/** More than this unsent means that the other side has stopped reading; state messages are then skipped. */
const backlogLimit = 256 * 1024;

/**
 * Writes one message. Returns false, without writing, when the peer is gone or reads too slowly: a slow reader must
 * never cost the guard memory.
 */
export function send(socket: Socket, message: object): boolean {
  if (socket.destroyed || !socket.writable || socket.writableLength > backlogLimit) return false;
  socket.write(`${JSON.stringify(message)}\n`);
  return true;
}

/** Swallows the errors of a connection: its end is told by "close", which follows. */
export function quiet(socket: Socket, onError?: (why: string) => void): void {
  socket.on("error", (error) => onError?.(messageOf(error)));
}
