import { z } from "zod";
import { simulateSchema } from "../base/protocol.ts";
import type { Right } from "./api.ts";
import type { Phone } from "./phones.ts";
import type { PageState } from "./state.ts";

/** Longest message from a page in words, in bytes. */
export const pageMessageLimit = 16 * 1024;
/** Longest frame (a JPEG) from a page whose camera is the hat's. */
export const pageFrameLimit = 512 * 1024;

/**
 * Page → server. What is binary is a frame of the page's camera: a JPEG of at most `pageFrameLimit` bytes and 4096 pixels,
 * upright. Send the first after `camera` says `on`, and each other after the `frame` that tells that the one before was
 * taken: what comes faster is thrown away.
 */
export const fromPageSchema = z.discriminatedUnion("type", [
  /** In simulation: the virtual hat is moved. */
  simulateSchema,
  /** A typed question; without `text`, what lies ahead is described. `id` comes back with each part of the answer. */
  z.strictObject({
    type: z.literal("ask"),
    id: z.number().int().min(0),
    text: z.string().trim().min(1).max(500).optional(),
  }),
  /** "What is around me", as a double click. */
  z.strictObject({ type: z.literal("around") }),
  /** Reads the text ahead; again: goes on. As a triple click. */
  z.strictObject({ type: z.literal("read") }),
  z.strictObject({ type: z.literal("hush") }),
  z.strictObject({ type: z.literal("repeat") }),
  /** Looks for a remembered thing by ear (the state's `finding` says that it does); null ends it. */
  z.strictObject({
    type: z.literal("find"),
    thing: z
      .string()
      .regex(/^[\da-f]{16}$/)
      .nullable(),
  }),
  /** Pauses the beeps for so long, 0 ends it. A helper needs the right `pause`. */
  z.strictObject({ type: z.literal("pause"), minutes: z.number().min(0).max(10) }),
  /** This page's camera becomes the hat's, or ends being it. The wearer's phone, or a simulation. */
  z.strictObject({ type: z.literal("camera"), on: z.boolean() }),
]);
export type FromPage = z.output<typeof fromPageSchema>;

/** Server → page. */
export type ToPage =
  /** The latest values of some keys; all of them at first. */
  | { type: "state"; state: Partial<PageState> }
  /** Who the phone is, and what it may do; at first, and when that changes. */
  | { type: "you"; phone: Phone; may: Right[] }
  /** A sentence of the answer to `ask`, as it is handed to speech. */
  | { type: "answer"; id: number; text: string }
  /** Its end: from the server of descriptions, from the hat itself, a fixed sentence, hushed, or another one asked. */
  | { type: "answered"; id: number; how: "lvlm" | "offline" | "fixed" | "hushed" }
  /** The page's camera is the hat's, or is so no more; `why` where the page did not ask for the end. */
  | { type: "camera"; on: boolean; why?: "taken" | "ended" | "refused" | "unavailable" }
  /** The frame was taken (or thrown away, for it was no JPEG): the next may come. */
  | { type: "frame"; taken: boolean }
  /** What the page sent was not understood, or may not be done; `of` is its type, where it had one. */
  | { type: "error"; message: string; of?: FromPage["type"] };

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
