import type { Clock } from "../base/clock.ts";
import type { Seeing, Sight } from "../base/eyes-protocol.ts";
import type { Camera, Frame, SmallPicture } from "../devices/ports.ts";
import type { Detection, Detector } from "./detect.ts";
import type { FaceDetector } from "./face-detect.ts";
import { searchFaces } from "./face-search.ts";
import { judge, type Look, lookOf, SeeingWatch } from "./seeing.ts";
import { Tracker } from "./track.ts";

export interface PipelineOptions {
  clock: Clock;
  camera: Pick<Camera, "next">;
  detector: Pick<Detector, "detect">;
  faceDetector: Pick<FaceDetector, "detect">;
  /** From this score a detection is told. */
  minScore: number;
  /** Measures how well a picture shows something; by default `lookOf`. */
  look?(small: SmallPicture): Promise<Look>;
  onSight(sight: Sight): void;
}

/** Weaker detections than are told still continue a known track, down to this share of `minScore`. */
const weakShare = 0.5;
/** Faces and the quality of the picture are looked at this often at most, in ms. */
const facesEveryMs = 400;
const lookEveryMs = 300;
/** And faces so seldom that they take no more than this share of the time. */
const facesShare = 0.2;
/** So many persons without a face are looked at more closely. */
const closerLooks = 3;

/**
 * The way from a frame to tracks: detect, look for faces now and then, follow. One frame at a time; the camera gives
 * the newest, so what came meanwhile is skipped.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #tracker: Tracker;
  readonly #watch = new SeeingWatch();
  #seeing: Seeing = "none";
  #nextFaces = Number.NEGATIVE_INFINITY;
  #nextLook = Number.NEGATIVE_INFINITY;
  #latest: Frame | null = null;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#tracker = new Tracker({ minScore: options.minScore });
  }

  /** The newest frame that was processed, for whoever asks for a picture. */
  get latest(): Frame | null {
    return this.#latest;
  }

  /**
   * Works until the signal is aborted (then it returns) or the camera fails.
   * @throws BrimError DEVICE
   */
  async run(signal: AbortSignal): Promise<void> {
    const { camera, onSight } = this.#options;
    while (!signal.aborted) {
      let frame: Frame;
      try {
        frame = await camera.next(signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      onSight(await this.process(frame));
    }
  }

  /** Sees one frame. */
  async process(frame: Frame): Promise<Sight> {
    const { clock, detector, minScore } = this.#options;
    const begin = clock.now();
    this.#latest = frame;
    const detections = await detector.detect(frame, minScore * weakShare);
    this.#tracker.update(detections, frame.at);
    await this.#lookForFaces(
      frame,
      detections.filter(({ label, score }) => label === "person" && score >= minScore),
    );
    await this.#judge(frame);
    return {
      type: "sight",
      at: frame.at,
      width: frame.width,
      height: frame.height,
      seeing: this.#seeing,
      tracks: this.#tracker.tracks(frame.at),
      central: null,
      ms: clock.now() - begin,
    };
  }

  async #lookForFaces(frame: Frame, persons: readonly Detection[]): Promise<void> {
    const { clock, faceDetector } = this.#options;
    const begin = clock.now();
    if (persons.length === 0 || begin < this.#nextFaces) return;
    const largestFirst = persons.toSorted((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
    this.#tracker.attach(await searchFaces(frame, largestFirst, faceDetector, closerLooks), frame.at);
    const end = clock.now();
    this.#nextFaces = begin + Math.max(facesEveryMs, (end - begin) / facesShare);
  }

  async #judge(frame: Frame): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#nextLook) return;
    this.#nextLook = now + lookEveryMs;
    const look = this.#options.look ?? lookOf;
    this.#seeing = this.#watch.take(judge(await look(await frame.small())));
  }
}
