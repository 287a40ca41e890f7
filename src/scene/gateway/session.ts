import type { WebSocket } from "ws";
import { z } from "zod";
import type { Clock, Timer } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import {
  type ClientEvent,
  clientEventSchema,
  errorCodes,
  type MessageItem,
  type ResponseStatus,
} from "../protocol.ts";
import type { Metrics } from "./metrics.ts";
import { complete, type Upstream, UpstreamError } from "./upstream.ts";

/** What one gateway, and one hat at it, may use. */
export interface Limits {
  /** Bytes of one message. */
  message: number;
  /** Bytes of one conversation; the oldest of a longer one is forgotten. */
  conversation: number;
  /** Answers a minute for one connection. */
  perMinute: number;
  /** Answers at once, of all connections. */
  active: number;
  connections: number;
  /** An answer may take so long, in ms. */
  answerMs: number;
}

export interface SessionOptions {
  ws: WebSocket;
  clock: Clock;
  log: Log;
  upstream: Upstream;
  limits: Limits;
  metrics: Metrics;
}

const mostItems = 64;
const mostTokens = 1_000;
/** Pictures and sounds of earlier questions are thrown away: models take few, each costs, and all of them fill memory. */
const mostPictures = 2;
/** Of an upstream that does not keep to the number of tokens, no more characters are passed on. */
const longestAnswer = 32 * 1024;
/** A hat that takes no more of what is sent is let go. */
const mostUnsent = 1024 * 1024;
const minute = 60_000;

/** One hat at the gateway. It knows of nobody else, and nothing outlives its connection. */
export class Session {
  readonly #options: SessionOptions;
  #instructions = "";
  #maxTokens = mostTokens;
  #items: { item: MessageItem; bytes: number }[] = [];
  #active: { abort: AbortController; id: string } | null = null;
  #asked: number[] = [];
  #count = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  start(): void {
    const { ws } = this.#options;
    ws.on("message", (data, binary) => this.#take(String(data), binary));
    ws.on("close", () => this.#active?.abort.abort());
    this.#send({ type: "session.created", session: { type: "realtime", output_modalities: ["text"] } });
  }

  #take(data: string, binary: boolean): void {
    const { event, id } = binary ? noEvent : readEvent(data);
    if (event === null) {
      this.#error(errorCodes.invalid, "not an event that is supported here", id);
      return;
    }
    switch (event.type) {
      case "session.update": {
        const { instructions, max_output_tokens: tokens } = event.session;
        if (instructions !== undefined) this.#instructions = instructions;
        if (typeof tokens === "number") this.#maxTokens = Math.min(tokens, mostTokens);
        this.#send({ type: "session.updated", session: { type: "realtime", output_modalities: ["text"] } });
        break;
      }
      case "conversation.item.create":
        this.#add(event.item, data.length, event.event_id);
        break;
      case "conversation.item.delete":
        this.#items = this.#items.filter(({ item }) => item.id !== event.item_id);
        break;
      case "response.create":
        this.#respond(event.response?.instructions, event.event_id);
        break;
      case "response.cancel":
        if (this.#active === null)
          this.#error(errorCodes.notActive, "no answer is being made", event.event_id);
        else this.#active.abort.abort();
        break;
    }
  }

  #add(item: MessageItem, bytes: number, eventId: string | undefined): void {
    const { upstream } = this.#options;
    if (!upstream.hears && item.content.some(({ type }) => type === "input_audio")) {
      this.#error(errorCodes.deaf, "the model cannot hear", eventId);
      return;
    }
    const remote = item.content.some((part) => "image_url" in part && !isDataUri(part.image_url as string));
    if (remote) {
      this.#error(errorCodes.invalid, "an image must be a data URI of a JPEG or PNG", eventId);
      return;
    }
    const id = item.id ?? `item_${++this.#count}`;
    this.#items.push({ item: { ...item, id }, bytes });
    this.#forget();
    // Not the item itself: its picture would go all the way back.
    this.#send({
      type: "conversation.item.done",
      item: { id, type: "message", role: item.role, content: [] },
    });
  }

  /** Keeps of a long conversation what is newest. */
  #forget(): void {
    const { conversation } = this.#options.limits;
    let pictures = 0;
    let sounds = 0;
    let held = 0;
    const kept = this.#items.toReversed().map(({ item, bytes }) => {
      const content = item.content.filter(({ type }) => {
        if (type === "input_image") return ++pictures <= mostPictures;
        if (type === "input_audio") return ++sounds <= mostPictures;
        return true;
      });
      const lighter = content.length < item.content.length;
      return { item: { ...item, content }, bytes: lighter ? sizeOf(content) : bytes };
    });
    const first = kept.findIndex(({ bytes }) => {
      held += bytes;
      return held > conversation;
    });
    this.#items = kept.slice(0, first < 0 ? mostItems : Math.min(first, mostItems)).reverse();
  }

  #respond(instructions: string | undefined, eventId: string | undefined): void {
    const { clock, limits, metrics } = this.#options;
    const now = clock.now();
    this.#asked = this.#asked.filter((at) => now - at < minute);
    if (this.#active !== null) {
      this.#error(errorCodes.active, "an answer is being made already", eventId);
      return;
    }
    if (this.#asked.length >= limits.perMinute || metrics.active >= limits.active) {
      metrics.limited++;
      this.#error(errorCodes.busy, "too many questions: ask again in a while", eventId);
      return;
    }
    this.#asked.push(now);
    const active = { abort: new AbortController(), id: `resp_${++this.#count}` };
    this.#active = active;
    metrics.active++;
    void this.#answer(active, instructions ?? this.#instructions, now).finally(() => {
      metrics.active--;
    });
  }

  async #answer(
    { abort, id }: { abort: AbortController; id: string },
    instructions: string,
    begun: number,
  ): Promise<void> {
    const { clock, log, upstream, limits, metrics } = this.#options;
    let late = false;
    const timer: Timer = clock.after(limits.answerMs, () => {
      late = true;
      abort.abort();
    });
    let text = "";
    let status: ResponseStatus = "completed";
    let details: object | null = null;
    this.#send({ type: "response.created", response: { id, status: "in_progress" } });
    try {
      const request = {
        instructions,
        items: this.#items.map(({ item }) => item),
        maxTokens: this.#maxTokens,
      };
      const answer = complete(upstream, request, abort.signal);
      for (;;) {
        const { value, done } = await answer.next();
        const tooLong = !done && text.length + value.length > longestAnswer;
        if (done ? value === "length" : tooLong) {
          status = "incomplete";
          details = { type: "incomplete", reason: "max_output_tokens" };
        }
        if (done) break;
        if (tooLong) {
          await answer.return("");
          break;
        }
        if (text === "") metrics.firstWord(clock.now() - begun);
        text += value;
        this.#send({
          type: "response.output_text.delta",
          response_id: id,
          output_index: 0,
          content_index: 0,
          delta: value,
        });
      }
    } catch (error) {
      const known = error instanceof UpstreamError;
      status = abort.signal.aborted && !late ? "cancelled" : "failed";
      if (status === "cancelled") details = { type: "cancelled", reason: "client_cancelled" };
      if (status === "failed") {
        if (!known && !late) log.error(`gateway: ${messageOf(error)}`);
        else log.warn(`gateway: ${known ? error.message : "the upstream took too long"}`);
        const code = known && error.busy ? errorCodes.busy : errorCodes.upstream;
        details = { type: "failed", error: { type: "server_error", code } };
      }
    } finally {
      timer.cancel();
      this.#active = null;
    }
    if (text !== "") {
      const item: MessageItem = {
        type: "message",
        role: "assistant",
        content: [{ type: "output_text", text }],
      };
      this.#items.push({ item, bytes: text.length });
      this.#forget();
      this.#send({
        type: "response.output_text.done",
        response_id: id,
        output_index: 0,
        content_index: 0,
        text,
      });
    }
    metrics.answered(status);
    this.#send({ type: "response.done", response: { id, status, status_details: details, output: [] } });
  }

  #error(code: string, message: string, eventId: string | undefined): void {
    this.#send({
      type: "error",
      error: { type: "invalid_request_error", code, message, event_id: eventId ?? null },
    });
  }

  #send(event: object): void {
    const { ws } = this.#options;
    if (ws.readyState !== ws.OPEN) return;
    if (ws.bufferedAmount > mostUnsent) ws.terminate();
    else ws.send(JSON.stringify({ event_id: `event_${++this.#count}`, ...event }));
  }
}

const noEvent = { event: null, id: undefined };

/** An event, or null; and its id where it has one. */
function readEvent(data: string): { event: ClientEvent | null; id: string | undefined } {
  try {
    const json: unknown = JSON.parse(data);
    const id = z.looseObject({ event_id: z.string().max(200) }).safeParse(json).data?.event_id;
    return { event: clientEventSchema.safeParse(json).data ?? null, id };
  } catch {
    return noEvent;
  }
}

function sizeOf(content: MessageItem["content"]): number {
  return content.reduce((sum, part) => sum + JSON.stringify(part).length, 0);
}

/** An address would make the upstream fetch what a hat names. */
function isDataUri(url: string): boolean {
  return /^data:image\/(?:jpeg|png);base64,/u.test(url);
}
