import { z } from "zod";
import { readTextSchema } from "./eyes-protocol.ts";

/** The messages between the eyes and the reader of text, their child, over a private pipe: file descriptor 3 of the reader. */

export const toReaderSchema = z.strictObject({
  type: z.literal("read"),
  id: z.number().int(),
  /** A JPEG in base64. */
  jpeg: z.string().min(1),
});
export type ToReader = z.output<typeof toReaderSchema>;

export const fromReaderSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), id: z.number().int(), read: readTextSchema }),
  /** It could not be read; why, in one line. */
  z.strictObject({ type: z.literal("failed"), id: z.number().int(), why: z.string() }),
]);
export type FromReader = z.output<typeof fromReaderSchema>;

/** Longest message, in characters: a still of 4608 pixels. */
export const readerMessageLimit = 48 * 1024 * 1024;

/** What the eyes tell the reader at its start, as one JSON argument. */
export const readerOptionsSchema = z.strictObject({
  threads: z.number().int().min(1).max(64),
});
