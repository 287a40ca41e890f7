import type { SceneFailure } from "../attention/wording/scene.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Outcome } from "./client.ts";
import { errorCodes, type ServerEvent } from "./protocol.ts";
import { SentenceStream } from "./sentences.ts";
import type { RealtimeSocket } from "./socket.ts";

export interface ExchangeOptions {
  clock: Clock;
  socket: RealtimeSocket;
  language: string;
  /** The first word must have come by then. */
  firstBy: number;
  onSentence(sentence: string): void;
}

/** Within an answer nothing may come for so long. */
const gapMs = 8_000;
/** An answer that takes longer, or is longer in characters, is cut off. */
const wholeMs = 60_000;
const longestAnswer = 4_000;
/** What looks like a whole sentence is one when nothing has come for so long after it. */
const settleMs = 60;
/** A server that was told to stop has so long to do so; then the connection is given up. */
const cancelMs = 1_000;

/** One question and its answer on a connection. */
export class Exchange {
  /** Resolves when the server is done with it: whether the connection is fit for another question. */
  readonly settled: Promise<boolean>;

  readonly #options: ExchangeOptions;
  readonly #sentences: SentenceStream;
  #settle: (fit: boolean) => void = () => {};
  #timers: Record<"first" | "gap" | "whole" | "sentence" | "cancel", Timer | null> = {
    first: null,
    gap: null,
    whole: null,
    sentence: null,
    cancel: null,
  };
  #questionId = "";
  #resolve: ((outcome: Outcome) => void) | null = null;
  #responseId: string | undefined;
  #cancelled = false;
  #length = 0;
  #handed = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#sentences = new SentenceStream(options.language);
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /**
   * Resolves with how it ended.
   * @param questionId of the event that carries a spoken question, else ""
   */
  run(questionId: string, signal: AbortSignal): Promise<Outcome> {
    const { clock, socket, firstBy } = this.#options;
    this.#questionId = questionId;
    return new Promise((resolve) => {
      const onAbort = () => this.#cancel({ kind: "hushed" });
      this.#resolve = (outcome) => {
        signal.removeEventListener("abort", onAbort);
        resolve(outcome);
      };
      socket.onEvent = (event) => this.#take(event);
      socket.onEnd = (why) => {
        this.#fail(why);
        this.#done(false);
      };
      const slow = () => this.#cancel(this.#failure("slow"));
      this.#timers.first = clock.after(Math.max(0, firstBy - clock.now()), slow);
      this.#timers.whole = clock.after(wholeMs, () => this.#cancel(this.#failure("tooMuch")));
      if (!socket.open) socket.onEnd("lost");
      else if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort);
    });
  }

  #take(event: ServerEvent): void {
    switch (event.type) {
      case "response.created":
        this.#isOurs(event.response.id);
        break;
      case "response.output_text.delta":
        this.#delta(event.delta, event.response_id);
        break;
      case "response.done":
        this.#responseDone(event.response);
        break;
      case "error":
        this.#error(event.error);
        break;
    }
  }

  #delta(delta: string, id: string | undefined): void {
    if (!this.#isOurs(id) || this.#resolve === null || delta === "") return;
    const { clock } = this.#options;
    this.#timers.first?.cancel();
    this.#timers.gap?.cancel();
    this.#timers.gap = clock.after(gapMs, () => this.#cancel(this.#failure("slow")));
    this.#length += delta.length;
    const room = longestAnswer - (this.#length - delta.length);
    this.#hand(this.#sentences.push(delta.slice(0, Math.max(0, room))));
    if (this.#length > longestAnswer) {
      this.#cancel(this.#failure("tooMuch"));
      return;
    }
    this.#timers.sentence?.cancel();
    this.#timers.sentence = clock.after(settleMs, () => this.#hand(this.#sentences.settled()));
  }

  #responseDone({
    id,
    status,
    status_details: details,
  }: (ServerEvent & { type: "response.done" })["response"]): void {
    if (!this.#isOurs(id)) return;
    if (status === "completed" || status === "incomplete") this.#hand(this.#sentences.end());
    const cut = status === "incomplete" && details?.reason !== "content_filter";
    if (status === "completed" && this.#handed > 0) this.#resolved({ kind: "answered" });
    else if (status === "completed") this.#fail("junk");
    else if (cut) this.#fail("tooMuch");
    else this.#fail(details?.error?.code === errorCodes.busy ? "busy" : "failed");
    this.#done(true);
  }

  #error({ code, event_id }: (ServerEvent & { type: "error" })["error"]): void {
    // It had ended before it was told to.
    if (code === errorCodes.notActive) {
      if (this.#resolve === null) this.#done(true);
      return;
    }
    const deaf =
      code === errorCodes.deaf ||
      (this.#questionId !== "" && (event_id === this.#questionId || /audio/iu.test(code ?? "")));
    this.#fail(deaf ? "deaf" : code === errorCodes.busy ? "busy" : "failed");
    this.#done(false);
  }

  /** Whether a response is the one that was asked for; one that was told to stop may still be heard of. */
  #isOurs(id: string | undefined): boolean {
    if (id === undefined) return true;
    if (this.#options.socket.ended.has(id)) return false;
    this.#responseId ??= id;
    return id === this.#responseId;
  }

  #hand(sentences: readonly string[]): void {
    if (this.#resolve === null) return;
    for (const sentence of sentences) {
      this.#handed++;
      this.#options.onSentence(sentence);
    }
  }

  #failure(why: SceneFailure): Outcome {
    return { kind: "failed", why, partly: this.#handed > 0 };
  }

  #fail(why: SceneFailure): void {
    this.#resolved(this.#failure(why));
  }

  /** Ends it here and at the server. */
  #cancel(outcome: Outcome): void {
    const { clock, socket } = this.#options;
    if (this.#resolve === null) return;
    this.#cancelled = true;
    this.#resolved(outcome);
    socket.send({ type: "response.cancel", event_id: "brim_cancel" });
    this.#timers.cancel = clock.after(cancelMs, () => this.#done(false));
  }

  #resolved(outcome: Outcome): void {
    const { first, gap, whole, sentence } = this.#timers;
    for (const timer of [first, gap, whole, sentence]) timer?.cancel();
    this.#resolve?.(outcome);
    this.#resolve = null;
  }

  #done(fit: boolean): void {
    this.#timers.cancel?.cancel();
    if (this.#responseId !== undefined) this.#options.socket.ended.add(this.#responseId);
    // Without its name, what still comes of a response that was stopped could not be told from the next one.
    this.#settle(fit && (this.#responseId !== undefined || !this.#cancelled));
  }
}
