import { z } from "zod";

/**
 * What is used here of the OpenAI Realtime protocol: JSON events over WebSocket
 * (https://platform.openai.com/docs/api-reference/realtime-client-events and -server-events). Events and fields that are
 * not named here are let pass, as servers differ in them.
 */

/** Sound in both directions: 16-bit mono PCM, so many samples a second. */
export const soundRate = 24_000;

const text = z.looseObject({ type: z.enum(["input_text", "output_text", "text"]), text: z.string() });
const image = z.looseObject({ type: z.literal("input_image"), image_url: z.string() });
const sound = z.looseObject({ type: z.literal("input_audio"), audio: z.string() });

export const messageItemSchema = z.looseObject({
  id: z.string().max(100).optional(),
  type: z.literal("message"),
  role: z.enum(["user", "assistant", "system"]),
  content: z.array(z.union([text, image, sound])).max(32),
});
export type MessageItem = z.output<typeof messageItemSchema>;

const eventId = { event_id: z.string().max(200).optional() };

/** Client → server. */
export const clientEventSchema = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("session.update"),
    ...eventId,
    session: z.looseObject({
      instructions: z.string().optional(),
      model: z.string().max(200).optional(),
      max_output_tokens: z.union([z.number().int().positive(), z.literal("inf")]).optional(),
    }),
  }),
  z.looseObject({ type: z.literal("conversation.item.create"), ...eventId, item: messageItemSchema }),
  z.looseObject({ type: z.literal("conversation.item.delete"), ...eventId, item_id: z.string() }),
  z.looseObject({
    type: z.literal("response.create"),
    ...eventId,
    response: z.looseObject({ instructions: z.string().optional() }).optional(),
  }),
  z.looseObject({ type: z.literal("response.cancel"), ...eventId, response_id: z.string().optional() }),
]);
export type ClientEvent = z.output<typeof clientEventSchema>;

export const responseStatuses = ["completed", "cancelled", "failed", "incomplete"] as const;
export type ResponseStatus = (typeof responseStatuses)[number];

const error = z.looseObject({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().nullish(),
  event_id: z.string().nullish(),
});

/** Server → client: the events that the client acts upon. */
export const serverEventSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("response.created"), response: z.looseObject({ id: z.string() }) }),
  z.looseObject({
    type: z.literal("response.output_text.delta"),
    response_id: z.string().optional(),
    delta: z.string(),
  }),
  z.looseObject({
    type: z.literal("response.done"),
    response: z.looseObject({
      id: z.string().optional(),
      status: z.enum(responseStatuses),
      status_details: z.looseObject({ error: error.nullish(), reason: z.string().nullish() }).nullish(),
    }),
  }),
  z.looseObject({ type: z.literal("error"), error }),
]);
export type ServerEvent = z.output<typeof serverEventSchema>;

const known = new Set(serverEventSchema.options.map(({ shape }) => shape.type.value as string));

/**
 * An event of the server: null for one that nobody here acts upon.
 * @throws when it is no event, or one of ours that is not as it should be
 */
export function readServerEvent(data: string): ServerEvent | null {
  const { type } = z.looseObject({ type: z.string() }).parse(JSON.parse(data));
  return known.has(type) ? serverEventSchema.parse(JSON.parse(data)) : null;
}

/** Codes of `error` events that the gateway sends, beside those of HTTP. */
export const errorCodes = {
  deaf: "input_audio_not_supported",
  busy: "rate_limit_exceeded",
  active: "conversation_already_has_active_response",
  notActive: "response_cancel_not_active",
  invalid: "invalid_event",
  upstream: "upstream_failed",
} as const;
