import { BrimError, messageOf } from "../../base/errors.ts";
import type { Box } from "../../base/eyes-protocol.ts";
import { turnAt, walkAt } from "../../base/walk.ts";
import { type Camera, type Frame, largestStill } from "../ports.ts";
import { FrameBuffer } from "./frame-buffers.ts";
import type { CameraOptions } from "./index.ts";
import { cutPhoto, type Photo, pictureOf, readPhoto } from "./photo.ts";
import { listPhotos } from "./photo-folder.ts";
import { fitted } from "./raw-picture.ts";
import { Resampler } from "./resampler.ts";
import { putYuv420 } from "./to-yuv.ts";
import { windowOf } from "./window.ts";
import { type YuvLayout, YuvPicture } from "./yuv-picture.ts";

/** Longest side of a frame: what a Pi's camera gives. */
const longestSide = 1536;
/** Photos are decoded to at most so many pixels; a window at 0.6 m is still 300 pixels wide. */
const maxPixels = 6e6;
/** A photo as a frame has so many bytes at most, a little more than one and a half for each pixel. */
const maxBytes = 1.6 * maxPixels;
/** Frames of the photo before can still be used. */
const photosHeld = 2;

/** The photo that is walked through now. */
interface Scene {
  file: string;
  photo: Pick<Photo, "width" | "height">;
  /** The photo's pixels. */
  layout: YuvLayout;
  bytes: FrameBuffer;
  aim: [x: number, y: number];
}

/**
 * A walk through real photos, in step with the simulated range finder: base/walk.ts says when which photo is ahead and
 * how near. Its frames are of the kind that a real camera gives.
 */
export class SimulatedCamera implements Camera {
  readonly name = "simulated camera";
  readonly #options: CameraOptions;
  readonly #resampler = new Resampler(photosHeld, maxBytes);
  #loaded = 0;
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
    const { width, height } = scene.layout;
    const [left, top, w, h] = window;
    const shares: Box = [left / width, top / height, w / width, h / height];
    return cutPhoto(scene.photo, scene.file, shares, largestStill);
  }

  async #see(): Promise<Frame> {
    const { scene, window } = await this.#look();
    const { layout, bytes } = scene;
    const size = fitted(
      layout.width,
      layout.height,
      Math.min(longestSide, Math.max(layout.width, layout.height)),
    );
    return new YuvPicture(layout, bytes, this.#options.clock.now(), window, size.width, size.height);
  }

  /** The photo that is ahead, and what is seen of it, in its pixels. */
  async #look(): Promise<{ scene: Scene; window: Box }> {
    const elapsed = this.#options.clock.now() - this.#options.epoch;
    const turn = this.#held === null ? turnAt(elapsed) : null;
    const { leg, metres } = this.#held ?? walkAt(elapsed);
    // A turn ends at the next leg's photo.
    const scene = await this.#load(turn === null ? leg : leg + 1);
    const { width, height } = scene.layout;
    return { scene, window: windowOf(width, height, { metres, turn, aim: scene.aim }) };
  }

  /** Decodes the photo of a leg, unless it is the one at hand; a damaged one is told of and left out from then on. */
  async #load(leg: number): Promise<Scene> {
    while (this.#photos.length > 0) {
      const file = this.#photos[leg % this.#photos.length] ?? "";
      if (this.#scene?.file === file) return this.#scene;
      try {
        const { pixels, ...photo } = await readPhoto(file, maxPixels);
        const place = this.#resampler.places[this.#loaded++ % photosHeld] as Buffer;
        const layout = await putYuv420(pixels, place);
        const bytes = new FrameBuffer(place.subarray(0, layout.bytes), this.#resampler);
        this.#scene = { file, photo, layout, bytes, aim: await this.#aimAt({ pixels, ...photo }) };
        return this.#scene;
      } catch (error) {
        if (!(error instanceof BrimError && error.code === "INPUT")) throw error;
        this.#options.onTrouble(messageOf(error));
        this.#photos = this.#photos.filter((other) => other !== file);
      }
    }
    throw new BrimError("DEVICE", `${this.#options.folder}: no photo in it can be read: put others into it`);
  }

  #aimAt({ pixels }: Photo): Promise<[number, number]> {
    const { width, height } = pixels;
    return this.#options.aim(pictureOf({ pixels, width, height }));
  }
}
