import { z } from "zod";
import { simulateSchema } from "../base/protocol.ts";
import type { PageState } from "./state.ts";

/** Longest message from a page, in bytes. */
export const pageMessageLimit = 16 * 1024;

/** Page → server. */
export const fromPageSchema = z.discriminatedUnion("type", [
  simulateSchema,
  z.strictObject({ type: z.literal("around") }),
  z.strictObject({ type: z.literal("hush") }),
  z.strictObject({ type: z.literal("repeat") }),
  z.strictObject({ type: z.literal("pause"), minutes: z.number().min(0).max(10) }),
]);
export type FromPage = z.output<typeof fromPageSchema>;

/** Server → page. */
export type ToPage =
  | { type: "state"; state: Partial<PageState> }
  /** Something that the page sent was not understood. */
  | { type: "error"; message: string };

/** Reads a message; returns one line that says what is wrong with it where something is. */
export function readPageMessage(text: string): FromPage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "the message is not JSON";
  }
  const result = fromPageSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return `${issue?.path.join(".") || "message"}: ${issue?.message ?? "not understood"}`;
}
