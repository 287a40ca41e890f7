import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { Camera, Picture } from "../ports.ts";

export interface CameraOptions {
  clock: Clock;
  /** Its PATH leads to the programs that real cameras are read with. */
  env: NodeJS.ProcessEnv;
  /** Frames a second at most. */
  fps: number;
  /** Which of several cameras: "/dev/video0", or for rpicam its number. */
  device?: string | undefined;
  /** For v4l2: the camera's format, as ffmpeg calls it ("mjpeg", "yuyv422"); without it, one without loss. */
  format?: string | undefined;
  /** 180 where it is mounted upside down. */
  rotation?: 0 | 180 | undefined;
  /** One line about something that the camera can do without, such as a file that is not a photo. */
  onTrouble(message: string): void;
  /** Folder of photos; for the simulated camera, which needs it. */
  folder: string | undefined;
  /** When the simulated walk began. */
  epoch: number;
  /** Where the simulated walk through a photo leads to, in pixels of it. */
  aim(photo: Picture): Promise<[x: number, y: number]>;
}

const drivers: Drivers<CameraOptions, Camera> = {
  auto: async (options) => new (await import("./auto.ts")).AutoCamera(options, createCamera),
  rpicam: async (options) => new (await import("./rpicam.ts")).RpicamCamera(options),
  v4l2: async (options) => new (await import("./v4l2.ts")).V4l2Camera(options),
  simulated: async (options) => new (await import("./simulated.ts")).SimulatedCamera(options),
  page: async (options) => new (await import("./page.ts")).PageCamera(options),
};

/**
 * Makes the camera of a driver; its owner starts it.
 * @throws BrimError CONFIG for an unknown name, listing the valid ones
 */
export function createCamera(driver: string, options: CameraOptions): Promise<Camera> {
  return createDevice("camera", driver, drivers, options);
}
