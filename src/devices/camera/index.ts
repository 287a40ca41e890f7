import type { Clock } from "../../base/clock.ts";
import { createDevice, type Drivers } from "../drivers.ts";
import type { Camera, Picture } from "../ports.ts";

export interface CameraOptions {
  clock: Clock;
  /** Frames a second at most. */
  fps: number;
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
