import type { Verbosity } from "../base/settings.ts";
import type { Utterance } from "../voice/utterance.ts";
import { choose, mayBegin, minute, usualPauseMs } from "./choose.ts";
import { type SpeechEvent, utteranceOf } from "./events.ts";
import type { News } from "./news.ts";
import type { Words } from "./wording/names.ts";

/** A sentence of which so much was heard is harmless to cut off: the changing word comes first. */
const heardMs = 1_200;

/** What an unasked sentence says. */
export interface Telling {
  event: SpeechEvent;
  words: Words;
  stillTrue(at: number): boolean;
  /** The wearer has heard it, or has not after all. */
  tell(heard: boolean, at: number): void;
}

interface Current {
  telling: Telling;
  begunAt: number | null;
  /** It was cut off on purpose when enough of it was heard. */
  cut: boolean;
}

/** Keeps unasked sentences to their bound: how many a minute, the silence between them, one at a time. */
export class Unasked {
  #begun: number[] = [];
  /** The one that is on its way or being said. */
  #current: Current | null = null;
  #until = Number.NEGATIVE_INFINITY;

  /** Something that is no news of somebody or something: about the eyes. */
  plain(telling: Telling | null, verbosity: Verbosity, now: number): Utterance | null {
    if (telling === null || this.#busy(now)) return null;
    const moment = { now, verbosity, begun: this.#begun, speaking: false };
    return mayBegin(1, usualPauseMs, moment) ? this.#utterance(telling, now) : null;
  }

  /**
   * The news that is worth saying now, or null.
   * @param silent nothing is being said; else only what would come too late is given, and cuts off what this has given
   */
  news(all: readonly News[], verbosity: Verbosity, now: number, silent: boolean): Utterance | null {
    const current = this.#current;
    const speaking = current !== null && current.begunAt !== null && !silent;
    if (speaking ? current.cut : !silent || this.#busy(now)) return null;
    const chosen = choose(all, { now, verbosity, begun: this.#begun, speaking });
    const words = chosen?.words(now) ?? null;
    if (chosen === null || words === null) return null;
    const utterance = this.#utterance(
      {
        event: chosen.event,
        words,
        stillTrue: (at) => chosen.words(at)?.text === words.text,
        tell: (heard, at) => chosen.tell(heard, at),
      },
      now,
    );
    if (!speaking) return utterance;
    current.cut = now - (current.begunAt ?? now) >= heardMs;
    return { ...utterance, action: "interrupt" };
  }

  #busy(now: number): boolean {
    return this.#current !== null && now < this.#until;
  }

  #utterance(telling: Telling, now: number): Utterance {
    this.#begun = this.#begun.filter((at) => now - at < minute);
    const mine: Current = { telling, begunAt: null, cut: false };
    this.#current = mine;
    this.#until = now + telling.event.ttl;
    return utteranceOf(telling.event, telling.words, {
      stillTrue: (at) => telling.stillTrue(at),
      onBegin: (at) => {
        mine.begunAt = at;
        this.#begun.push(at);
        telling.tell(true, at);
      },
      onEnd: (how) => {
        if (this.#current === mine) this.#current = null;
        // What a warning cut off was not heard; the wearer's own hush was.
        if (how === "interrupted" && !mine.cut && mine.begunAt !== null) telling.tell(false, mine.begunAt);
      },
    });
  }
}
