import { type Name, withNames } from "../attention/wording/names.ts";
import type { Timer } from "../base/clock.ts";
import { systemCode } from "../base/errors.ts";
import type { BurstKind, BurstVerdict } from "../base/eyes-protocol.ts";
import type { Log } from "../base/log.ts";
import type { Gesture } from "../base/protocol.ts";
import { type Entry, isUnnamed, type Kind, type View } from "../memory/types.ts";
import type { Ending, Utterance } from "../voice/utterance.ts";
import { Naming, type NamingOptions } from "./naming.ts";
import type { Burst, EnrolEyes, EnrolMemory, Learned } from "./ports.ts";
import { Presses } from "./presses.ts";

export interface EnrolmentOptions extends NamingOptions {
  log: Log;
  eyes: EnrolEyes;
  memory: EnrolMemory;
  onLearned(learned: Learned): void;
}

/** A burst takes 1.5 s, or 3 s where the eyes are slow; eyes that have not answered by then are lost. */
const burstLimitMs = 4_000;
/** A click undoes from so long until so long after the last word of "Click to undo". */
const undoFromMs = 700;
const undoUntilMs = 5_000;
/** Behind safety sentences an answer may have to wait. */
const ttl = 15_000;

type Seen = "face" | "thing";

interface Looking {
  name: "looking";
  burst: number;
  /** The gesture was decided to be a click; before that another press throws the burst away. */
  decided: boolean;
  kind: BurstKind | null;
  /** The kind that was said. */
  told: Seen | null;
  done: Burst | "lost" | null;
}

/** Whom or what a name is asked for. */
interface Subject {
  kind: Kind;
  views: View[];
  track: number | null;
  /** Known already, but without a name. */
  known: Entry | null;
}

/** What was kept, and how it is taken back; null where there is nothing to take back. */
interface Kept {
  entry: Entry;
  how: Exclude<Learned["how"], "undone">;
  added: number;
  track: number | null;
  undo: (() => void) | null;
}

type Step =
  | { name: "idle" }
  | Looking
  | { name: "naming"; naming: Naming }
  /** What was kept is being said. */
  | { name: "telling" }
  | { name: "undoable"; kept: Kept; from: number; until: number };

/**
 * Learning by one click: burst → kind → views → tone → spoken name → saved → undo; see DESIGN section 4. It holds the
 * order of things and nothing else: what is seen, kept, heard and said goes through its ports.
 *
 * The mind tells it of every press, release and gesture, and of what the eyes say of a burst. Every step ends by
 * itself. "Saved" is said only after the memory has returned.
 */
export class Enrolment {
  readonly #options: EnrolmentOptions;
  readonly #presses = new Presses();
  #step: Step = { name: "idle" };
  #timer: Timer | null = null;
  #bursts = 0;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
  }

  /** From the click until nothing can be undone any more; nobody who was not asked should speak meanwhile. */
  get busy(): boolean {
    return this.#step.name !== "idle";
  }

  /**
   * The button went down.
   * @param at when, by the guard
   * @param hushes speech is going on or ended within the last 0.7 s, so that a single press only hushes
   */
  press(at: number, hushes: boolean): void {
    const step = this.#step;
    const early = step.name === "undoable" && at < step.from;
    this.#presses.press(hushes || early);
    if (step.name === "looking" && !step.decided) this.#abandon();
    if (hushes || early) return;
    if (step.name === "naming" && step.naming.end()) this.#presses.use();
    if (step.name === "undoable" && at <= step.until) this.#presses.use(() => this.#undo(step.kept));
  }

  /** The button went up. The first release of a gesture begins a burst, which only a click will use. */
  release(): void {
    if (this.#presses.release() && this.#mayLearn()) this.#look();
  }

  /** The guard has decided what the fingers did. */
  gesture(gesture: Gesture): void {
    const { click, use } = this.#presses.decide(gesture);
    const { name } = this.#step;
    if (use !== null) use();
    else if (click && this.#mayLearn()) {
      const looking = this.#step.name === "looking" ? this.#step : this.#look();
      looking.decided = true;
      this.#advance(looking);
    } else if (gesture !== "click" && name !== "telling" && name !== "undoable") this.#abandon();
  }

  /** The guard was lost, and with it what the fingers do. */
  guardLost(): void {
    this.#presses.reset();
    if (this.#step.name === "looking" && !this.#step.decided) this.#abandon();
  }

  burstKind(id: number, kind: BurstKind): void {
    const step = this.#step;
    if (step.name !== "looking" || step.burst !== id || step.kind !== null) return;
    step.kind = kind;
    this.#advance(step);
  }

  burstDone(id: number, done: Burst): void {
    const step = this.#step;
    if (step.name !== "looking" || step.burst !== id || step.done !== null) return;
    step.done = done;
    this.#advance(step);
  }

  /** The eyes ended. What they had seen before is as good as it was. */
  eyesLost(): void {
    const step = this.#step;
    if (step.name !== "looking" || step.done !== null) return;
    step.done = "lost";
    this.#advance(step);
  }

  /** Something beeped or spoke, which a recording must not hold. */
  disturbed(): void {
    if (this.#step.name === "naming") this.#step.naming.disturbed();
  }

  stop(): void {
    this.#abandon();
  }

  #mayLearn(): boolean {
    const { name } = this.#step;
    return name === "idle" || name === "looking" || name === "undoable";
  }

  #go(step: Step, limitMs?: number, onLimit?: () => void): void {
    this.#timer?.cancel();
    this.#step = step;
    this.#timer =
      limitMs === undefined ? null : this.#options.clock.after(limitMs, onLimit ?? (() => this.#abandon()));
  }

  /** Ends whatever goes on; nothing is kept of it. */
  #abandon(): void {
    const step = this.#step;
    if (step.name === "looking") this.#options.eyes.cancel(step.burst);
    if (step.name === "naming") step.naming.cancel();
    this.#go({ name: "idle" });
  }

  // Looking.

  #look(): Looking {
    const { eyes } = this.#options;
    const burst = ++this.#bursts;
    const step: Looking = { name: "looking", burst, decided: false, kind: null, told: null, done: null };
    this.#go(step, burstLimitMs, () => {
      step.done = "lost";
      // A click that was never decided is none.
      if (step.decided) this.#advance(step);
      else this.#abandon();
    });
    if (eyes.on) eyes.burst(burst);
    else step.done = "lost";
    return step;
  }

  /** Says and does what the burst has shown so far. */
  #advance(step: Looking): void {
    if (!step.decided) return;
    const { wording } = this.#options;
    const { kind, done } = step;
    if (kind === "twoFaces" || (done !== null && done !== "lost" && done.kind === "twoFaces")) {
      this.#abandon();
      this.#tell(wording.enrol.twoFaces);
    } else if (done === "lost") this.#notLearned("off", step.told ?? "thing");
    else if (done !== null) this.#looked(step, done);
    else if ((kind === "face" || kind === "thing") && step.told === null) {
      step.told = kind;
      this.#tell(wording.enrol.kind[kind]);
    }
  }

  #looked(step: Looking, done: Burst): void {
    const { wording, memory, recorder } = this.#options;
    const seen: Seen = done.kind === "face" ? "face" : "thing";
    if (done.verdict !== null || done.views.length === 0 || done.kind === "nothing") {
      this.#notLearned(done.verdict ?? "nothing", seen);
      return;
    }
    const kind: Kind = seen === "face" ? "person" : "thing";
    const known = this.#attempt(() => memory.recognise(kind, done.views));
    if (known instanceof Error) {
      this.#notSaved(known);
      return;
    }
    const subject: Subject = { kind, views: done.views, track: done.track, known };
    if (known !== null && (!isUnnamed(known) || !recorder.available)) {
      this.#addViews(known, subject);
      return;
    }
    // The first word is the kind, also where the eyes were slow or changed their mind.
    const first = step.told === seen ? "" : `${firstSentence(wording.enrol.kind[seen])} `;
    if (!recorder.available) {
      this.#remember(subject, null, `${first}${wording.enrol.views(done.views.length, false)} `);
      return;
    }
    const naming = new Naming(this.#options, (clip) => this.#named(subject, clip));
    this.#go({ name: "naming", naming });
    const unnamed = known && wording.enrol.unnamed(wording.name(known));
    naming.ask(first + (unnamed ?? wording.enrol.views(done.views.length, true)));
  }

  #notLearned(verdict: BurstVerdict | "off", kind: Seen): void {
    this.#go({ name: "idle" });
    this.#tell(this.#options.wording.enrol.notLearned(verdict, kind));
  }

  // Keeping.

  #named(subject: Subject, clip: Buffer | null): void {
    const { known } = subject;
    if (known === null) this.#remember(subject, clip);
    else if (clip === null) this.#addViews(known, subject);
    else this.#name(known, clip, subject);
  }

  /** @param before what is said first */
  #remember({ kind, views, track }: Subject, clip: Buffer | null, before = ""): void {
    const { memory, wording } = this.#options;
    const change = this.#attempt(() => memory.remember({ kind, views, clip }));
    if (change instanceof Error) {
      this.#notSaved(change);
      return;
    }
    const { entry, added } = change;
    const undo = () => memory.undo(change);
    this.#kept({ entry, how: "new", added, track, undo }, clip, (name) => before + wording.enrol.saved(name));
  }

  #addViews(known: Entry, { views, track }: Subject): void {
    const { memory, wording } = this.#options;
    const change = this.#attempt(() => memory.addViews(known.id, views));
    if (change instanceof Error) {
      this.#notSaved(change);
      return;
    }
    const { entry, added } = change;
    const undo = added > 0 ? () => memory.undo(change) : null;
    const clip = entry.name === null ? this.#attempt(() => memory.clipOf(entry.id)) : null;
    this.#kept({ entry, how: "views", added, track, undo }, clip instanceof Error ? null : clip, (name) =>
      wording.enrol.known(name, added),
    );
  }

  #name(known: Entry, clip: Buffer, { track }: Subject): void {
    const { memory, wording } = this.#options;
    const entry = this.#attempt(() => memory.setClip(known.id, clip));
    if (entry instanceof Error) {
      this.#notSaved(entry);
      return;
    }
    const undo = () => void memory.setClip(known.id, null);
    this.#kept({ entry, how: "named", added: 0, track, undo }, clip, (name) => wording.enrol.saved(name));
  }

  /** Says what was kept; its last word opens the time in which a click takes it back. */
  #kept(kept: Kept, clip: Buffer | null, compose: (name: string) => string): void {
    const step: Step = { name: "telling" };
    this.#go(step);
    this.#options.onLearned(learnedOf(kept));
    const name: Name = { text: this.#options.wording.name(kept.entry), clip };
    this.#say(
      withNames([name], ([text = ""]) => compose(text)),
      (how) => {
        if (this.#step !== step) return;
        const heard = how !== "dropped" && how !== "stale";
        if (!heard || kept.undo === null) {
          this.#go({ name: "idle" });
          return;
        }
        const now = this.#options.clock.now();
        this.#go({ name: "undoable", kept, from: now + undoFromMs, until: now + undoUntilMs }, undoUntilMs);
      },
    );
  }

  #undo(kept: Kept): void {
    const { wording } = this.#options;
    this.#go({ name: "idle" });
    const undone = this.#attempt(() => kept.undo?.());
    if (undone instanceof Error) {
      this.#tell(wording.enrol.notUndone);
      return;
    }
    this.#options.onLearned({ ...learnedOf(kept), how: "undone" });
    this.#tell(kept.how === "views" ? wording.enrol.viewsUndone : wording.enrol.undone);
  }

  #notSaved(error: Error): void {
    this.#go({ name: "idle" });
    this.#tell(this.#options.wording.enrol.notSaved(isFull(error)));
  }

  /** What a port returns or throws: a memory that fails must not end the mind. The log gets no name. */
  #attempt<T>(act: () => T): T | Error {
    try {
      return act();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#options.log.error(`what was learned cannot be kept: ${codeOf(error)}`);
      return error;
    }
  }

  // Saying.

  #tell(text: string): void {
    this.#say({ text }, () => {});
  }

  #say(what: Pick<Utterance, "text" | "parts">, onEnd: (how: Ending) => void): void {
    this.#options.speech.say({ ...what, priority: "answer", action: "enqueue", ttl, onEnd });
  }
}

function learnedOf({ entry, how, added, track }: Kept): Learned {
  return { kind: entry.kind, id: entry.id, how, views: added, named: !isUnnamed(entry), track };
}

/** "Face. Hold still." → "Face." */
function firstSentence(text: string): string {
  return text.slice(0, text.indexOf(".") + 1);
}

function codeOf(error: Error): string {
  return systemCode(error.cause) ?? systemCode(error) ?? error.name;
}

/** No room on the disk, by SQLite's or the system's word. */
function isFull(error: Error): boolean {
  return ["SQLITE_FULL", "ENOSPC"].includes(codeOf(error));
}
