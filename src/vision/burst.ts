import type { Clock, Timer } from "../base/clock.ts";
import {
  type Box,
  type BurstKind,
  type BurstVerdict,
  embeddingOf,
  type FromEyes,
  mostBurstViews,
  type Seeing,
} from "../base/eyes-protocol.ts";
import type { Frame } from "../devices/ports.ts";
import { lightOnHead } from "./backlit.ts";
import { type Facing, facing } from "./burst-kind.ts";
import { chooseViews, type SeenView } from "./choose-views.ts";
import type { Detection } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";
import type { FaceViewer } from "./face-view.ts";
import { type Flaw, mostFrequent } from "./quality.ts";
import type { ThingViewer } from "./thing-view.ts";
import type { Tracker } from "./track.ts";

export interface BurstOptions {
  id: number;
  clock: Clock;
  /** What the guard measures straight ahead, in metres, where it does. */
  metres: number | null;
  faces: FaceViewer;
  /** Null where things cannot be learned. */
  things: ThingViewer | null;
  tell(message: Extract<FromEyes, { type: "burstKind" | "burstDone" }>): void;
}

/** One frame with what was found in it. */
export interface BurstFrame {
  frame: Frame;
  detections: readonly Detection[];
  faces: readonly FaceBox[];
  seeing: Seeing;
  /** Knows the track that a box belongs to. */
  tracker: Pick<Tracker, "trackOf">;
}

interface Collected extends SeenView {
  track: number | null;
}

export const burstMs = 1_500;
/** Where frames come and no look was done by then (the networks are loaded, or others work), it waits for one so long. */
const latestMs = 3_000;
/** The kind is said once so many frames have been judged, or so long has passed; it is promised within 1 s. */
const kindFrames = 3;
const kindMs = 600;
const kindLimitMs = 850;
/** A look at a face or a thing that is worse is not learned from. */
const goodAbove = { face: 0.25, thing: 0.25 };
/** So many good looks are asked for (fewer where fewer frames came). */
const leastViews = 3;
/**
 * Looks at one person in 1.5 s are more alike than this, those at two are not: of 1,000 pairs of LFW, taken years apart,
 * 97 % of one person's are above.
 */
const alike = { face: 0.4, thing: 0.4 };

/**
 * The look at whom or what the wearer wants to be learned: 1.5 s of frames, of which only vectors are kept, and those
 * only until `burstDone` is told. Frames are looked at one by one as they come, and none is held.
 */
export class Burst {
  readonly #options: BurstOptions;
  readonly #begin: number;
  #timers: Timer[] = [];
  #votes: Facing["kind"][] = [];
  #kind: BurstKind | null = null;
  #views: Record<"face" | "thing", Collected[]> = { face: [], thing: [] };
  #flaws: Record<"face" | "thing", Flaw[]> = { face: [], thing: [] };
  #seeing: Seeing = "none";
  #busy = false;
  #over = false;
  #late = false;
  #coming = false;
  #ended = false;

  constructor(options: BurstOptions) {
    this.#options = options;
    this.#begin = options.clock.now();
  }

  start(): void {
    const { clock } = this.#options;
    this.#timers = [
      clock.after(kindLimitMs, () => {
        if (this.#votes.length > 0 || !this.#coming) this.#decide();
      }),
      clock.after(burstMs, () => {
        this.#over = true;
        if (!this.#busy && this.#looked) this.#finish();
      }),
      // A camera that hangs must not leave the wearer without a word.
      clock.after(latestMs, () => {
        this.#late = true;
        if (!this.#busy) this.#finish();
      }),
    ];
  }

  get id(): number {
    return this.#options.id;
  }

  /** It has told what it had to tell, or was thrown away. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether something can be told: what is there, and whether it can be learned. */
  get #looked(): boolean {
    const kind = this.#kind;
    if (kind !== "face" && kind !== "thing") return kind !== null;
    return this.#views[kind].length + this.#flaws[kind].length > 0;
  }

  /** Throws away all that was seen. */
  cancel(): void {
    this.#ended = true;
    for (const timer of this.#timers) timer.cancel();
    this.#views = { face: [], thing: [] };
    this.#flaws = { face: [], thing: [] };
  }

  /** A frame has come that is going to be shown to it, or one that is in the way of the next. */
  expect(): void {
    this.#coming = true;
  }

  /** Looks at one frame. Resolves when done with it; nothing of the frame is kept. */
  async take(seen: BurstFrame): Promise<void> {
    if (this.#ended || this.#late) return;
    this.#busy = true;
    try {
      await this.#look(seen);
    } finally {
      this.#busy = false;
    }
    if (this.#ended) return;
    const elapsed = this.#options.clock.now() - this.#begin;
    if (this.#votes.length >= kindFrames || elapsed >= kindMs) this.#decide();
    if (this.#late || (this.#over && this.#looked)) this.#finish();
  }

  async #look({ frame, detections, faces, seeing, tracker }: BurstFrame): Promise<void> {
    const { width, height } = frame;
    const { metres } = this.#options;
    this.#seeing = seeing;
    const ahead = facing({ width, height, detections, faces, metres, seeing });
    this.#votes.push(ahead.kind);
    if (ahead.kind === "face" && this.#wants("face")) {
      if (ahead.face === null) await this.#lookAtFaceless(frame, ahead.person);
      else await this.#lookAtFace(frame, ahead.face, tracker);
    } else if (ahead.kind === "thing" && this.#wants("thing")) {
      await this.#lookAtThing(frame, ahead.box, tracker);
    }
  }

  /**
   * Whether looks at this kind are of use. Things wait until the kind has been told: the networks for them are loaded at
   * their first use, and the first word must not wait for that.
   */
  #wants(kind: "face" | "thing"): boolean {
    return this.#kind === kind || (this.#kind === null && kind === "face");
  }

  async #lookAtFace(frame: Frame, face: FaceBox, tracker: BurstFrame["tracker"]): Promise<void> {
    const { faces } = this.#options;
    const look = await faces.look(frame, face);
    if (look.quality < goodAbove.face) {
      this.#flaws.face.push(look.weakest);
      return;
    }
    const vector = await faces.embed(frame, look);
    if (this.#ended) return;
    this.#views.face.push({ vector, quality: look.quality, track: tracker.trackOf(face.box) });
  }

  /** Somebody whose face is not found stands against the light, or looks away. */
  async #lookAtFaceless(frame: Frame, person: Box | null): Promise<void> {
    const light = person === null ? null : await lightOnHead(frame, person);
    if (!this.#ended) this.#flaws.face.push(light ?? this.#unseen("turned"));
  }

  async #lookAtThing(
    frame: Frame,
    box: FaceBox["box"] | null,
    tracker: BurstFrame["tracker"],
  ): Promise<void> {
    const { things } = this.#options;
    const look = things === null ? null : await things.look(frame, box);
    if (this.#ended) return;
    if (look === null) this.#flaws.thing.push(this.#unseen("nothing"));
    else if (look.quality < goodAbove.thing) this.#flaws.thing.push(look.weakest);
    else {
      this.#views.thing.push({
        vector: look.vector,
        quality: look.quality,
        track: tracker.trackOf(box ?? look.box),
      });
    }
  }

  /** Why nothing was found: what is wrong with the whole picture, where something is. */
  #unseen(otherwise: Flaw): Flaw {
    return this.#seeing === "good" || this.#seeing === "none" ? otherwise : this.#seeing;
  }

  #decide(): void {
    if (this.#kind !== null || this.#ended) return;
    this.#kind = mostVoted(this.#votes);
    this.#options.tell({ type: "burstKind", id: this.#options.id, kind: this.#kind });
    // There is nothing more to look for.
    if (this.#kind === "twoFaces" || this.#kind === "nothing") this.#finish();
  }

  #finish(): void {
    this.#decide();
    if (this.#ended || this.#kind === null) return;
    const { id, tell } = this.#options;
    const kind = this.#kind;
    if (kind === "face" || kind === "thing") this.#tellViews(kind);
    else {
      const verdict: BurstVerdict | null = kind === "nothing" ? this.#unseen("nothing") : null;
      tell({ type: "burstDone", id, kind, views: [], verdict, track: null });
    }
    this.cancel();
  }

  #tellViews(kind: "face" | "thing"): void {
    const { id, tell, faces, things } = this.#options;
    const model = kind === "face" ? faces.model : (things?.model ?? "");
    const good = this.#views[kind];
    const flaws = this.#flaws[kind];
    const chosen = chooseViews(good, alike[kind], leastViews, mostBurstViews);
    const asked = Math.max(1, Math.min(leastViews, good.length + flaws.length));
    if (chosen.length < asked) {
      const verdict = mostFrequent(flaws.length > 0 ? flaws : [good.length > 0 ? "blurred" : "nothing"]);
      tell({ type: "burstDone", id, kind, views: [], verdict, track: null });
      return;
    }
    const views = chosen.map(({ vector, quality }) => ({ model, embedding: embeddingOf(vector), quality }));
    tell({ type: "burstDone", id, kind, views, verdict: null, track: chosen[0]?.track ?? null });
  }
}

/** The kind that most frames showed; of equals the one that the newest of them showed. */
function mostVoted(votes: readonly BurstKind[]): BurstKind {
  const counts = new Map<BurstKind, number>();
  let best: BurstKind = "nothing";
  for (const vote of votes) {
    const count = (counts.get(vote) ?? 0) + 1;
    counts.set(vote, count);
    if (count >= (counts.get(best) ?? 0)) best = vote;
  }
  return best;
}
