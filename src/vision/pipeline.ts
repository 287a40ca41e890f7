import type { Clock } from "../base/clock.ts";
import type { Seeing, Sight, Track } from "../base/eyes-protocol.ts";
import type { Camera, Frame, SmallPicture } from "../devices/ports.ts";
import type { Burst } from "./burst.ts";
import type { Detection, Detector } from "./detect.ts";
import type { FaceBox, FaceDetector } from "./face-detect.ts";
import { searchFaces } from "./face-search.ts";
import type { Light } from "./light.ts";
import type { Recogniser, Scene } from "./recognise.ts";
import { judge, lookOf, SeeingWatch } from "./seeing.ts";
import type { Stillness } from "./stillness.ts";
import { Tracker } from "./track.ts";
import type { Turns } from "./turns.ts";

export interface PipelineOptions {
  clock: Clock;
  camera: Pick<Camera, "next">;
  detector: Pick<Detector, "detect">;
  faceDetector: Pick<FaceDetector, "detect">;
  /** From this score a detection is told. */
  minScore: number;
  /** Measures how well a picture shows something; by default `lookOf`. */
  look?(small: SmallPicture): Light;
  /** Knows frames that show nothing new, which are then not looked at; without it each is. */
  stillness?: Pick<Stillness, "isStill" | "found">;
  /** Knows faces and things; without it nobody is recognised. */
  recogniser?: Pick<Recogniser, "wantsFaces" | "tell" | "work">;
  /** Lets jobs that can wait go between two frames. */
  turns?: Pick<Turns, "frame">;
  onSight(sight: Sight): void;
  /** What failed after a frame was told of; the next frames are seen all the same. */
  onError?(error: unknown): void;
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
const closerLooksInBurst = 1;

/**
 * The way from a frame to tracks: detect, look for faces now and then, follow, tell; then, with the same frame, recognise
 * whom there is time for, or learn. One frame at a time; the camera gives the newest, so what came meanwhile is skipped.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #tracker: Tracker;
  readonly #watch = new SeeingWatch();
  #seeing: Seeing = "none";
  /** When faces are looked for again, and when they may be at the soonest. */
  #nextFaces = Number.NEGATIVE_INFINITY;
  #mayFaces = Number.NEGATIVE_INFINITY;
  #nextLook = Number.NEGATIVE_INFINITY;
  #latest: Frame | null = null;
  #burst: Burst | null = null;
  /** A frame is being looked at. */
  #working = false;
  readonly #jobs: (() => Promise<void>)[] = [];
  /** What the newest frame held that was looked at. */
  #found: { detections: Detection[]; faces: FaceBox[] | null } = { detections: [], faces: null };

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#tracker = new Tracker({ minScore: options.minScore });
  }

  /** The newest frame whose sight was told, for whoever asks for a picture. */
  get latest(): Frame | null {
    return this.#latest;
  }

  /** Does something between two frames, for which the networks are needed that frames need, too. */
  between<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() => job().then(resolve, reject));
    });
  }

  /** Learns from the next frames; a burst that is under way is thrown away. */
  learn(burst: Burst): void {
    this.#burst?.cancel();
    this.#burst = burst;
    burst.start();
    if (this.#working) burst.expect();
  }

  /** Throws the burst away, if there is one with this id. */
  cancelLearning(id: number): void {
    if (this.#burst?.id !== id) return;
    this.#burst.cancel();
    this.#burst = null;
  }

  /**
   * Works until the signal is aborted (then it returns) or the camera fails.
   * @throws BrimError DEVICE
   */
  async run(signal: AbortSignal): Promise<void> {
    const { camera, turns } = this.#options;
    while (!signal.aborted) {
      let frame: Frame;
      try {
        frame = await camera.next(signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      const work = () => this.process(frame);
      await (turns?.frame(work) ?? work());
      await this.#jobs.shift()?.();
    }
  }

  /** Looks at one frame. */
  async process(frame: Frame): Promise<void> {
    this.#working = true;
    this.#burst?.expect();
    await this.#see(frame).finally(() => {
      this.#working = false;
    });
  }

  /** Sees it, tells of it, and then looks closer at whom and what is in it. */
  async #see(frame: Frame): Promise<void> {
    const { clock, detector, minScore, stillness, onError } = this.#options;
    const begin = clock.now();
    if (!this.#isLearning && (await stillness?.isStill(frame, frame.at))) {
      const { detections, faces } = this.#found;
      this.#tracker.update(detections, frame.at);
      if (faces !== null) this.#tracker.attach(faces, frame.at);
      this.#tellOf(frame, begin);
      return;
    }
    const detections = await detector.detect(frame, minScore * weakShare);
    this.#tracker.update(detections, frame.at);
    const strong = detections.filter(({ score }) => score >= minScore);
    const faces = await this.#lookForFaces(frame, strong);
    this.#found = { detections, faces: faces ?? this.#found.faces };
    stillness?.found(
      strong.map(({ label }) => label),
      frame.at,
    );
    await this.#judge(frame);
    this.#tellOf(frame, begin);
    try {
      await this.#lookCloser({
        frame,
        detections: strong,
        faces,
        seeing: this.#seeing,
        tracker: this.#tracker,
      });
    } catch (error) {
      if (onError === undefined) throw error;
      onError(error);
    }
  }

  get #isLearning(): boolean {
    return this.#burst !== null && !this.#burst.ended;
  }

  #tellOf(frame: Frame, begin: number): void {
    const { clock, onSight } = this.#options;
    this.#latest = frame;
    onSight({
      type: "sight",
      at: frame.at,
      width: frame.width,
      height: frame.height,
      seeing: this.#seeing,
      ...this.#tell(this.#tracker.tracks(frame.at)),
      ms: clock.now() - begin,
    });
  }

  #tell(tracks: Track[]): Pick<Sight, "tracks" | "central"> {
    return this.#options.recogniser?.tell(tracks) ?? { tracks, central: null };
  }

  async #lookCloser(scene: Scene): Promise<void> {
    if (this.#burst?.ended) this.#burst = null;
    if (this.#burst === null) await this.#options.recogniser?.work(scene);
    // A burst that began while the frame was looked at takes the next one.
    else if (scene.faces !== null) await this.#burst.take({ ...scene, faces: scene.faces });
  }

  /** Faces of the frame, or null where they were not looked for. */
  async #lookForFaces(frame: Frame, strong: readonly Detection[]): Promise<FaceBox[] | null> {
    const { clock, faceDetector, recogniser } = this.#options;
    const begin = clock.now();
    const learning = this.#isLearning;
    const persons = strong.filter(({ label }) => label === "person");
    const regular = begin >= this.#nextFaces;
    const wanted =
      begin >= this.#mayFaces && (recogniser?.wantsFaces(this.#tracker.tracks(frame.at)) ?? false);
    if (!learning && (persons.length === 0 || !(regular || wanted))) return null;
    const largestFirst = persons.toSorted((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
    const looks = learning ? closerLooksInBurst : regular ? closerLooks : 0;
    const faces = await searchFaces(frame, largestFirst, faceDetector, looks);
    this.#tracker.attach(faces, frame.at);
    const end = clock.now();
    this.#mayFaces = begin + (end - begin) / facesShare;
    if (regular) this.#nextFaces = Math.max(begin + facesEveryMs, this.#mayFaces);
    return faces;
  }

  async #judge(frame: Frame): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#nextLook) return;
    this.#nextLook = now + lookEveryMs;
    const look = this.#options.look ?? lookOf;
    this.#seeing = this.#watch.take(judge(look(await frame.small())));
  }
}
