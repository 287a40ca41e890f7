import { Attention, type AttentionOptions } from "../../src/attention/attention.ts";
import { english } from "../../src/attention/wording/en.ts";
import type { Seeing, Sight, Track } from "../../src/base/eyes-protocol.ts";
import type { GuardStatus } from "../../src/base/protocol.ts";
import type { Ending, Utterance } from "../../src/voice/utterance.ts";

export const width = 1000;
export const height = 750;
export const fieldOfView = 66;
/** Focal length in pixels of such a camera. */
const focal = width / 2 / Math.tan((33 * Math.PI) / 180);

/** A track whose size tells `metres`, at `degrees` from straight ahead. */
export function track(id: number, label: string, metres: number, degrees = 0, tall = 1.65): Track {
  const h = Math.min(height - 40, (tall * focal) / metres);
  const w = h * 0.3;
  const x = width / 2 + Math.tan((degrees * Math.PI) / 180) * focal;
  return { id, label, score: 0.9, box: [x - w / 2, 20, w, h], since: 0, frames: 5, face: null, thing: null };
}

export function sight(at: number, tracks: Track[], seeing: Seeing = "good"): Sight {
  return { type: "sight", at, width, height, seeing, tracks, central: null, ms: 60 };
}

export function status(at: number, changes: Partial<GuardStatus> = {}): GuardStatus {
  return {
    type: "status",
    at,
    level: "quiet",
    beepsPerSecond: 0,
    metres: null,
    ttc: null,
    reach: null,
    pausedFor: null,
    sensors: [{ name: "front", state: "good", reason: null }],
    ...changes,
  };
}

export interface Heard {
  at: number;
  text: string;
  priority: Utterance["priority"];
  /** What was in view at that moment. */
  seen: string[];
}

/** An ear that takes two seconds a sentence and walks through time in steps of 200 ms. */
export class Ear {
  now = 0;
  readonly heard: Heard[] = [];
  readonly utterances: Utterance[] = [];
  #until = Number.NEGATIVE_INFINITY;
  #ending: Utterance | null = null;
  readonly attention: Attention;

  constructor(options: Partial<AttentionOptions> = {}) {
    this.attention = new Attention({ wording: english, fieldOfView, ...options });
  }

  /** Lets `ms` go by while the eyes see what `look` gives, and the guard tells what `warn` gives. */
  pass(
    ms: number,
    look: ((at: number) => Sight | null) | null,
    warn: ((at: number) => GuardStatus | null) | null = (at) => status(at),
  ): string[] {
    const before = this.heard.length;
    for (const end = this.now + ms; this.now < end; this.now += 200) {
      const seen = look?.(this.now);
      if (seen) this.attention.sight(seen);
      const told = warn?.(this.now);
      if (told) this.attention.guard(told);
      this.#listen();
    }
    return this.heard.slice(before).map(({ text }) => text);
  }

  #listen(): void {
    const silent = this.now >= this.#until;
    if (silent) this.#end("finished");
    for (const utterance of this.attention.due(this.now, silent)) this.take(utterance);
  }

  take(utterance: Utterance): void {
    if (!(utterance.stillTrue?.(this.now) ?? true)) {
      utterance.onEnd?.("stale");
      return;
    }
    this.#end("interrupted");
    utterance.onBegin?.(this.now);
    this.utterances.push(utterance);
    const seen = this.attention.seen(this.now).map(({ text }) => text);
    this.heard.push({ at: this.now, text: utterance.text, priority: utterance.priority, seen });
    this.#ending = utterance;
    this.#until = this.now + 2_000;
  }

  /** Something more urgent cuts off what is being said. */
  interrupt(): void {
    this.#end("interrupted");
    this.#until = this.now;
  }

  #end(how: Ending): void {
    const ending = this.#ending;
    this.#ending = null;
    ending?.onEnd?.(how);
  }
}
