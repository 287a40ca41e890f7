import type { Sight, Track } from "../base/eyes-protocol.ts";
import type { GuardStatus } from "../base/protocol.ts";
import type { Ending, Priority, Utterance } from "../voice/utterance.ts";
import { aroundSentences } from "./around.ts";
import { choose, compare, groupOf, sentencesPerMinute, type Verbosity } from "./choose.ts";
import { CollisionWatch, collisionKey } from "./collision.ts";
import { answerAge, EyesWatch } from "./eyes.ts";
import { freshRange } from "./geometry.ts";
import { type Subject, Subjects } from "./subjects.ts";
import type { Wording } from "./wording/wording.ts";

export interface AttentionOptions {
  wording: Wording;
  /** Horizontal field of view of the camera in degrees. */
  fieldOfView: number;
  verbosity?: Verbosity;
}

/** One thing in view, in words, for the page. */
export interface SeenThing {
  id: number;
  label: string;
  text: string;
  /** `[x, y, width, height]` in pixels of the large frame. */
  box: Track["box"];
}

const minute = 60_000;
/** Between the beginnings of two unasked sentences, so that there is always silence to listen into. */
const pauseMs = 3_000;
/** An unasked sentence that cannot be begun within this time is not worth saying. */
const unaskedTtl = 1_500;
const answerTtl = 10_000;

/**
 * Decides what is worth saying. Holds no timer: the mind tells it what happens and calls `due` at least every
 * 250 ms, and when speech falls silent.
 */
export class Attention {
  readonly #wording: Wording;
  readonly #subjects = new Subjects();
  readonly #collision: CollisionWatch;
  readonly #eyes: EyesWatch;
  /** When the unasked sentences of the last minute were begun. */
  #begun: number[] = [];
  #soundAgain = false;
  /** An unasked sentence is on its way until then. */
  #pendingUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: AttentionOptions) {
    this.#wording = options.wording;
    this.#collision = new CollisionWatch(options.wording);
    this.#eyes = new EyesWatch(options.wording);
  }

  /** What the eyes saw. */
  sight(sight: Sight): void {
    this.#eyes.take(sight);
    this.#subjects.update(sight, this.options.fieldOfView);
  }

  /** What the guard tells, on each status. */
  guard(status: GuardStatus): void {
    this.#collision.take(status);
  }

  /** A process was lost, or runs again. A guard is only said to be on again with its first good status. */
  process(name: "guard" | "eyes", running: boolean, now: number): void {
    if (name === "guard") this.#collision.process(running);
    else this.#eyes.process(running, now);
  }

  /** The sound was lost, or is back, which is told: until then nothing could be. */
  sound(working: boolean): void {
    this.#soundAgain = working;
  }

  /** The wearer pressed the button: what repeats (a blind sensor) is known now. */
  acknowledge(): void {
    this.#collision.acknowledge();
  }

  /** The first sentence after the start: "Brim on. Collision warning on.", or what is missing. */
  greeting(now: number): Utterance {
    const { state } = this.#collision;
    this.#collision.greeted(now);
    this.#eyes.greeted();
    const text = this.#wording.greeting(state, this.#eyes.on);
    const stillTrue = () => this.#collision.state.kind === state.kind;
    return { text, priority: "safety", action: "enqueue", ttl: answerTtl, key: collisionKey, stillTrue };
  }

  /** What should be said now, most urgent first; unasked things only while speech is `silent`. */
  due(now: number, silent: boolean): Utterance[] {
    const utterances = this.#collision.due(now);
    const loss = this.#eyes.takeLoss();
    if (loss !== null) {
      utterances.push({ text: loss, priority: "answer", action: "enqueue", ttl: answerTtl, key: "eyes" });
    }
    if (this.#soundAgain) {
      const text = this.#wording.soundAgain;
      utterances.push({ text, priority: "safety", action: "enqueue", ttl: answerTtl, key: "sound" });
      this.#soundAgain = false;
    }
    if (silent && utterances.length === 0 && !this.urgentOnly) {
      const unasked = this.#unasked(now);
      if (unasked !== null) utterances.push(unasked);
    }
    return utterances;
  }

  /** The answer to "what is around me": at most three sentences. */
  around(now: number): Utterance {
    const view = this.#eyes.view(now, answerAge);
    const inView = view === "off" ? [] : this.#subjects.inView();
    const { state, status } = this.#collision;
    const range = freshRange(status, now);
    const sentences = aroundSentences({ inView, view, range, collision: state }, this.#wording);
    return {
      text: sentences.join(" "),
      priority: "answer",
      action: "interrupt",
      ttl: answerTtl,
      key: "around",
      onBegin: () => {
        for (const subject of inView) subject.told = true;
      },
    };
  }

  /** What is in view, people first and near before far. */
  seen(now: number): SeenThing[] {
    if (this.#eyes.view(now, answerAge) === "off") return [];
    const range = freshRange(this.#collision.status, now);
    return this.#subjects
      .inView()
      .sort(compare)
      .map((subject) => ({
        id: subject.track,
        label: subject.label,
        text: this.#sentence([subject], false, range),
        box: subject.box,
      }));
  }

  /** At warning or above only safety and answers are said (`SpeechQueue.setUrgentOnly`). */
  get urgentOnly(): boolean {
    const level = this.#collision.status?.level;
    return level === "warning" || level === "danger";
  }

  #unasked(now: number): Utterance | null {
    this.#begun = this.#begun.filter((at) => now - at < minute);
    const verbosity = this.options.verbosity ?? "normal";
    const last = this.#begun[this.#begun.length - 1] ?? Number.NEGATIVE_INFINITY;
    const full = this.#begun.length >= sentencesPerMinute[verbosity];
    if (full || now < this.#pendingUntil || now - last < pauseMs) return null;
    const eyes = this.#eyes.due(now, this.#collision.state);
    if (eyes !== null) return this.#unaskedUtterance(now, "recognised", eyes);
    return this.#eyes.view(now) === "off" ? null : this.#fact(now, verbosity);
  }

  #fact(now: number, verbosity: Verbosity): Utterance | null {
    const choice = choose(this.#subjects.inView(), now, verbosity, this.#begun.length);
    if (choice === null) return null;
    const { label, subjects } = choice;
    const words = (at: number) => {
      const inView = this.#subjects.inView();
      if (this.#eyes.view(at) === "off" || !subjects.every((subject) => inView.includes(subject)))
        return null;
      const more = inView.some((subject) => subject.label === label && subject.told);
      return this.#sentence(subjects, more, freshRange(this.#collision.status, at));
    };
    const text = words(now);
    if (text === null) return null;
    return this.#unaskedUtterance(now, "ambient", {
      text,
      stillTrue: (at) => words(at) === text,
      told: (told = true) => {
        for (const subject of subjects) subject.told = told;
      },
    });
  }

  #unaskedUtterance(
    now: number,
    priority: Priority,
    what: { text: string; stillTrue(at: number): boolean; told(told?: boolean): void },
  ): Utterance {
    this.#pendingUntil = now + unaskedTtl;
    return {
      text: what.text,
      priority,
      action: "enqueue",
      ttl: unaskedTtl,
      key: priority,
      stillTrue: (at) => what.stillTrue(at),
      onBegin: (at) => {
        this.#begun.push(at);
        what.told();
      },
      onEnd: (how: Ending) => {
        this.#pendingUntil = Number.NEGATIVE_INFINITY;
        // What a warning cut off was not heard; the wearer's own hush was.
        if (how === "interrupted" && priority === "ambient") what.told(false);
      },
    };
  }

  #sentence(subjects: Subject[], more: boolean, range: number | null): string {
    const group = groupOf(subjects, more, range);
    return group === null ? "" : this.#wording.group(group);
  }
}
