import { Writable } from "node:stream";
import { pino } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/**
 * A log writes to stderr: JSON lines, or plain lines for a person when `format` is "text". Logs hold no picture,
 * sound, embedding or name: say what happened and to which kind of thing.
 */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

export interface LogOptions {
  level: LogLevel;
  format: "json" | "text";
}

const levelNames: Record<number, string> = { 20: "debug", 30: "info", 40: "warn", 50: "error" };

/** Writes pino's JSON lines as "12:34:56 guard warn: message" (UTC). */
function textStream(): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      const { level, time, name, msg, pid: _pid, ...fields } = JSON.parse(String(chunk));
      const extra = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : "";
      process.stderr.write(`${time.slice(11, 19)} ${name} ${levelNames[level] ?? level}: ${msg}${extra}\n`);
      done();
    },
  });
}

export function createLog(name: string, options: LogOptions): Log {
  // The reader of our stderr may go away (a closed terminal, a killed parent); the hat goes on without it.
  process.stderr.on("error", () => {});
  const logger = pino(
    { name, level: options.level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    options.format === "text" ? textStream() : process.stderr,
  );
  const write = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: object) =>
    fields ? logger[level](fields, message) : logger[level](message);
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** A log that keeps nothing. */
export const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
