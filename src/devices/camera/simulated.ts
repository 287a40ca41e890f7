import { BrimError, messageOf } from "../../base/errors.ts";
import type { Box } from "../../base/eyes-protocol.ts";
import { turnAt, walkAt } from "../../base/walk.ts";
import { type Camera, type Frame, largestStill } from "../ports.ts";
import type { CameraOptions } from "./index.ts";
import { cutPhoto, type Photo, pictureOf, readPhoto } from "./photo.ts";
import { listPhotos } from "./photo-folder.ts";
import { fitted, RawPicture } from "./raw-picture.ts";
import { windowOf } from "./window.ts";

/** Longest side of a frame: what a Pi's camera gives. */
const longestSide = 1536;
/** Photos are decoded to at most so many pixels (18 MB); a window at 0.6 m is still 300 pixels wide. */
const maxPixels = 6e6;

/** The photo that is walked through now. */
interface Scene {
  file: string;
  photo: Photo;
  aim: [x: number, y: number];
}

/**
 * A walk through real photos, in step with the simulated range finder: base/walk.ts says when which photo is ahead and
 * how near. One decoded photo is held at a time.
 */
export class SimulatedCamera implements Camera {
  readonly name = "simulated camera";
  readonly #options: CameraOptions;
  #photos: string[] = [];
  #scene: Scene | null = null;
  /** When the next frame may be given. */
  #due: number | null = null;
  /** The distance that was set by hand, and the leg of the walk that it froze. */
  #held: { metres: number; leg: number } | null = null;

  constructor(options: CameraOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { folder, onTrouble } = this.#options;
    if (folder === undefined) {
      throw new BrimError(
        "DEVICE",
        "the simulated camera has no photos: set camera.folder to a folder of photos",
      );
    }
    const { photos, skipped } = await listPhotos(folder);
    this.#photos = photos;
    if (skipped !== null) onTrouble(skipped);
  }

  async stop(): Promise<void> {
    this.#photos = [];
    this.#scene = null;
  }

  setDistance(metres: number | null): void {
    const { clock, epoch } = this.#options;
    const leg = this.#held?.leg ?? walkAt(clock.now() - epoch).leg;
    this.#held = metres === null ? null : { metres, leg };
  }

  async next(signal: AbortSignal): Promise<Frame> {
    const { clock, fps } = this.#options;
    const due = this.#due ?? clock.now();
    if (due > clock.now()) await clock.sleep(due - clock.now(), signal);
    signal.throwIfAborted();
    this.#due = Math.max(due + 1000 / fps, clock.now());
    return this.#see();
  }

  async still(): Promise<Buffer> {
    const { scene, window } = await this.#look();
    const { width, height } = scene.photo.pixels;
    const [left, top, w, h] = window;
    const shares: Box = [left / width, top / height, w / width, h / height];
    return cutPhoto(scene.photo, scene.file, shares, largestStill);
  }

  async #see(): Promise<Frame> {
    const { scene, window } = await this.#look();
    const { pixels } = scene.photo;
    const longest = Math.min(longestSide, Math.max(pixels.width, pixels.height));
    const size = fitted(pixels.width, pixels.height, longest);
    return new RawPicture(pixels, window, size.width, size.height, this.#options.clock.now());
  }

  /** The photo that is ahead, and what is seen of it, in its pixels. */
  async #look(): Promise<{ scene: Scene; window: Box }> {
    const elapsed = this.#options.clock.now() - this.#options.epoch;
    const turn = this.#held === null ? turnAt(elapsed) : null;
    const { leg, metres } = this.#held ?? walkAt(elapsed);
    // A turn ends at the next leg's photo.
    const scene = await this.#load(turn === null ? leg : leg + 1);
    const { width, height } = scene.photo.pixels;
    return { scene, window: windowOf(width, height, { metres, turn, aim: scene.aim }) };
  }

  /** Decodes the photo of a leg, unless it is the one at hand; a damaged one is told of and left out from then on. */
  async #load(leg: number): Promise<Scene> {
    while (this.#photos.length > 0) {
      const file = this.#photos[leg % this.#photos.length] ?? "";
      if (this.#scene?.file === file) return this.#scene;
      try {
        const photo = await readPhoto(file, maxPixels);
        this.#scene = { file, photo, aim: await this.#aimAt(photo) };
        return this.#scene;
      } catch (error) {
        if (!(error instanceof BrimError && error.code === "INPUT")) throw error;
        this.#options.onTrouble(messageOf(error));
        this.#photos = this.#photos.filter((other) => other !== file);
      }
    }
    throw new BrimError("DEVICE", `${this.#options.folder}: no photo in it can be read: put others into it`);
  }

  #aimAt(photo: Photo): Promise<[number, number]> {
    const { width, height } = photo.pixels;
    return this.#options.aim(pictureOf({ ...photo, width, height }));
  }
}
