import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { configSchema, guardSocket } from "../../src/base/config.ts";
import { examine } from "../../src/cli/doctor.ts";
import { checks, type World } from "../../src/cli/doctor-checks.ts";
import type { I2cBus } from "../../src/devices/i2c.ts";
import { folder } from "../devices/speaker/programs.ts";

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, statfs: vi.fn(real.statfs) };
});

let root: string;
let denied: string[];
let world: World;

/** A world with these settings in its configuration. */
function worldWith(settings: object): World {
  return {
    config: configSchema.parse({ state_dir: join(root, "state"), ...settings }),
    env: { PATH: join(root, "bin") },
    root,
    openBus: async () => busWith({}),
    access: (file) => {
      if (denied.includes(file)) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
      if (!statfsOk(file)) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
    },
  };
}

function statfsOk(file: string): boolean {
  try {
    statfsSync(file);
    return true;
  } catch {
    return false;
  }
}

function put(name: string, text = ""): string {
  const file = join(root, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** A bus with chips of one-byte registers by their addresses. */
function busWith(chips: Record<number, Record<number, Buffer>>): I2cBus {
  const chip = (address: number) => {
    const found = chips[address];
    if (found === undefined) throw Object.assign(new Error("ENXIO"), { errno: 6 });
    return found;
  };
  return {
    write: async (address) => void chip(address),
    read: async (address, register, length) => {
      const bytes = chip(address)[register[0] ?? 0];
      return bytes ?? Buffer.alloc(length);
    },
    close: async () => {},
  };
}

const look = (name: string) => {
  const check = checks[name];
  if (check === undefined) throw new Error(name);
  return examine(name, check, world);
};

beforeEach(() => {
  root = folder();
  denied = [];
  world = worldWith({ range: [{ driver: "vl53l1x" }] });
});

describe("brim doctor names", () => {
  test("I2C that is off", async () => {
    expect(await look("i2c")).toEqual([
      {
        ok: false,
        message: "there is no /dev/i2c-1: I2C is off",
        mend: "sudo raspi-config nonint do_i2c 0, then restart",
      },
    ]);
  });

  test("a bus that this user may not use", async () => {
    denied.push(put("dev/i2c-1"));
    expect(await look("i2c")).toMatchObject([
      { ok: false, message: "no permission for /dev/i2c-1", mend: /usermod -aG i2c/ },
    ]);
  });

  test("a sensor that is not where it should be, and what answers instead", async () => {
    put("dev/i2c-1");
    world.openBus = async () => busWith({ 16: { 60: Buffer.from("LUNA") } });
    const [finding] = await look("i2c");
    expect(finding?.message).toBe(
      "the range finder front (vl53l1x) is not at 0x29 on I2C bus 1; these answer: TF-Luna at 0x10",
    );
    world.openBus = async () => busWith({});
    expect((await look("i2c"))[0]?.message).toMatch(/nothing answers on that bus: check its wires$/);
  });

  test("nothing where the sensor is as configured, and leaves it alone while the guard has it", async () => {
    put("dev/i2c-1");
    world = worldWith({ range: [{ driver: "tf-luna" }] });
    world.openBus = async () => busWith({ 16: { 60: Buffer.from("LUNA") } });
    expect(await look("i2c")).toEqual([{ ok: true, message: "TF-Luna at 0x10 (range finder front)" }]);
    const socket = guardSocket(world.config, world.env);
    mkdirSync(dirname(socket), { recursive: true });
    writeFileSync(socket, "");
    world.openBus = () => expect.unreachable("the guard's chips were touched");
    expect(await look("i2c")).toMatchObject([{ ok: true, message: /running guard's/ }]);
  });

  test("a pin that somebody else has, and who; not one of the guard's own", async () => {
    put("sys/class/gpio/gpiochip512/label", "pinctrl-bcm2711\n");
    put("sys/class/gpio/gpiochip512/base", "512\n");
    put("sys/class/gpio/gpiochip512/ngpio", "58\n");
    put(
      "sys/kernel/debug/gpio",
      " gpio-529 (GPIO17              |sysfs               ) in  hi\n gpio-530 (GPIO18              |onewire@12          ) out lo\n",
    );
    expect(await look("gpio")).toEqual([
      {
        ok: false,
        message: "GPIO 18 (buzzer.pin) is in use by onewire@12",
        mend: "end that, or choose another pin",
      },
      { ok: true, message: "GPIO 17 (button.pin)" },
    ]);
  });

  test("a missing camera, a missing program for it, and a missing permission", async () => {
    expect(await look("camera")).toMatchObject([{ ok: false, message: "no camera", mend: /ribbon cable/ }]);
    put("sys/class/video4linux/video0/name", "UVC Camera\n");
    put("sys/class/video4linux/video1/name", "bcm2835-codec-decode\n");
    expect(await look("camera")).toMatchObject([{ ok: false, message: "ffmpeg is not installed" }]);
    put("bin/ffmpeg");
    denied.push(put("dev/video0"));
    expect(await look("camera")).toMatchObject([{ ok: false, message: "no permission for /dev/video0" }]);
    denied = [];
    expect(await look("camera")).toEqual([{ ok: true, message: "UVC Camera at /dev/video0" }]);
  });

  test("that there is no sound", async () => {
    expect(await look("sound")).toMatchObject([{ ok: false, message: /^no sound/, mend: /headset/ }]);
    put("proc/asound/cards", " 0 [Headset        ]: USB-Audio - Headset\n");
    put("bin/aplay");
    expect(await look("sound")).toEqual([{ ok: true, message: "sound through aplay" }]);
  });

  test("each model that is missing", async () => {
    world.models = folder();
    const findings = await look("models");
    expect(findings.length).toBeGreaterThan(3);
    for (const finding of findings) {
      expect(finding).toMatchObject({ ok: false, message: / is missing$/, mend: "brim models build" });
    }
  });

  test("a disk that is full", async () => {
    const { statfs } = await import("node:fs/promises");
    vi.mocked(statfs).mockResolvedValueOnce({ bavail: 1_000, bsize: 4_096 } as never);
    expect(await look("disk")).toMatchObject([{ ok: false, message: /^the disk is full: 4 MB are free/ }]);
    expect(await look("disk")).toMatchObject([{ ok: true }]);
  });

  test("what it cannot look at, in one line", async () => {
    put("dev/i2c-1");
    world.openBus = async () => {
      throw new Error("odd\nthing");
    };
    expect(await look("i2c")).toMatchObject([{ ok: false, message: "i2c cannot be looked at: odd thing" }]);
  });
});
