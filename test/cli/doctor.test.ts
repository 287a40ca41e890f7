import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createPipe } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { configSchema, guardSocket } from "../../src/base/config.ts";
import { noLog } from "../../src/base/log.ts";
import { examine } from "../../src/cli/doctor.ts";
import { checks } from "../../src/cli/doctor-checks.ts";
import { asker, type Check, type World } from "../../src/cli/doctor-world.ts";
import type { I2cBus } from "../../src/devices/i2c.ts";
import { GuardServer } from "../../src/guard/server.ts";
import { camera, hdmi, headset, jack, plugIn } from "../devices/sound-cards.ts";
import { folder } from "../devices/speaker/programs.ts";

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, statfs: vi.fn(real.statfs) };
});

let root: string;
let denied: string[];
/** What programs print, by their command line. */
let programs: Record<string, string>;
let servers: Server[];
let guards: GuardServer[];
let world: World;

/** A world with these settings in its configuration. */
function worldWith(settings: object): World {
  return {
    config: configSchema.parse({ state_dir: join(root, "state"), ...settings }),
    env: { PATH: join(root, "bin") },
    root,
    openBus: async () => busWith({}),
    ask: async (...command) => {
      const line = command.join(" ");
      return Object.entries(programs).find(([start]) => line.startsWith(start))?.[1] ?? null;
    },
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
  // Each look is another run, with a world of its own.
  return examine(name, check, { ...world });
};

beforeEach(() => {
  root = folder();
  denied = [];
  programs = {};
  servers = [];
  guards = [];
  world = worldWith({ range: [{ driver: "vl53l1x" }] });
});

afterEach(async () => {
  for (const guard of guards) await guard.stop();
  for (const server of servers) server.close();
});

/** Somebody who answers every request with this; returns the port. */
async function serve(text: string): Promise<number> {
  const server = createServer((_, answer) => void answer.end(text));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A guard that watchers can ask; returns why each of its sensors is blind, which is to be filled in. */
async function runGuard(path: string, epoch: number | null = null): Promise<Record<string, string>> {
  const blind: Record<string, string> = {};
  const guard = new GuardServer({ path, epoch, clock: systemClock, log: noLog });
  guard.onMessage = () =>
    guard.broadcast({
      ...{ type: "status", at: 1, level: "quiet", beepsPerSecond: 0, metres: null, ttc: null },
      ...{ reach: null, pausedFor: null },
      sensors: world.config.range.map(({ name }) => {
        const reason = blind[name] ?? null;
        return { name, state: reason === null ? "good" : "blind", reason };
      }),
    });
  await guard.start();
  guards.push(guard);
  return blind;
}

/** A Pi whose kernel has GPIO in sysfs. */
function putSysfs(): string {
  put("sys/class/gpio/gpiochip512/label", "pinctrl-bcm2711\n");
  put("sys/class/gpio/gpiochip512/base", "512\n");
  put("sys/class/gpio/gpiochip512/ngpio", "58\n");
  put("sys/kernel/debug/gpio");
  return put("sys/class/gpio/export");
}

/** A Pi whose kernel has the character device alone. */
function putChardev(): string {
  programs.gpiodetect = "gpiochip0 [pinctrl-bcm2711] (58 lines)\n";
  programs.gpioinfo = "gpiochip0 - 58 lines:\n";
  return put("dev/gpiochip0");
}

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

  test("nothing where the sensor is as configured", async () => {
    put("dev/i2c-1");
    world = worldWith({ range: [{ driver: "tf-luna" }] });
    world.openBus = async () => busWith({ 16: { 60: Buffer.from("LUNA") } });
    expect(await look("i2c")).toEqual([{ ok: true, message: "TF-Luna at 0x10 (range finder front)" }]);
    expect(await look("guard")).toEqual([]);
  });

  describe("what the running guard says", () => {
    const settings = {
      range: [
        { driver: "tf-luna", name: "front" },
        { driver: "vl53l1x", name: "wide" },
      ],
      imu: { driver: "bno085" },
    };
    const wrong = "TF-Luna at 0x29 of I2C bus 1, configured is vl53l1x";

    beforeEach(() => {
      put("dev/i2c-1");
      world = worldWith(settings);
      world.openBus = () => expect.unreachable("the guard's chips were touched");
    });

    test("of each of its sensors: that it measures, or what is wrong and what to do", async () => {
      const sensors = await runGuard(guardSocket(world.config, world.env));
      expect(await look("i2c")).toEqual([]);
      expect(await look("guard")).toMatchObject([
        { ok: true, message: "the range finder front (tf-luna) measures, says the running guard" },
        { ok: true, message: "the range finder wide (vl53l1x) measures, says the running guard" },
        { ok: true, message: /^the gyro \(bno085\) is the running guard's: journalctl/ },
      ]);
      sensors.front = "sensor not answering";
      sensors.wide = wrong;
      expect(await look("guard")).toMatchObject([
        {
          ok: false,
          message: "the range finder front (tf-luna), says the running guard: sensor not answering",
          mend: /^check its power and wires, and range.driver, range.address and range.bus/,
        },
        {
          ok: false,
          message: `the range finder wide (vl53l1x), says the running guard: ${wrong}`,
          mend: /^journalctl -u brim-guard.service says more$/,
        },
        { ok: true },
      ]);
    });

    test("where it is that of the installed units, whoever asks", async () => {
      const sensors = await runGuard(join(root, "run/brim/guard.sock"));
      sensors.front = "sensor covered";
      expect(await look("i2c")).toEqual([]);
      expect((await look("guard"))[0]).toMatchObject({ ok: false, mend: /^take away what hangs before it/ });
    });

    test("that it is nothing for this user, and leaves its chips, its bus and its pins alone", async () => {
      const socket = join(root, "run/brim/guard.sock");
      await runGuard(socket);
      denied.push(socket, join(root, "dev/i2c-1"));
      expect(await look("guard")).toEqual([
        {
          ok: false,
          message: `the guard runs (${socket}) and does not talk to this user: its devices were not looked at`,
          mend: "sudo brim doctor asks it",
        },
      ]);
      expect(await look("i2c")).toEqual([]);
    });

    test("I2C that is off, which the guard cannot have either", async () => {
      await runGuard(join(root, "run/brim/guard.sock"));
      rmSync(join(root, "dev/i2c-1"));
      expect(await look("i2c")).toMatchObject([{ ok: false, message: /I2C is off$/ }]);
    });

    test("nothing in time, which is a trouble, too", async () => {
      const socket = join(root, "run/brim/guard.sock");
      mkdirSync(dirname(socket), { recursive: true });
      let asked = 0;
      const mute = createPipe(() => asked++).listen(socket);
      const { guard, gpio, i2c } = checks as Record<string, Check>;
      const run = { ...world };
      // All checks of a run wait for it once.
      await Promise.all([examine("i2c", i2c as Check, run), examine("gpio", gpio as Check, run)]);
      expect(await examine("guard", guard as Check, run)).toMatchObject([
        {
          ok: false,
          message: `the guard (${socket}) does not answer within 2 s`,
          mend: /restart brim-guard/,
        },
      ]);
      expect(asked).toBe(1);
      mute.close();
    });

    test("nothing of real sensors where it has none; a socket of one that was killed is no guard", async () => {
      await runGuard(guardSocket(world.config, world.env), 1);
      put("run/brim/guard.sock");
      world.openBus = async () => busWith({});
      expect(await look("guard")).toEqual([]);
      expect(await look("i2c")).toMatchObject([{ ok: false }, { ok: false }, { ok: false }]);
    });
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

  test("a pin that somebody else has where only libgpiod's tools may tell, of either version", async () => {
    put("dev/gpiochip0");
    const free = [
      { ok: true, message: "GPIO 18 (buzzer.pin)" },
      { ok: true, message: "GPIO 17 (button.pin)" },
    ];
    expect((await look("gpio"))[0]?.message).toMatch(/apt install gpiod shows whether it is in use$/);
    programs.gpiodetect = "gpiochip0 [other] (32 lines)\ngpiochip1 [pinctrl-bcm2711] (58 lines)\n";
    const first = (text: string) => `gpiochip0 - 32 lines:\n${text}gpiochip1 - 58 lines:\n`;
    // What another chip's line of that number is used for is nothing to the hat.
    programs.gpioinfo = first('\tline  18:      "GPIO18"        "fan"  output  active-high [used]\n');
    expect(await look("gpio")).toEqual(free);
    const busy = { ok: false, message: "GPIO 18 (buzzer.pin) is in use by onewire@12" };
    programs.gpioinfo = `${first("")}\tline  17:      "GPIO17" "brim button"   input  active-low [used]\n\tline  18:      "GPIO18" "onewire@12"  output  active-high [used]\n\tline  19:      unnamed       unused   input  active-high\n`;
    expect(await look("gpio")).toMatchObject([busy, free[1]]);
    programs.gpioinfo = `${first("")}\tline  17:\t"GPIO17"        \tinput active-low consumer="brim button"\n\tline  18:\t"GPIO18"        \toutput consumer="onewire@12"\n`;
    expect(await look("gpio")).toMatchObject([busy, free[1]]);
  });

  test.each([
    ["sysfs", putSysfs],
    ["the character device", putChardev],
  ])("pins that this user may not use through %s, once; not where the guard has them", async (_, putChip) => {
    const file = putChip();
    expect(await look("gpio")).toMatchObject([{ ok: true }, { ok: true }]);
    denied.push(file);
    expect(await look("gpio")).toMatchObject([
      { ok: false, message: `no permission for ${file}`, mend: /usermod -aG gpio USER/ },
    ]);
    await runGuard(join(root, "run/brim/guard.sock"));
    expect(await look("gpio")).toMatchObject([{ ok: true }, { ok: true }]);
  });

  test("a chip of pins that is not there, though others are, and a pin that the chip does not have", async () => {
    world = worldWith({ gpio: { chip: "pinctrl-bcm2835" }, button: { pin: 58 } });
    putSysfs();
    const wrong = {
      ok: false,
      message: "no GPIO chip pinctrl-bcm2835",
      mend: /^there is pinctrl-bcm2711; set gpio.chip/,
    };
    expect(await look("gpio")).toMatchObject([wrong]);
    rmSync(join(root, "sys"), { recursive: true });
    putChardev();
    expect(await look("gpio")).toMatchObject([wrong]);
    world.config.gpio.chip = "auto";
    const none = { ok: false, message: "button.pin = 58", mend: /pinctrl-bcm2711 has pins 0 to 57$/ };
    expect(await look("gpio")).toMatchObject([{ ok: true }, none]);
    putSysfs();
    expect(await look("gpio")).toMatchObject([{ ok: true }, none]);
  });

  test("the pins of an HC-SR04 and of XSHUT, and which of them was not set", async () => {
    const range = [
      { driver: "hc-sr04", name: "glass", trigger: 23, echo: 24 },
      { driver: "vl53l1x", name: "wide", xshut: 5 },
      { driver: "hc-sr04", name: "low", trigger: 6 },
    ];
    world = worldWith({ range, buzzer: { driver: "none" }, button: { driver: "simulated" } });
    putChardev();
    programs.gpioinfo = 'gpiochip0 - 58 lines:\n\tline  24:\t"GPIO24"\tinput consumer="fan"\n';
    expect(await look("gpio")).toEqual([
      {
        ok: false,
        message: "range finder low",
        mend: "hc-sr04 needs the GPIOs of its pins: trigger and echo",
      },
      { ok: true, message: "GPIO 23 (range.trigger)" },
      {
        ok: false,
        message: "GPIO 24 (range.echo) is in use by fan",
        mend: "end that, or choose another pin",
      },
      { ok: true, message: "GPIO 5 (range.xshut)" },
    ]);
  });

  test("a passive buzzer's PWM, not its pin: one that is not there, or that this user may not use", async () => {
    expect(await look("pwm")).toEqual([]);
    world = worldWith({ buzzer: { kind: "passive" } });
    putChardev();
    expect(await look("gpio")).toEqual([{ ok: true, message: "GPIO 17 (button.pin)" }]);
    const chip = join(root, "sys/class/pwm/pwmchip0");
    expect(await look("pwm")).toMatchObject([
      { ok: false, message: `there is no ${chip}`, mend: /^add dtoverlay=pwm/ },
    ]);
    denied.push(put("sys/class/pwm/pwmchip0/export"));
    expect(await look("pwm")).toMatchObject([{ ok: false, message: `no permission for ${chip}/export` }]);
    put("sys/class/pwm/pwmchip0/pwm0/enable");
    expect(await look("pwm")).toEqual([{ ok: true, message: `PWM ${chip}/pwm0 (buzzer)` }]);
  });

  test("a range finder that the kernel does not have", async () => {
    world = worldWith({ range: [{ driver: "iio", device: "srf04" }] });
    expect(await look("iio")).toMatchObject([
      { ok: false, message: "the kernel has no range finder srf04 (IIO)", mend: /^there is none; load its/ },
    ]);
    put("sys/bus/iio/devices/iio:device0/name", "srf04\n");
    put("sys/bus/iio/devices/iio:device0/in_distance_input", "0.5\n");
    expect(await look("iio")).toEqual([{ ok: true, message: "the range finder front measures (IIO)" }]);
    await runGuard(join(root, "run/brim/guard.sock"));
    expect(await look("iio")).toEqual([]);
  });

  test("an input device for the button that is not there, was not named, or may not be read", async () => {
    expect(await look("button")).toEqual([]);
    world = worldWith({ button: { device: "headset" } });
    world.ask = asker(process.env);
    expect(await look("button")).toMatchObject([
      { ok: false, message: "no input device headset (button.device) is there", mend: /^connect it/ },
    ]);
    put("sys/class/input/event3/device/name", "My Headset (AVRCP)\n");
    put("sys/class/input/event3/device/capabilities/key", "1f\n");
    denied.push(put("dev/input/event3"));
    expect(await look("button")).toMatchObject([
      { ok: false, message: "no permission for /dev/input/event3", mend: /usermod -aG input USER/ },
    ]);
    denied = [];
    expect(await look("button")).toEqual([
      { ok: true, message: "My Headset (AVRCP) at /dev/input/event3 (button)" },
    ]);
    world = worldWith({ button: { driver: "evdev" } });
    expect(await look("button")).toMatchObject([{ ok: false, message: 'button.driver = "evdev"' }]);
  });

  test("a gyro that does not answer, and one that is another chip", async () => {
    put("dev/i2c-1");
    world = worldWith({ imu: { driver: "lsm6dso" } });
    expect(await look("i2c")).toMatchObject([
      { ok: false, message: "the gyro (lsm6dso) does not answer at 0x6a on I2C bus 1", mend: /0x6b/ },
    ]);
    world.openBus = async () => busWith({ 106: { 15: Buffer.from([0x33]) } });
    expect((await look("i2c"))[0]?.message).toMatch(/^the gyro: what answers at 0x6a is no LSM6DSO/);
    world.openBus = async () => busWith({ 106: { 15: Buffer.from([0x6c]) } });
    expect(await look("i2c")).toEqual([{ ok: true, message: "LSM6DSO at 0x6a (gyro)" }]);
  });

  test("a battery gauge that was named and does not answer; none where none was", async () => {
    put("dev/i2c-1");
    world = worldWith({ power: { driver: "max17048" } });
    expect(await look("i2c")).toMatchObject([{ ok: false, message: /^the battery gauge: MAX17048 at 0x36/ }]);
    const gauge = { 2: Buffer.from([0xc0, 0]), 4: Buffer.from([80, 0]), 8: Buffer.from([0, 0x12]) };
    world.openBus = async () => busWith({ 54: gauge });
    const found = [{ ok: true, message: "MAX17048 at 0x36: battery 80 %, 3.84 V a cell" }];
    expect(await look("i2c")).toEqual(found);
    world = worldWith({});
    expect(await look("i2c")).toEqual([]);
    world.openBus = async () => busWith({ 54: gauge });
    expect(await look("i2c")).toEqual(found);
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

  test("the card that will be heard, and that there is none", async () => {
    expect(await look("sound")).toEqual([
      {
        ok: false,
        message: "no sound: there is no sound card and no sound server",
        mend: "plug in the headset, or set speech.device; aplay -L lists what there is",
      },
    ]);
    const asound = plugIn(join(root, "proc/asound"), jack, headset);
    expect(await look("sound")).toMatchObject([{ ok: false, message: /no program to play with$/ }]);
    put("bin/aplay");
    expect(await look("sound")).toEqual([{ ok: true, message: "sound through aplay on Open Ear Headset" }]);
    plugIn(asound, hdmi, jack);
    expect(await look("sound")).toEqual([{ ok: true, message: "sound through aplay on bcm2835 Headphones" }]);
    plugIn(asound, hdmi);
    expect(await look("sound")).toMatchObject([
      {
        ok: false,
        message: "no sound: there is only HDMI",
        mend: /^plug in the headset, or set speech.device/,
      },
    ]);
    plugIn(asound, camera);
    expect(await look("sound")).toMatchObject([{ ok: false, message: "no sound: no sound card plays" }]);
    world = worldWith({ speech: { player: "aplay" } });
    plugIn(asound);
    expect(await look("sound")).toMatchObject([{ ok: false, message: /^no sound/ }]);
  });

  test("a configured sound card that is not there, or that cannot do what it is for", async () => {
    put("bin/aplay");
    put("bin/arecord");
    const asound = plugIn(join(root, "proc/asound"), jack, headset);
    world = worldWith({ speech: { device: "plughw:Headset,0" }, microphone: { device: "hw:1" } });
    expect(await look("sound")).toEqual([{ ok: true, message: "sound through aplay on plughw:Headset,0" }]);
    expect(await look("mic")).toEqual([{ ok: true, message: "microphone hw:1" }]);
    plugIn(asound, jack, hdmi);
    expect(await look("sound")).toEqual([
      {
        ok: false,
        message: 'speech.device = "plughw:Headset,0": there is no sound card Headset',
        mend:
          "plug it in, or set speech.device to one that plays: " +
          "sysdefault:CARD=Headphones, sysdefault:CARD=vc4hdmi0",
      },
    ]);
    expect(await look("mic")).toEqual([
      {
        ok: false,
        message: 'microphone.device = "hw:1": there is no sound card 1 that records',
        mend: "plug it in: no sound card records",
      },
    ]);
    world = worldWith({ speech: { device: "sysdefault:CARD=vc4hdmi0" }, microphone: { device: "my-own" } });
    expect(await look("sound")).toMatchObject([{ ok: true }]);
    expect(await look("mic")).toEqual([{ ok: true, message: "microphone my-own" }]);
  });

  test("the card that will be recorded, that none records, and that there is nothing to record with", async () => {
    expect(await look("mic")).toMatchObject([{ ok: false, message: "there is no program to record with" }]);
    put("bin/arecord");
    const asound = plugIn(join(root, "proc/asound"), jack, hdmi);
    expect(await look("mic")).toMatchObject([{ ok: false, message: /^no microphone/, mend: /headset/ }]);
    plugIn(asound, jack, hdmi, camera);
    expect(await look("mic")).toEqual([{ ok: true, message: "microphone of UVC Camera" }]);
    plugIn(asound, jack, camera, headset);
    expect(await look("mic")).toEqual([{ ok: true, message: "microphone of Open Ear Headset" }]);
  });

  test("the sound server, which plays and records on what it likes", async () => {
    for (const name of ["bin/paplay", "bin/aplay", "bin/arecord"]) put(name);
    plugIn(join(root, "proc/asound"), hdmi);
    world.env.PULSE_SERVER = "somewhere";
    expect(await look("sound")).toEqual([{ ok: true, message: "sound through paplay" }]);
    expect(await look("mic")).toEqual([{ ok: true, message: "microphone of the sound server" }]);
  });

  test("services that are missing, have failed, keep ending, or do not start with the machine", async () => {
    expect(await look("services")).toEqual([]);
    mkdirSync(join(root, "run/systemd/system"), { recursive: true });
    expect(await look("services")).toMatchObject([
      { ok: true, message: /^Brim is not installed as a service/ },
    ]);
    put("etc/systemd/system/brim.service");
    const state = (load: string, active: string, file: string, restarts: number) =>
      `LoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\nNRestarts=${restarts}\n`;
    programs.systemctl = state("loaded", "active", "enabled", 0);
    expect(await look("services")).toEqual([
      { ok: true, message: "brim-guard.service runs" },
      { ok: true, message: "brim.service runs" },
    ]);
    for (const [said, message] of [
      [state("not-found", "inactive", "", 0), "brim.service is not installed"],
      [state("loaded", "failed", "enabled", 0), "brim.service has failed"],
      [state("loaded", "activating", "enabled", 0), "brim.service does not run (activating)"],
      [state("loaded", "active", "enabled", 40), "brim.service keeps ending: it was brought back 40 times"],
      [state("loaded", "active", "disabled", 0), "brim.service runs, and does not start with the machine"],
    ] as const) {
      programs.systemctl = said;
      expect((await look("services"))[1]).toMatchObject({ ok: false, message });
    }
  });

  test("a hat that may not switch itself off, and why", async () => {
    mkdirSync(join(root, "run/systemd/system"), { recursive: true });
    expect(await look("off")).toEqual([]);
    put("etc/systemd/system/brim.service");
    programs["busctl call org.freedesktop.login1"] = 's "challenge"\n';
    expect(await look("off")).toMatchObject([
      { ok: false, message: /polkit is not installed$/, mend: /apt install polkitd/ },
    ]);
    programs.pkcheck = "pkcheck version 122\n";
    expect(await look("off")).toMatchObject([{ ok: false, message: /the rule for polkit is not there$/ }]);
    programs["busctl call org.freedesktop.login1"] = 's "yes"\n';
    expect(await look("off")).toEqual([{ ok: true, message: "the hat can switch itself off" }]);
  });

  test("a port of the page that another program has; not one that Brim has itself", async () => {
    const other = await serve("<title>Router</title>");
    world = worldWith({ page: { port: other } });
    expect(await look("page")).toMatchObject([
      { ok: false, message: `the page's port ${other} is taken by another program`, mend: /page\.port/ },
    ]);
    const own = await serve("<!doctype html><title>Brim</title>");
    world = worldWith({ page: { port: own } });
    expect(await look("page")).toEqual([{ ok: true, message: `the page is at port ${own}` }]);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await look("page")).toEqual([{ ok: true, message: `the page's port ${own} is free` }]);
  });

  test("a clock that was not set", async () => {
    mkdirSync(join(root, "run/systemd/system"), { recursive: true });
    programs["timedatectl show"] = "no\n";
    expect(await look("clock")).toMatchObject([
      { ok: false, message: /^the clock is not set from the network/ },
    ]);
    programs["timedatectl show"] = "yes\n";
    expect(await look("clock")).toEqual([{ ok: true, message: "the clock is set from the network" }]);
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
