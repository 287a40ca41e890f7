import type { Box, Seeing, Sight, Track } from "../base/eyes-protocol.ts";
import type { GuardStatus } from "../base/protocol.ts";
import type { Verbosity } from "../base/settings.ts";
import type { Ending, Priority, Utterance } from "../voice/utterance.ts";
import { aroundSentences } from "./around.ts";
import { choose, compare, groupOf, isUrgent, sentencesForNames, sentencesPerMinute } from "./choose.ts";
import { CollisionWatch, collisionKey } from "./collision.ts";
import { answerAge, EyesWatch } from "./eyes.ts";
import { type Facts, factThings } from "./facts.ts";
import { freshRange } from "./geometry.ts";
import { type Known, knownPeopleWords, knownWords } from "./known.ts";
import { type Identity, type Subject, Subjects } from "./subjects.ts";
import { ToldNames } from "./told-names.ts";
import { joined, type Name, type Words, withNames } from "./wording/names.ts";
import type { Kind, Wording } from "./wording/wording.ts";

export interface AttentionOptions {
  wording: Wording;
  /** Horizontal field of view of the camera in degrees. */
  fieldOfView: number;
  /** How an entry of the memory is called; null when it has been forgotten meanwhile. */
  nameOf?(id: string): { kind: Kind; name: Name } | null;
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
/** What is ahead in the way, and who was recognised, need not wait so long. */
const urgentPauseMs = 1_000;
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
  readonly #names = new ToldNames();
  /** How much is said unasked. */
  verbosity: Verbosity = "normal";
  /** Width of the large frame, to which boxes belong. */
  #width = 0;
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
    this.#width = sight.width;
    for (const { identity } of this.#subjects.inView()) {
      if (identity !== null) this.#names.seen(identity.id, sight.at);
    }
  }

  /** Whom or what a track shows, on each look at it, after its `sight`; null: nobody who is known. */
  recognised(track: number, who: Identity | null, _at: number): void {
    this.#subjects.identify(track, who);
  }

  /** What was recognised at the centre of the picture, on each look at it; it may have no track. */
  recognisedCentral(box: Box, who: Identity | null, at: number): void {
    this.#subjects.identifyCentral(box, who, {
      at,
      width: this.#width,
      fieldOfView: this.options.fieldOfView,
    });
  }

  /** The wearer has just heard of an entry otherwise, by learning it. */
  told(id: string, now: number): void {
    const entry = this.options.nameOf?.(id) ?? null;
    if (entry !== null) this.#names.tell({ id, sure: true }, entry.kind, now);
    for (const subject of this.#subjects.inView()) if (subject.identity?.id === id) subject.told = true;
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
    const inView = view === "off" ? [] : this.#inView();
    const known = inView.flatMap((subject) => this.#known(subject) ?? []);
    const { state, status } = this.#collision;
    const range = freshRange(status, now);
    const sentences = aroundSentences({ inView, known, view, range, collision: state }, this.#wording);
    return {
      ...joined(sentences),
      priority: "answer",
      action: "interrupt",
      ttl: answerTtl,
      key: "around",
      onBegin: (at) => {
        for (const subject of inView) subject.told = true;
        for (const { id, sure, kind } of known) this.#names.tell({ id, sure }, kind, at);
      },
    };
  }

  /** What lies ahead as facts, for descriptions. */
  facts(now: number): Facts {
    const seeing = this.seeing(now);
    const { status } = this.#collision;
    const range = freshRange(status, now);
    const inView = seeing === "off" ? [] : this.#inView();
    const known = inView.flatMap((subject) => this.#known(subject) ?? []);
    return { seeing, level: status?.level ?? "off", range, things: factThings(inView, known, range) };
  }

  /** How the hat is, in sentences. */
  status(now: number, time: { hours: number; minutes: number }): string {
    return this.#wording.status({ collision: this.#collision.state, seeing: this.seeing(now), ...time });
  }

  /** How well the eyes see now; `off` without a fresh frame. */
  seeing(now: number): Seeing | "off" {
    return this.#eyes.view(now, answerAge);
  }

  /** Whether the guard beeps when it has to. */
  get beeps(): "on" | "paused" | "off" {
    const { kind } = this.#collision.state;
    return kind === "on" || kind === "paused" ? kind : "off";
  }

  /** The guard's newest status, or null while it is lost. */
  get guardStatus(): GuardStatus | null {
    return this.#collision.status;
  }

  /** What is in view, people first and near before far. */
  seen(now: number): SeenThing[] {
    if (this.#eyes.view(now, answerAge) === "off") return [];
    const range = freshRange(this.#collision.status, now);
    return this.#inView()
      .sort(compare)
      .map((subject) => {
        const known = this.#known(subject);
        return {
          id: subject.track,
          label: subject.label ?? known?.kind ?? "",
          text: known
            ? knownWords(known, range, this.#wording).text
            : this.#sentence([subject], false, range),
          box: subject.box,
        };
      });
  }

  /** At warning or above only safety and answers are said (`SpeechQueue.setUrgentOnly`). */
  get urgentOnly(): boolean {
    const level = this.#collision.status?.level;
    return level === "warning" || level === "danger";
  }

  #unasked(now: number): Utterance | null {
    this.#begun = this.#begun.filter((at) => now - at < minute);
    const last = this.#begun[this.#begun.length - 1] ?? Number.NEGATIVE_INFINITY;
    const full = this.#begun.length >= sentencesPerMinute[this.verbosity];
    if (full || now < this.#pendingUntil || now - last < urgentPauseMs) return null;
    const paused = now - last < pauseMs;
    const eyes = paused ? null : this.#eyes.due(now, this.#collision.state);
    if (eyes !== null) {
      const words = withNames([], () => eyes.text);
      return this.#unaskedUtterance(now, "recognised", { ...eyes, words });
    }
    if (this.#eyes.view(now) === "off") return null;
    return this.#name(now) ?? this.#fact(now, paused);
  }

  /** Those in view, but not what has no name any more. */
  #inView(): Subject[] {
    return this.#subjects
      .inView()
      .filter((subject) => subject.label !== null || this.#known(subject) !== null);
  }

  #known(subject: Subject): Known | null {
    const { identity } = subject;
    if (identity === null) return null;
    const entry = this.options.nameOf?.(identity.id) ?? null;
    return entry === null ? null : { subject, ...identity, ...entry };
  }

  /** The news of who or what was recognised: alone, or among the others who have come with them. */
  #name(now: number): Utterance | null {
    const news = (at: number): Known[] =>
      this.#inView()
        .sort(compare)
        .flatMap((subject) => this.#known(subject) ?? [])
        .filter(({ id, sure }) => this.#names.isNews({ id, sure }, at));
    const [first] = news(now);
    if (first === undefined) return null;
    const words = (at: number): { words: Words; known: Known[]; others: Subject[] } | null => {
      const known = news(at);
      const one = known.find(({ id }) => id === first.id);
      if (one === undefined || this.#eyes.view(at) === "off") return null;
      const range = freshRange(this.#collision.status, at);
      const people = this.#inView().filter(({ label, told }) => label === "person" && !told);
      const acquainted = known.filter(({ kind, subject }) => kind === "person" && people.includes(subject));
      if (people.length < 2 || !acquainted.includes(one)) {
        return { words: knownWords(one, range, this.#wording), known: [one], others: [one.subject] };
      }
      const text = knownPeopleWords(people.length, acquainted, this.#wording);
      return { words: text, known: acquainted, others: people };
    };
    const found = words(now);
    if (found === null) return null;
    return this.#unaskedUtterance(now, "recognised", {
      words: found.words,
      stillTrue: (at) => words(at)?.words.text === found.words.text,
      told: (told, at) => {
        for (const subject of found.others) subject.told = told;
        for (const { id, sure, kind } of found.known) {
          if (told) this.#names.tell({ id, sure }, kind, at);
          else this.#names.untell(id);
        }
      },
    });
  }

  #fact(now: number, paused: boolean): Utterance | null {
    const inView = this.#inView().filter((subject) => this.#known(subject) === null);
    const most = sentencesPerMinute[this.verbosity] - sentencesForNames[this.verbosity];
    const choice = choose(inView, now, this.verbosity, this.#begun.length, most);
    if (choice === null || (paused && !choice.subjects.some(isUrgent))) return null;
    const { label, subjects } = choice;
    const words = (at: number) => {
      const inView = this.#inView();
      const same = subjects.every((subject) => inView.includes(subject) && this.#known(subject) === null);
      if (this.#eyes.view(at) === "off" || !same) return null;
      const more = inView.some((subject) => subject.label === label && subject.told);
      return this.#sentence(subjects, more, freshRange(this.#collision.status, at));
    };
    const text = words(now);
    if (text === null) return null;
    return this.#unaskedUtterance(now, "ambient", {
      words: withNames([], () => text),
      stillTrue: (at) => words(at) === text,
      told: (told) => {
        for (const subject of subjects) subject.told = told;
      },
    });
  }

  #unaskedUtterance(
    now: number,
    priority: Priority,
    what: { words: Words; stillTrue(at: number): boolean; told(told: boolean, at: number): void },
  ): Utterance {
    this.#pendingUntil = now + unaskedTtl;
    let begunAt = now;
    return {
      ...what.words,
      priority,
      action: "enqueue",
      ttl: unaskedTtl,
      key: priority,
      stillTrue: (at) => what.stillTrue(at),
      onBegin: (at) => {
        begunAt = at;
        this.#begun.push(at);
        what.told(true, at);
      },
      onEnd: (how: Ending) => {
        this.#pendingUntil = Number.NEGATIVE_INFINITY;
        // What a warning cut off was not heard; the wearer's own hush was.
        if (how === "interrupted") what.told(false, begunAt);
      },
    };
  }

  #sentence(subjects: Subject[], more: boolean, range: number | null): string {
    const group = groupOf(subjects, more, range);
    return group === null ? "" : this.#wording.group(group);
  }
}
