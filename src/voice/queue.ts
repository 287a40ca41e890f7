import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";
import { type Ending, type Priority, priorities, type Said, type Utterance } from "./utterance.ts";
import type { Voice } from "./voice.ts";

interface Job {
  utterance: Utterance;
  sentences: Sentence[];
  /** The sentence to say next; more than 0 when the utterance was interrupted and goes on. */
  next: number;
  expires: number;
  begun: boolean;
}

interface Current {
  job: Job;
  abort: AbortController;
  /** How it ends if it is aborted; null puts it back to go on later. */
  ending: Ending | null;
}

interface Listening {
  abort: AbortController;
  /** It has the sound card. */
  recording: boolean;
  ended: Promise<void>;
}

/** A recording that is broken off for safety has so long to let go of the sound card. */
const letGoMs = 80;
/** Utterances that wait, at most; the oldest of the least urgent goes first. */
const mostWaiting = 12;

const rank = ({ priority }: { priority: Priority }): number => priorities.indexOf(priority);
const answerRank = priorities.indexOf("answer");

/**
 * Says one utterance at a time, the most urgent first. What waits is bounded, and is looked at again just before
 * it is begun: it must still be true, and not too late. Nothing but a more urgent utterance, the wearer, or a
 * newer one with its own key takes a safety utterance away.
 */
export class SpeechQueue {
  /** Called when an utterance is begun. */
  onSaid: (said: Said) => void = () => {};
  /** Called when nothing is being said and nothing waits. */
  onSilent: () => void = () => {};

  #waiting: Job[] = [];
  #current: Current | null = null;
  #run: Promise<void> | null = null;
  #listening: Listening | null = null;
  #urgentOnly = false;
  #last: Pick<Utterance, "text" | "parts"> | null = null;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly voice: Pick<Voice, "speak" | "release">,
    private readonly log: Log,
  ) {}

  /** Nothing is being said or recorded, and nothing waits. */
  get silent(): boolean {
    return this.#current === null && this.#waiting.length === 0 && this.#listening === null;
  }

  /** The priority of what is being said, or null. */
  get saying(): Priority | null {
    const job = this.#current?.job;
    return job?.begun ? job.utterance.priority : null;
  }

  /** Takes an utterance; never blocks and never throws. */
  say(utterance: Utterance): void {
    const sentences = sentencesOf(utterance.parts ?? [utterance.text]);
    if (sentences.length === 0 || (this.#urgentOnly && rank(utterance) > answerRank)) {
      this.#call(() => utterance.onEnd?.("dropped"));
      return;
    }
    this.#makeWay(utterance);
    const job = { utterance, sentences, next: 0, expires: this.clock.now() + utterance.ttl, begun: false };
    this.#insert(job, "last");
    if (this.#waiting.length > mostWaiting) {
      const lowest = rank((this.#waiting[this.#waiting.length - 1] ?? job).utterance);
      this.#drop(this.#waiting.find((waiting) => rank(waiting.utterance) === lowest) ?? job);
    }
    this.#goOn();
  }

  /**
   * Records while nothing is said: waits until what is being said has been heard and the sound card is free, and keeps
   * everything but safety waiting until `record` is done. Safety aborts its signal, and is said.
   * @returns what `record` gives; null when safety came before it began, or somebody records already
   */
  async listen<T>(record: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    if (this.#listening !== null) return null;
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const listening: Listening = { abort: new AbortController(), recording: false, ended };
    const { signal } = listening.abort;
    this.#listening = listening;
    try {
      await this.#run;
      if (signal.aborted) return null;
      listening.recording = true;
      await this.voice.release();
      return signal.aborted ? null : await record(signal);
    } finally {
      end();
      if (this.#listening === listening) this.#listening = null;
      this.#goOn();
    }
  }

  /** Stops speaking and forgets what waits. Returns whether anything was being said. */
  hush(): boolean {
    const speaking = this.#current?.job.begun ?? false;
    this.#stopCurrent("hushed");
    for (const job of [...this.#waiting]) this.#drop(job);
    return speaking;
  }

  /** Says the last utterance again, as an answer. Returns false when nothing was said yet. */
  repeat(): boolean {
    if (this.#last === null) return false;
    this.say({ ...this.#last, priority: "answer", action: "interrupt", ttl: 10_000, key: "repeat" });
    return true;
  }

  /** Whether something is being said or ended within the last `ms`. */
  spokeWithin(ms: number): boolean {
    return (this.#current?.job.begun ?? false) || this.clock.now() - this.#endedAt <= ms;
  }

  /** While on (the guard's level is warning or above), only safety and answers are said; anything else stops. */
  setUrgentOnly(on: boolean): void {
    if (on === this.#urgentOnly) return;
    this.#urgentOnly = on;
    if (!on) return;
    if (this.#current !== null && rank(this.#current.job.utterance) > answerRank) {
      this.#stopCurrent("interrupted");
    }
    for (const job of this.#waiting.filter(({ utterance }) => rank(utterance) > answerRank)) this.#drop(job);
  }

  /** Takes away what this utterance replaces, by its key or by its action. */
  #makeWay(utterance: Utterance): void {
    const { key, action } = utterance;
    const sameKey = (other: Utterance) => key !== undefined && other.key === key;
    // Safety lets an answer wait, for it was asked for, and other safety, for it is as urgent.
    const clears = rank(utterance) === 0 ? answerRank + 1 : rank(utterance);
    for (const job of [...this.#waiting]) {
      const cleared = action !== "enqueue" && rank(job.utterance) >= clears;
      if (sameKey(job.utterance) || cleared) this.#drop(job);
    }
    const current = this.#current?.job.utterance;
    if (action !== "interrupt" || current === undefined || rank(current) < rank(utterance)) return;
    const goesOn = rank(utterance) === 0 && rank(current) <= answerRank && !sameKey(current);
    this.#stopCurrent(goesOn ? null : "interrupted");
  }

  #insert(job: Job, among: "first" | "last"): void {
    const own = rank(job.utterance);
    const behind = this.#waiting.findIndex(({ utterance }) =>
      among === "first" ? rank(utterance) >= own : rank(utterance) > own,
    );
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, job);
  }

  #drop(job: Job): void {
    this.#waiting.splice(this.#waiting.indexOf(job), 1);
    this.#end(job, job.begun ? "interrupted" : "dropped");
  }

  #stopCurrent(ending: Ending | null): void {
    if (this.#current === null || this.#current.abort.signal.aborted) return;
    this.#current.ending = ending;
    this.#current.abort.abort();
  }

  #goOn(): void {
    if (this.#run !== null) return;
    this.#run = this.#sayAll().finally(() => {
      this.#run = null;
      if (this.silent) this.#call(() => this.onSilent());
      // What a listener has said meanwhile.
      else if (this.#mayBegin()) this.#goOn();
    });
  }

  async #sayAll(): Promise<void> {
    while (this.#mayBegin()) {
      if (this.#listening !== null) await this.#stopListening(this.#listening);
      const job = this.#waiting.shift();
      if (job === undefined) break;
      if (this.#stale(job)) this.#end(job, "stale");
      else await this.#speak(job);
    }
  }

  /** Something waits that may be said now: while a recording is made, safety alone. */
  #mayBegin(): boolean {
    const [first] = this.#waiting;
    return first !== undefined && (this.#listening === null || rank(first.utterance) === 0);
  }

  async #stopListening(listening: Listening): Promise<void> {
    listening.abort.abort();
    if (listening.recording) {
      const limit = new AbortController();
      await Promise.race([listening.ended, this.clock.sleep(letGoMs, limit.signal).catch(() => {})]);
      limit.abort();
    }
    if (this.#listening === listening) this.#listening = null;
  }

  async #speak(job: Job): Promise<void> {
    const current: Current = { job, abort: new AbortController(), ending: "interrupted" };
    this.#current = current;
    const { signal } = current.abort;
    while (job.next < job.sentences.length && !signal.aborted) {
      const sentence = job.sentences[job.next] ?? [];
      const begin = () => {
        if (!signal.aborted) this.#begin(job);
      };
      await this.voice.speak(sentence, signal, begin, rank(job.utterance) === 0);
      if (!signal.aborted) job.next++;
    }
    this.#current = null;
    if (job.begun) this.#endedAt = this.clock.now();
    if (job.next >= job.sentences.length) this.#end(job, "finished");
    else if (current.ending !== null) this.#end(job, job.begun ? current.ending : "dropped");
    else {
      job.expires = this.clock.now() + job.utterance.ttl;
      // Behind what interrupted it, which may be as urgent as itself.
      this.#insert(job, rank(job.utterance) === 0 ? "last" : "first");
    }
  }

  #begin(job: Job): void {
    if (job.begun) return;
    job.begun = true;
    const { text, parts, priority, passing, onBegin } = job.utterance;
    const at = this.clock.now();
    if (passing !== true) this.#last = parts === undefined ? { text } : { text, parts };
    this.#call(() => onBegin?.(at));
    this.#call(() => this.onSaid({ text, priority, at }));
  }

  #end(job: Job, how: Ending): void {
    this.#call(() => job.utterance.onEnd?.(how));
  }

  #stale(job: Job): boolean {
    const now = this.clock.now();
    let stillTrue = false;
    this.#call(() => {
      stillTrue = job.utterance.stillTrue?.(now) ?? true;
    });
    return now > job.expires || !stillTrue;
  }

  /** A defect in whoever listens must not silence the hat. */
  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.log.error(`speech: a listener failed: ${messageOf(error)}`);
    }
  }
}
