import type { SceneFailure } from "../attention/wording/scene.ts";
import { Backoff } from "../base/backoff.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Endpoint } from "./endpoint.ts";
import { Exchange } from "./exchange.ts";
import { type ClientEvent, soundRate } from "./protocol.ts";
import { OpenFailure, RealtimeSocket } from "./socket.ts";

/** What was said before, in words. */
export interface Turn {
  role: "user" | "assistant";
  text: string;
}

/** A question as it goes to the server. */
export interface Ask {
  /** Questions of one conversation share a number; a new one starts on a new connection, which knows nothing. */
  conversation: number;
  /** What the model is told before everything else. */
  instructions: string;
  /** The conversation so far, for a connection that has not seen it. */
  history: readonly Turn[];
  text: string;
  /** JPEG, or null where there is none. */
  picture: Buffer | null;
  /** The spoken question: 16-bit mono sound of 24,000 samples a second. */
  sound: Buffer | null;
}

/** How a question ended. Sentences that came before a failure were handed on. */
export type Outcome =
  | { kind: "answered" }
  | { kind: "hushed" }
  | { kind: "failed"; why: SceneFailure; partly: boolean };

export interface ClientOptions {
  clock: Clock;
  log: Log;
  endpoint: Endpoint;
  /** BCP 47 tag of the language in which sentences are told apart. */
  language: string;
  /** From 0 up to 1; jitter, so that hats that lose a server together do not come back together. */
  random?(): number;
}

/** The first word must come within this time, connecting and all. */
export const firstWordMs = 8_000;
/** A connection that nobody has asked for so long is closed; as long as a conversation is kept. */
export const idleMs = 120_000;
/** Tries to connect for one question. */
const mostTries = 3;
/** A connection that was idle for so long is asked whether it still lives. */
const doubtfulMs = 5_000;
const mostTokens = 600;

/**
 * Asks a server of the OpenAI Realtime protocol, one question at a time. It connects when asked and at no other time, a
 * few times with growing, jittered waits between, so a server that is away is never stormed.
 */
export class SceneClient {
  readonly #options: ClientOptions;
  readonly #backoff = new Backoff(250, 2_000, 10_000);
  #socket: RealtimeSocket | null = null;
  /** The conversation that the connection has seen. */
  #conversation: number | null = null;
  #idleSince = 0;
  #idle: Timer | null = null;
  #exchange: Exchange | null = null;
  #events = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /**
   * Asks, and hands on each sentence of the answer as soon as it is whole. Never rejects.
   * @param signal hush: the answer is cancelled, at the server too
   */
  async ask(ask: Ask, onSentence: (sentence: string) => void, signal: AbortSignal): Promise<Outcome> {
    const { clock, log, language } = this.#options;
    const begun = clock.now();
    const late = new AbortController();
    const timer = clock.after(firstWordMs, () => late.abort());
    try {
      await this.#exchange?.settled;
      for (let tries = 1; ; tries++) {
        const socket = await this.#connected(ask, AbortSignal.any([signal, late.signal]));
        if (signal.aborted) return { kind: "hushed" };
        const exchange = new Exchange({ clock, socket, language, firstBy: begun + firstWordMs, onSentence });
        this.#exchange = exchange;
        const questionId = this.#send(socket, ask);
        const outcome = await exchange.run(questionId, signal);
        this.#after(exchange);
        const retry = outcome.kind === "failed" && outcome.why === "lost" && !outcome.partly && tries === 1;
        if (!retry) {
          if (outcome.kind === "failed") log.warn(`descriptions: no answer: ${outcome.why}`);
          return outcome;
        }
        await this.#wait(AbortSignal.any([signal, late.signal]));
      }
    } catch (error) {
      if (!(error instanceof OpenFailure)) throw error;
      if (signal.aborted) return { kind: "hushed" };
      return { kind: "failed", why: error.why, partly: false };
    } finally {
      timer.cancel();
    }
  }

  /** Closes the connection. */
  stop(): void {
    this.#idle?.cancel();
    this.#socket?.close();
    this.#socket = null;
    this.#conversation = null;
  }

  /** A connection that has seen this conversation, or that has been told of it. */
  async #connected(ask: Ask, signal: AbortSignal): Promise<RealtimeSocket> {
    const { clock } = this.#options;
    this.#idle?.cancel();
    const kept = this.#socket;
    if (kept?.open && this.#conversation === ask.conversation) {
      if (clock.now() - this.#idleSince < doubtfulMs || (await kept.alive())) return kept;
    }
    this.stop();
    const socket = await this.#open(signal);
    this.#socket = socket;
    this.#conversation = ask.conversation;
    this.#introduce(socket, ask);
    return socket;
  }

  async #open(signal: AbortSignal): Promise<RealtimeSocket> {
    const { clock, log, endpoint } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        this.#backoff.started(clock.now());
        return await RealtimeSocket.connect(endpoint, { clock, log, signal });
      } catch (error) {
        if (!(error instanceof OpenFailure) || !error.again || tries === mostTries) throw error;
        await this.#wait(signal);
      }
    }
  }

  /** Waits before the next try, half to one and a half times as long as the back-off says. */
  async #wait(signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    const wait = this.#backoff.failed(clock.now()) * (0.5 + random());
    await clock.sleep(wait, signal).catch(() => {
      throw new OpenFailure("slow", false);
    });
  }

  #introduce(socket: RealtimeSocket, { instructions, history }: Ask): void {
    socket.send({
      type: "session.update",
      event_id: this.#eventId(),
      session: {
        type: "realtime",
        output_modalities: ["text"],
        instructions,
        max_output_tokens: mostTokens,
        // The question is whole when it is sent: nobody has to listen for its end.
        audio: { input: { format: { type: "audio/pcm", rate: soundRate }, turn_detection: null } },
      },
    });
    for (const { role, text } of history) {
      const type = role === "user" ? ("input_text" as const) : ("output_text" as const);
      socket.send(this.#item(role, [{ type, text }]));
    }
  }

  /** Sends the question; returns the id of its event, which an error may name. */
  #send(socket: RealtimeSocket, { text, picture, sound }: Ask): string {
    const question = this.#item("user", [
      { type: "input_text", text },
      ...(picture === null
        ? []
        : [
            {
              type: "input_image" as const,
              image_url: `data:image/jpeg;base64,${picture.toString("base64")}`,
            },
          ]),
      ...(sound === null ? [] : [{ type: "input_audio" as const, audio: sound.toString("base64") }]),
    ]);
    socket.send(question);
    socket.send({ type: "response.create", event_id: this.#eventId() });
    return sound === null ? "" : question.event_id;
  }

  #item(
    role: "user" | "assistant",
    content: (ClientEvent & { type: "conversation.item.create" })["item"]["content"],
  ): ClientEvent & { type: "conversation.item.create"; event_id: string } {
    return {
      type: "conversation.item.create",
      event_id: this.#eventId(),
      item: { type: "message", role, content },
    };
  }

  #eventId(): string {
    return `brim_${++this.#events}`;
  }

  /** Keeps a connection that is fit for the next question, for a while. */
  #after(exchange: Exchange): void {
    const { clock } = this.#options;
    this.#idleSince = clock.now();
    void exchange.settled.then((fit) => {
      if (this.#exchange !== exchange) return;
      this.#exchange = null;
      if (!fit) {
        this.stop();
        return;
      }
      this.#idle?.cancel();
      this.#idle = clock.after(idleMs, () => this.stop());
    });
  }
}
