import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { attachedCameras } from "../devices/camera/attached.ts";
import { findProgram } from "../devices/programs.ts";
import { readManifest } from "../models/manifest.ts";
import { stateOf } from "../models/state.ts";
import { gpio } from "./doctor-gpio.ts";
import { guard } from "./doctor-guard.ts";
import { i2c } from "./doctor-i2c.ts";
import { button, iio, pwm } from "./doctor-kernel.ts";
import { mic, sound } from "./doctor-sound.ts";
import { clock, off, page, services } from "./doctor-system.ts";
import { bad, blocked, type Check, type Finding, good } from "./doctor-world.ts";

const leastDisk = 200e6;

/** Every check by its name, in the order in which they are done. */
export const checks: Record<string, Check> = {
  node: async () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const enough = major > 20 || (major === 20 && minor >= 19);
    return [
      enough
        ? good(`Node ${process.versions.node}`)
        : bad(`Node ${process.versions.node} is too old`, "install Node 20.19 or newer"),
    ];
  },

  models: async ({ models }) => {
    const wrong = readManifest()
      .entries.filter(({ kind }) => kind !== "photos")
      .map((entry) => ({ name: entry.name, state: stateOf(entry, models) }))
      .filter(({ state }) => state !== "ready");
    if (wrong.length === 0) return [good("all models are there")];
    return wrong.map(({ name, state }) => bad(`the model ${name} is ${state}`, "brim models build"));
  },

  disk: async ({ config }) => {
    let folder = config.state_dir;
    while (!existsSync(folder) && folder !== "/") folder = join(folder, "..");
    const { bavail, bsize } = await statfs(folder);
    const free = `${Math.round((bavail * bsize) / 1e6)} MB are free for ${config.state_dir}`;
    return [
      bavail * bsize >= leastDisk
        ? good(free)
        : bad(`the disk is full: ${free}`, "remove what is not needed (sudo apt clean, old logs)"),
    ];
  },

  guard,
  i2c,
  iio,
  gpio,
  pwm,
  button,

  camera: async ({ config, root, env, access }) => {
    const { driver, device } = config.camera;
    if (!["auto", "rpicam", "v4l2"].includes(driver)) return [];
    const cameras = attachedCameras(root).filter(
      ({ kind }) => driver === "auto" || (kind === "ribbon") === (driver === "rpicam"),
    );
    const camera = cameras.find((one) => device?.startsWith("/") !== true || one.device === device);
    if (camera === undefined) {
      return [
        bad(
          `no camera${device === undefined ? "" : ` ${device}`}`,
          "check the ribbon cable at both ends, or plug in one with USB",
        ),
      ];
    }
    const needed = camera.kind === "ribbon" ? ["rpicam-vid", "libcamera-vid"] : ["ffmpeg"];
    if (!needed.some((name) => findProgram(name, env) !== null)) {
      return [
        bad(
          `${needed[0]} is not installed`,
          `sudo apt install ${camera.kind === "ribbon" ? "rpicam-apps-lite" : "ffmpeg"}`,
        ),
      ];
    }
    if (blocked(join(root, camera.device), access) === "denied") {
      return [bad(`no permission for ${camera.device}`, "sudo usermod -aG video USER, then log in again")];
    }
    return [good(`${camera.name || "camera"} at ${camera.device}`)];
  },

  sound,
  mic,
  services,
  off,
  page,
  clock,
};

/** What a check that failed itself is told as. */
export function failed(name: string, error: unknown): Finding {
  return bad(`${name} cannot be looked at: ${messageOf(error)}`, "see the message");
}
