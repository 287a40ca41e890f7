import { english } from "../../src/attention/wording/en.ts";
import type { BurstKind } from "../../src/base/eyes-protocol.ts";
import { noLog } from "../../src/base/log.ts";
import { Enrolment } from "../../src/enrol/enrolment.ts";
import type { Burst, EnrolMemory, Learned, Take } from "../../src/enrol/ports.ts";
import type { Change, Entry, View } from "../../src/memory/types.ts";
import { SpeakingHat } from "../speaking-hat.ts";

export const view: View = { model: "face-embed@test", embedding: Float32Array.of(1), quality: 0.9 };
export const clip = Buffer.from("a spoken name");
export const face: Burst = { kind: "face", views: [view, view, view, view], verdict: null, track: 7 };

/** A memory that may refuse to write, and counts what it holds. */
export class FakeMemory implements EnrolMemory {
  readonly entries = new Map<string, Entry & { clip: Buffer | null; kept: number }>();
  refuses: Error | null = null;
  /** Who is recognised. */
  known: string | null = null;
  writes = 0;
  #next = 1;

  recognise(): Entry | null {
    return this.entries.get(this.known ?? "") ?? null;
  }

  remember({ kind, views, clip: spoken = null }: Parameters<EnrolMemory["remember"]>[0]): Change {
    this.#write();
    const number = this.#next++;
    const id = String(number);
    const clipped = spoken === null ? null : Buffer.from(spoken);
    const base = { id, kind, name: null, number, views: {}, createdAt: 0, seenAt: null };
    this.entries.set(id, { ...base, hasClip: clipped !== null, clip: clipped, kept: views.length });
    return this.#change(id, true, views.length);
  }

  addViews(id: string, views: readonly View[]): Change {
    this.#write();
    const entry = this.#entry(id);
    this.entries.set(id, { ...entry, kept: entry.kept + views.length });
    return this.#change(id, false, views.length);
  }

  setClip(id: string, spoken: Buffer | null): Entry {
    this.#write();
    this.entries.set(id, { ...this.#entry(id), clip: spoken, hasClip: spoken !== null });
    return this.#entry(id);
  }

  undo({ entry, created, added }: Change): void {
    this.#write();
    if (created) this.entries.delete(entry.id);
    else this.entries.set(entry.id, { ...this.#entry(entry.id), kept: this.#entry(entry.id).kept - added });
  }

  clipOf(id: string): Buffer | null {
    return this.#entry(id).clip;
  }

  #entry(id: string) {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new Error("there is no such entry");
    return entry;
  }

  #change(id: string, created: boolean, added: number): Change {
    return { entry: this.#entry(id), created, added, undo: { remove: [], restore: [] } };
  }

  #write(): void {
    if (this.refuses !== null) throw this.refuses;
    this.writes++;
  }
}

export { sentenceMs } from "../speaking-hat.ts";

/** The wearer, the button and all that learning touches, in virtual time. */
export class Hat extends SpeakingHat {
  readonly memory = new FakeMemory();
  readonly learned: Learned[] = [];
  readonly eyes = { on: true, bursts: [] as number[], cancelled: [] as number[] };
  readonly takes: { begun: boolean; ended: boolean; cancelled: boolean; give(heard: Buffer | null): void }[] =
    [];
  readonly enrolment: Enrolment;
  microphone = true;

  constructor() {
    super();
    const hat = this;
    this.enrolment = new Enrolment({
      clock: this.clock,
      log: noLog,
      wording: english,
      speech: this.speech,
      memory: this.memory,
      tone: Buffer.from("tone"),
      onLearned: (learned) => this.learned.push(learned),
      eyes: {
        get on() {
          return hat.eyes.on;
        },
        burst: (id) => this.eyes.bursts.push(id),
        cancel: (id) => this.eyes.cancelled.push(id),
      },
      recorder: {
        get available() {
          return hat.microphone;
        },
        open: () => this.#open(),
      },
    });
    this.gestures.onGesture = (gesture) => this.enrolment.gesture(gesture);
  }

  press(): void {
    const { clock, speech } = this;
    const hushes = speech.spokeWithin(700);
    this.gestures.press(clock.now());
    speech.hush();
    this.enrolment.press(clock.now(), hushes);
  }

  release(): void {
    this.gestures.release(this.clock.now());
    this.enrolment.release();
  }

  async click(): Promise<void> {
    this.press();
    await this.pass(80);
    this.release();
    await this.pass(400);
  }

  /** The eyes answer the newest burst: its kind, its end, or both at once. */
  see(kind: BurstKind | null, burst: Burst | null): void {
    const id = this.eyes.bursts.at(-1) ?? 0;
    if (kind !== null) this.enrolment.burstKind(id, kind);
    if (burst !== null) this.enrolment.burstDone(id, burst);
  }

  /** From a click to the open microphone. */
  async untilName(): Promise<void> {
    const before = this.takes.length;
    await this.click();
    this.see("face", null);
    await this.pass(1_100);
    this.see(null, face);
    for (let i = 0; i < 100 && this.takes[before]?.begun !== true; i++) await this.pass(100);
  }

  /** From a click to the last word of "Click to undo". */
  async learn(): Promise<void> {
    await this.untilName();
    this.takes.at(-1)?.give(clip);
    await this.pass(10);
    for (let i = 0; i < 1_000 && !this.speech.silent; i++) await this.pass(10);
  }

  #open(): Take {
    let give: (heard: Buffer | null) => void = () => {};
    const heard = new Promise<Buffer | null>((resolve) => {
      give = resolve;
    });
    const take = { begun: false, ended: false, cancelled: false, give };
    this.takes.push(take);
    return {
      begin: () => {
        take.begun = true;
      },
      end: () => {
        take.ended = true;
        give(clip);
      },
      cancel: () => {
        take.cancelled = true;
        give(null);
      },
      heard,
    };
  }
}
