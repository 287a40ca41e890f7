import type { Box, Seeing, Sight, Track } from "../base/eyes-protocol.ts";
import type { GuardStatus } from "../base/protocol.ts";
import type { Verbosity } from "../base/settings.ts";
import type { Utterance } from "../voice/utterance.ts";
import { aroundSentences } from "./around.ts";
import { CollisionWatch } from "./collision.ts";
import { aroundManner, safetyEvents, utteranceOf } from "./events.ts";
import { answerAge, EyesWatch } from "./eyes.ts";
import { type Facts, factThings } from "./facts.ts";
import { freshRange } from "./geometry.ts";
import { compare, groupOf } from "./groups.ts";
import { type Known, knownWords } from "./known.ts";
import { newsOf } from "./news.ts";
import { type PowerState, PowerWatch } from "./power.ts";
import { type Identity, type Subject, Subjects } from "./subjects.ts";
import { ToldNames } from "./told-names.ts";
import { Unasked } from "./unasked.ts";
import { joined, type Name } from "./wording/names.ts";
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

/** What was seen longer ago is not told unasked: it must still be true when the sentence has begun. */
const freshMs = 800;

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
  readonly #power: PowerWatch;
  readonly #unasked = new Unasked();
  #soundAgain = false;

  constructor(private readonly options: AttentionOptions) {
    this.#wording = options.wording;
    this.#collision = new CollisionWatch(options.wording);
    this.#eyes = new EyesWatch(options.wording);
    this.#power = new PowerWatch(options.wording);
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
  recognised(track: number, who: Identity | null, at: number): void {
    const subject = this.#subjects.identify(track, who, at);
    // Whose name was heard is not told as a person when they turn their face away.
    if (subject !== null && who !== null && !this.#names.isNews(who, at)) subject.told = true;
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

  /** How battery and computer are, whenever they were looked at. */
  power(state: PowerState, now: number): void {
    this.#power.take(state, now);
  }

  /** The wearer pressed the button: what repeats (a blind sensor) is known now. */
  acknowledge(): void {
    this.#collision.acknowledge();
  }

  /** The first sentence after the start: "Brim on. Collision warning on. Battery 80 percent.", or what is missing. */
  greeting(now: number): Utterance {
    const { state } = this.#collision;
    this.#collision.greeted(now);
    this.#eyes.greeted();
    this.#power.greeted();
    const { greeting } = safetyEvents;
    const battery = this.#power.battery?.percent ?? null;
    return utteranceOf(greeting, greeting.say(this.#wording, state, this.#eyes.on, battery), {
      stillTrue: () => this.#collision.state.kind === state.kind,
    });
  }

  /**
   * What should be said now, most urgent first. Unasked things come only while speech is `silent`, but for one that would
   * come too late, which may cut off the end of another.
   */
  due(now: number, silent: boolean): Utterance[] {
    const utterances = this.#collision.due(now);
    const loss = this.#eyes.takeLoss();
    if (loss !== null) utterances.push(loss);
    if (this.#soundAgain) {
      const { soundAgain } = safetyEvents;
      utterances.push(utteranceOf(soundAgain, soundAgain.say(this.#wording)));
      this.#soundAgain = false;
    }
    utterances.push(...this.#power.due(now));
    if (utterances.length === 0 && !this.urgentOnly) {
      const unasked = this.#news(now, silent);
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
      ...aroundManner,
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
    const { battery } = this.#power;
    return this.#wording.status({
      collision: this.#collision.state,
      seeing: this.seeing(now),
      battery,
      ...time,
    });
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

  #news(now: number, silent: boolean): Utterance | null {
    const { verbosity } = this;
    const eyes = silent ? this.#eyes.due(now, this.#collision.state) : null;
    const trouble = this.#unasked.plain(eyes, verbosity, now);
    if (trouble !== null) return trouble;
    const view = {
      subjects: (at: number) => {
        if (this.#eyes.view(at) === "off") return [];
        return this.#inView().filter(({ lastSeen }) => at - lastSeen <= freshMs);
      },
      known: (subject: Subject) => this.#known(subject),
      range: (at: number) => freshRange(this.#collision.status, at),
    };
    const news = newsOf(view, this.#names, this.#wording, verbosity, now);
    return this.#unasked.news(news, verbosity, now, silent);
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

  #sentence(subjects: Subject[], more: boolean, range: number | null): string {
    const group = groupOf(subjects, more, range);
    return group === null ? "" : this.#wording.group(group);
  }
}
