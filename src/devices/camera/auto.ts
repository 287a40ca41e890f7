import { BrimError } from "../../base/errors.ts";
import type { Camera, Frame } from "../ports.ts";
import { type AttachedCamera, attachedCameras } from "./attached.ts";
import type { CameraOptions } from "./index.ts";

/**
 * The camera that is there: the one on a Pi's ribbon cable, else one that is plugged in. It is looked for at each start, for
 * one may be plugged in later; `name` says which it is.
 */
export class AutoCamera implements Camera {
  #chosen: Camera | null = null;

  constructor(
    private readonly options: CameraOptions,
    private readonly create: (driver: "rpicam" | "v4l2", options: CameraOptions) => Promise<Camera>,
    private readonly attached: () => AttachedCamera[] = attachedCameras,
  ) {}

  get name(): string {
    return this.#chosen?.name ?? "auto";
  }

  async start(signal: AbortSignal): Promise<void> {
    const { device } = this.options;
    const driver = device === undefined ? this.#look() : device.startsWith("/") ? "v4l2" : "rpicam";
    this.#chosen = await this.create(driver, this.options);
    await this.#chosen.start(signal);
  }

  async stop(): Promise<void> {
    await this.#chosen?.stop();
    this.#chosen = null;
  }

  next(signal: AbortSignal): Promise<Frame> {
    return this.#camera.next(signal);
  }

  still(): Promise<Buffer> {
    return this.#camera.still();
  }

  #look(): "rpicam" | "v4l2" {
    const kinds = this.attached().map(({ kind }) => kind);
    if (kinds.includes("ribbon")) return "rpicam";
    if (kinds.includes("v4l2")) return "v4l2";
    throw new BrimError("DEVICE", "no camera: check the ribbon cable at both ends, or plug in one with USB");
  }

  get #camera(): Camera {
    if (this.#chosen === null) throw new BrimError("DEVICE", "the camera is not started");
    return this.#chosen;
  }
}
