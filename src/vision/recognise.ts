import type { Clock } from "../base/clock.ts";
import {
  type Box,
  embeddingOf,
  type Seeing,
  type Sight,
  type Track,
  type View,
} from "../base/eyes-protocol.ts";
import type { Frame } from "../devices/ports.ts";
import type { Detection } from "./detect.ts";
import type { FaceBox } from "./face-detect.ts";
import { FaceSchedule } from "./face-schedule.ts";
import type { FaceViewer } from "./face-view.ts";
import { heldThing, isCentral } from "./held.ts";
import { type ThingKey, ThingSchedule } from "./thing-schedule.ts";
import type { ThingViewer } from "./thing-view.ts";
import type { FaceOfTrack, Tracker } from "./track.ts";

/** One frame and all that was found in it. */
export interface Scene {
  frame: Frame;
  detections: readonly Detection[];
  /** The faces of this frame, or null where none were looked for. */
  faces: readonly FaceBox[] | null;
  seeing: Seeing;
  tracker: Tracker;
}

export interface RecogniserOptions {
  clock: Clock;
  faces: FaceViewer;
  /** Null where things cannot be recognised. */
  things: ThingViewer | null;
}

/** So many faces are turned into vectors in one frame. */
const facesAFrame = 2;
/** Recognising takes no more than this share of the time, so that detection keeps its rate. */
const share = 0.25;
/** Poorer looks are not turned into vectors: the face is tiny, smeared, turned away. */
const worthAbove = { face: 0.12, thing: 0.15 };

/**
 * Turns faces and things that are followed into vectors, for the mind to say whose and what they are. It works after a
 * frame has been told of, as much as there is time for; what it found goes out with the next.
 */
export class Recogniser {
  readonly #options: RecogniserOptions;
  readonly #faceSchedule = new FaceSchedule();
  readonly #thingSchedule = new ThingSchedule();
  readonly #faceViews = new Map<number, View>();
  readonly #thingViews = new Map<number, View>();
  #central: Sight["central"] = null;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(options: RecogniserOptions) {
    this.#options = options;
  }

  /** The mind has recognised whom or what a track shows. */
  known(track: number, sure: boolean): void {
    this.#faceSchedule.known(track, sure, this.#options.clock.now());
    if (sure) this.#thingSchedule.known(track);
  }

  /** While on, somebody looks for a thing. */
  attend(things: boolean): void {
    this.#thingSchedule.attended = things;
  }

  /** Whether a face of these tracks waits to be looked at. */
  wantsFaces(tracks: readonly Track[]): boolean {
    const now = this.#options.clock.now();
    const persons = tracks.filter(({ label, face }) => label === "person" && face !== null);
    return (
      now >= this.#nextAt &&
      this.#faceSchedule.wanted(
        persons.map(({ id }) => id),
        now,
      )
    );
  }

  /** The tracks with what was found since the last frame, each view once. */
  tell(tracks: readonly Track[]): Pick<Sight, "tracks" | "central"> {
    const told = tracks.map((track): Track => {
      const view = this.#faceViews.get(track.id) ?? null;
      return {
        ...track,
        face: track.face && { ...track.face, view },
        thing: this.#thingViews.get(track.id) ?? null,
      };
    });
    const central = this.#central;
    this.#faceViews.clear();
    this.#thingViews.clear();
    this.#central = null;
    this.#faceSchedule.keep(tracks.map(({ id }) => id));
    return { tracks: told, central };
  }

  /**
   * Looks at what is due in a frame.
   * @throws BrimError MODEL
   */
  async work(scene: Scene): Promise<void> {
    const { clock } = this.#options;
    const begin = clock.now();
    if (begin < this.#nextAt) return;
    try {
      await this.#lookAtFaces(scene);
      await this.#lookAtThing(scene);
    } finally {
      this.#nextAt = begin + (clock.now() - begin) / share;
    }
  }

  async #lookAtFaces({ frame, tracker }: Scene): Promise<void> {
    const due = this.#faceSchedule.due(
      tracker.facesAt(frame.at).map((found) => ({ ...found, height: found.face.box[3] })),
      frame.at,
    );
    for (const found of due.slice(0, facesAFrame)) await this.#lookAtFace(frame, found, tracker);
  }

  async #lookAtFace(frame: Frame, { track, face }: FaceOfTrack, tracker: Tracker): Promise<void> {
    const { faces } = this.#options;
    const look = await faces.look(frame, face);
    if (look.quality < worthAbove.face) {
      this.#faceSchedule.poor(track, frame.at);
      return;
    }
    const vector = await faces.embed(frame, look);
    const view: View = { model: faces.model, embedding: embeddingOf(vector), quality: look.quality };
    switch (this.#faceSchedule.seen(track, vector, frame.at)) {
      case "same":
        this.#faceViews.set(track, view);
        return;
      case "doubtful":
        return;
      case "other": {
        const other = tracker.renew(track, frame.at);
        if (other === null) return;
        this.#faceSchedule.seen(other, vector, frame.at);
        this.#faceViews.set(other, view);
      }
    }
  }

  async #lookAtThing(scene: Scene): Promise<void> {
    const { things } = this.#options;
    if (things === null || scene.seeing === "dark" || scene.seeing === "covered") return;
    const { frame } = scene;
    const ahead = this.#thingAhead(scene);
    if (ahead === null || !this.#thingSchedule.due(ahead.key, frame.at)) return;
    const look = await things.look(frame, ahead.box);
    this.#thingSchedule.looked(ahead.key, frame.at);
    if (look === null || look.quality < worthAbove.thing) return;
    const view: View = {
      model: things.model,
      embedding: embeddingOf(look.vector),
      quality: look.quality,
    };
    this.#central = { box: look.box, view };
    if (ahead.key !== "centre") this.#thingViews.set(ahead.key, view);
  }

  /** The thing that is held or at the centre, or, while somebody looks for one, whatever is there. */
  #thingAhead({ frame, detections, faces, tracker }: Scene): { key: ThingKey; box: Box | null } | null {
    const { width, height } = frame;
    const held = heldThing({ width, height, detections, faces: faces ?? [], metres: null }, null);
    const central =
      held !== null && held !== "unseen"
        ? held
        : detections.find(({ label, box }) => label !== "person" && isCentral(box, frame))?.box;
    if (central !== undefined && held !== "unseen") {
      const track = tracker.trackOf(central);
      return { key: track ?? "centre", box: central };
    }
    return held === "unseen" || this.#thingSchedule.attended ? { key: "centre", box: null } : null;
  }
}
