import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Config, guardSocket } from "../base/config.ts";
import { messageOf, systemCode } from "../base/errors.ts";
import { attachedCameras } from "../devices/camera/attached.ts";
import { findSysfsChip, sysfsRoot } from "../devices/gpio/sysfs.ts";
import { hex, type OpenI2cBus } from "../devices/i2c.ts";
import { findProgram } from "../devices/programs.ts";
import { identifyAt, rangeDrivers, scanBus } from "../devices/range/identify.ts";
import { choosePlayer, hasCard } from "../devices/speaker/players.ts";
import { readManifest } from "../models/manifest.ts";
import { stateOf } from "../models/state.ts";

/** What a check has found; `mend` says what to do about it. */
export interface Finding {
  ok: boolean;
  message: string;
  mend?: string;
}

/** What the checks look at, so that tests can make a world up. */
export interface World {
  config: Config;
  env: NodeJS.ProcessEnv;
  /** Where /sys, /dev and /proc lie. */
  root: string;
  openBus: OpenI2cBus;
  /** Whether this user may read and write a file. Throws a system error where not. */
  access(file: string): void;
  /** Folder of the models, where it is not Brim's own. */
  models?: string;
}

export type Check = (world: World) => Promise<Finding[]>;

export const realAccess = (file: string) => accessSync(file, constants.R_OK | constants.W_OK);

const good = (message: string): Finding => ({ ok: true, message });
const bad = (message: string, mend: string): Finding => ({ ok: false, message, mend });

/** Usual addresses of the chips that the drivers are for. */
const addresses: Record<string, number> = { vl53l0x: 0x29, vl53l1x: 0x29, "tf-luna": 0x10 };
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

  i2c: async (world) => {
    const { config, root, access, env } = world;
    const ranges = config.range.filter(({ driver }) => driver in addresses);
    const found: Finding[] = [];
    for (const { driver, bus, address = addresses[driver] ?? 0, name } of ranges) {
      const file = join(root, `dev/i2c-${bus}`);
      const why = blocked(file, access);
      if (why === "missing") {
        found.push(
          bad(`there is no /dev/i2c-${bus}: I2C is off`, "sudo raspi-config nonint do_i2c 0, then restart"),
        );
      } else if (why !== null) {
        found.push(bad(`no permission for /dev/i2c-${bus}`, "sudo usermod -aG i2c USER, then log in again"));
      } else if (existsSync(guardSocket(config, env))) {
        found.push(
          good(`the range finder ${name} (${driver}) is the running guard's: stop it to have it looked at`),
        );
      } else found.push(await sensor(world, { driver, bus, address, name }));
    }
    return found;
  },

  gpio: async ({ config, root }) => {
    const wanted = [
      ...(["auto", "onoff", "gpiod"].includes(config.buzzer.driver)
        ? [{ setting: "buzzer.pin", pin: config.buzzer.pin }]
        : []),
      ...(["auto", "onoff", "gpiod"].includes(config.button.driver) && config.button.device === undefined
        ? [{ setting: "button.pin", pin: config.button.pin }]
        : []),
    ];
    if (wanted.length === 0) return [];
    const chip = findSysfsChip(config.gpio.chip, join(root, sysfsRoot));
    if (chip === null && !existsSync(join(root, "dev/gpiochip0"))) {
      return [
        bad(
          "there is no GPIO chip",
          "run on a Raspberry Pi, or set gpio.chip to the label of the chip with the hat's pins",
        ),
      ];
    }
    const holders = lineHolders(join(root, "sys/kernel/debug/gpio"));
    return wanted.map(({ setting, pin }) => {
      const holder = chip === null ? undefined : holders.get(chip.base + pin);
      // Lines of sysfs and of Brim's own program are the guard's.
      return holder === undefined || /^(sysfs|brim)/.test(holder)
        ? good(`GPIO ${pin} (${setting})`)
        : bad(`GPIO ${pin} (${setting}) is in use by ${holder}`, "end that, or choose another pin");
    });
  },

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

  sound: async ({ config, root, env }) => {
    const { player, device } = config.speech;
    if (["silent", "none", "file"].includes(player)) return [];
    const server = choosePlayer(device, env);
    const card = hasCard(join(root, "proc/asound/cards"));
    if (server === null && !card) {
      return [
        bad(
          "no sound: there is no sound card and no sound server",
          "plug in or pair a headset (bluetoothctl), then aplay -l",
        ),
      ];
    }
    if (server === null && findProgram("aplay", env) === null) {
      return [bad("there is a sound card, and no program to play with", "sudo apt install alsa-utils")];
    }
    return [good(`sound through ${server?.name ?? "aplay"}`)];
  },
};

async function sensor(
  { openBus }: World,
  { driver, bus, address, name }: { driver: string; bus: number; address: number; name: string },
): Promise<Finding> {
  const opened = await openBus(bus);
  try {
    const chip = await identifyAt(opened, address);
    if (chip !== null && rangeDrivers[chip as keyof typeof rangeDrivers] === driver) {
      return good(`${chip} at ${hex(address)} (range finder ${name})`);
    }
    const others = (await scanBus(opened)).map((other) => `${other.chip} at ${hex(other.address)}`);
    const answers =
      others.length === 0
        ? "nothing answers on that bus: check its wires"
        : `these answer: ${others.join(", ")}`;
    return bad(
      `the range finder ${name} (${driver}) is not at ${hex(address)} on I2C bus ${bus}; ${answers}`,
      "set range.driver, range.address and range.bus to what is there",
    );
  } finally {
    await opened.close();
  }
}

function blocked(file: string, access: World["access"]): "missing" | "denied" | null {
  try {
    access(file);
    return null;
  } catch (error) {
    return systemCode(error) === "ENOENT" ? "missing" : "denied";
  }
}

/** Who holds which line, by the kernel's numbers, where this user may see it: " gpio-529 (GPIO17 |w1 ) in hi". */
function lineHolders(file: string): Map<number, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return new Map();
  }
  const found = text.matchAll(/gpio-(\d+)\s+\([^|)]*\|([^)]*)\)/g);
  return new Map([...found].map(([, number, holder]) => [Number(number), (holder ?? "").trim()]));
}

/** What a check that failed itself is told as. */
export function failed(name: string, error: unknown): Finding {
  return bad(`${name} cannot be looked at: ${messageOf(error)}`, "see the message");
}
