import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import type { AttachedCamera } from "../../../src/devices/camera/attached.ts";
import { AutoCamera } from "../../../src/devices/camera/auto.ts";
import { createCamera } from "../../../src/devices/camera/index.ts";
import type { Camera, Frame } from "../../../src/devices/ports.ts";
import { findProgram } from "../../../src/devices/programs.ts";
import { folder, until } from "../speaker/programs.ts";

const never = new AbortController().signal;
const frameBytes = 1536 * 864 * 1.5;

let path: string;
let troubles: string[];

beforeEach(() => {
  path = folder();
  troubles = [];
});

/** A program as PATH may hold it, which notes its process id and its arguments and runs some JavaScript. */
function script(name: string, code: string): void {
  const file = join(path, name);
  const note = `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(join(path, `${name}.log`))}, process.pid + " " + process.argv.slice(2).join(" ") + "\\n");`;
  writeFileSync(file, `#!${process.execPath}\n${note}\n${code}\n`);
  chmodSync(file, 0o755);
}

function log(name: string): { pid: number; args: string }[] {
  const file = join(path, `${name}.log`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => ({ pid: Number(line.split(" ")[0]), args: line.replace(/^\d+ /, "") }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function camera(driver: string, more = {}): Promise<Camera> {
  const made = await createCamera(driver, {
    clock: systemClock,
    env: { PATH: path },
    fps: 10,
    folder: undefined,
    epoch: 0,
    aim: async () => [0, 0],
    onTrouble: (message) => troubles.push(message),
    ...more,
  });
  onTestFinished(() => made.stop());
  return made;
}

/** Writes grey frames, each a little brighter, 25 a second, in pieces that have nothing to do with frames. */
const frames = `
let n = 0;
const write = () => {
  const frame = Buffer.alloc(${frameBytes}, 128).fill(100 + (n++ % 50), 0, 1536 * 864);
  for (let at = 0; at < frame.length; at += 100003) process.stdout.write(frame.subarray(at, at + 100003));
};
write();
const timer = setInterval(write, 40);`;

async function brightness(frame: Frame): Promise<number> {
  return (await frame.crop([700, 400, 10, 10], 1, 1))[0] ?? -1;
}

describe("a Pi's camera, through rpicam-vid", () => {
  test("gives its newest frame, of the size that was asked for, and leaves no process", async () => {
    script("rpicam-vid", frames);
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const first = await eyes.next(never);
    expect([first.width, first.height]).toEqual([1536, 864]);
    expect(await brightness(first)).toBeGreaterThanOrEqual(100);
    await systemClock.sleep(200);
    const later = await eyes.next(never);
    expect(later.at - first.at).toBeGreaterThan(150);
    expect(await brightness(later)).toBeGreaterThan(await brightness(first));
    const [{ pid, args } = { pid: 0, args: "" }] = log("rpicam-vid");
    expect(args).toBe("-n -t 0 --codec yuv420 --flush --width 1536 --height 864 --framerate 10 -o -");
    await eyes.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("gives frames no faster than asked for, and none twice", async () => {
    script("rpicam-vid", frames);
    const eyes = await camera("rpicam", { fps: 8 });
    await eyes.start(never);
    const begun = systemClock.now();
    const seen: number[] = [];
    for (let n = 0; n < 5; n++) seen.push(await brightness(await eyes.next(never)));
    expect(systemClock.now() - begun).toBeGreaterThan(4 * 125 - 20);
    expect(new Set(seen).size).toBe(5);
  });

  test("is found by the name of older systems, told which camera it is and that it hangs upside down", async () => {
    script("libcamera-vid", frames);
    const eyes = await camera("rpicam", { device: "1", rotation: 180 });
    await eyes.start(never);
    expect(log("libcamera-vid")[0]?.args).toMatch(/ --camera 1 --rotation 180 -o -$/);
  });

  test("that is not installed says what to install", async () => {
    await expect((await camera("rpicam")).start(never)).rejects.toMatchObject({
      code: "DEVICE",
      message: "rpicam-vid is not installed: apt install rpicam-apps-lite",
    });
  });

  test("that has no camera says so in words, whatever else it says", async () => {
    script(
      "rpicam-vid",
      'process.stderr.write("[0:01] INFO Camera camera_manager.cpp:326\\nERROR: *** no cameras available ***\\n"); process.exitCode = 255;',
    );
    await expect((await camera("rpicam")).start(never)).rejects.toThrow(
      "the camera fails with rpicam-vid: no camera is found: check the ribbon cable at both ends",
    );
  });

  test("that another program has says so", async () => {
    script(
      "rpicam-vid",
      'process.stderr.write("ERROR: *** failed to acquire camera /base/soc/i2c0mux ***\\n"); process.exitCode = 255;',
    );
    await expect((await camera("rpicam")).start(never)).rejects.toThrow("another program has the camera");
  });

  test("that gives pictures of another size than asked for says so, and is ended", async () => {
    script(
      "rpicam-vid",
      `process.stderr.write("[1:2] INFO Camera camera.cpp:1197 configuring streams: (0) 1280x720-YUV420 (1) 2304x1296-SBGGR10_CSI2P\\n");${frames}`,
    );
    const eyes = await camera("rpicam");
    const started = eyes
      .start(never)
      .then(() => eyes.next(never))
      .then(() => eyes.next(never));
    await expect(started).rejects.toThrow("it gives 1280x720 YUV420, not 1536x864 YUV420");
    await until(() => !isAlive(log("rpicam-vid")[0]?.pid ?? 0));
  });

  test("that talks without end on stderr goes on giving frames", async () => {
    script("rpicam-vid", `setInterval(() => process.stderr.write("x".repeat(70000) + "\\n"), 5);${frames}`);
    const eyes = await camera("rpicam");
    await eyes.start(never);
    for (let n = 0; n < 5; n++) await eyes.next(never);
  });

  test("that is unplugged says what the program said last, and can be started again", async () => {
    script(
      "rpicam-vid",
      `${frames} setTimeout(() => { clearInterval(timer); process.stderr.write("ERROR: device timeout detected\\n"); process.exit(1); }, 150);`,
    );
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const lost = (async () => {
      for (;;) await eyes.next(never);
    })();
    await expect(lost).rejects.toMatchObject({
      code: "DEVICE",
      message: "the camera fails with rpicam-vid: ERROR: device timeout detected",
    });
    await eyes.stop();
    await eyes.start(never);
    await eyes.next(never);
  });

  test("that hangs is noticed within 3 s and ended, though it does not listen", async () => {
    script(
      "rpicam-vid",
      `process.on("SIGTERM", () => {}); ${frames} setTimeout(() => clearInterval(timer), 100); setInterval(() => {}, 1000);`,
    );
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const begun = systemClock.now();
    const lost = (async () => {
      for (;;) await eyes.next(never);
    })();
    await expect(lost).rejects.toThrow("the camera fails with rpicam-vid: no picture for 2 s");
    expect(systemClock.now() - begun).toBeLessThan(3_500);
    await until(() => !isAlive(log("rpicam-vid")[0]?.pid ?? 0));
  });

  test("that does not end when it is asked to is ended", async () => {
    script("rpicam-vid", `process.on("SIGTERM", () => {}); ${frames}`);
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const begun = systemClock.now();
    await eyes.stop();
    expect(systemClock.now() - begun).toBeLessThan(1_500);
    expect(isAlive(log("rpicam-vid")[0]?.pid ?? 0)).toBe(false);
  });

  test("ends its waiting when it is stopped from outside", async () => {
    script("rpicam-vid", `setInterval(() => {}, 1000);`);
    const eyes = await camera("rpicam");
    const abort = new AbortController();
    const started = eyes.start(abort.signal);
    await until(() => log("rpicam-vid").length === 1);
    abort.abort();
    await expect(started).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a still of a Pi's camera", () => {
  const jpeg = async () => {
    const picture = sharp({ create: { width: 4608, height: 2592, channels: 3, background: "#456" } });
    writeFileSync(join(path, "still.jpg"), await picture.jpeg().toBuffer());
  };

  test("stops the stream, is the camera's own JPEG, and the stream goes on within 3 s", async () => {
    await jpeg();
    script("rpicam-vid", frames);
    // Two programs cannot have the camera at once.
    script(
      "rpicam-still",
      `const pid = Number(fs.readFileSync(${JSON.stringify(join(path, "rpicam-vid.log"))}, "utf8").split(" ")[0]);
       let busy = true; try { process.kill(pid, 0); } catch { busy = false; }
       if (busy) { console.error("ERROR: *** failed to acquire camera ***"); process.exit(255); }
       process.stdout.write(fs.readFileSync(${JSON.stringify(join(path, "still.jpg"))}));`,
    );
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const before = await eyes.next(never);
    const waiting = eyes.next(never).then(() => eyes.next(never));
    const still = await eyes.still();
    const { width, height } = await sharp(still).metadata();
    expect([width, height]).toEqual([4608, 2592]);
    // Whoever waited for frames meanwhile never knew.
    await waiting;
    const after = await eyes.next(never);
    expect(after.at - before.at).toBeLessThan(3_000);
    expect(log("rpicam-vid").length).toBe(2);
    expect(log("rpicam-still")[0]?.args).toBe(
      "-n -t 400 -q 92 --thumb none --autofocus-mode auto --autofocus-on-capture -o -",
    );
    expect(troubles).toEqual([]);
  });

  test("that takes too long, as where a lens never focuses, is a frame instead; the next one does not focus", async () => {
    await jpeg();
    script("rpicam-vid", frames);
    script(
      "rpicam-still",
      `if (process.argv.includes("--autofocus-on-capture")) setInterval(() => {}, 1000);
       else process.stdout.write(fs.readFileSync(${JSON.stringify(join(path, "still.jpg"))}));`,
    );
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const begun = systemClock.now();
    const { width } = await sharp(await eyes.still()).metadata();
    expect(width).toBe(1536);
    expect(systemClock.now() - begun).toBeLessThan(5_000);
    expect(troubles).toEqual(["no still, a frame is used instead: rpicam-still: it took more than 2.5 s"]);
    expect((await sharp(await eyes.still()).metadata()).width).toBe(4608);
  });

  test("that fails is a frame instead, and what failed is told", async () => {
    script("rpicam-vid", frames);
    script("rpicam-still", 'process.stderr.write("ERROR: no memory\\n"); process.exit(1);');
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const stills = await Promise.all([eyes.still(), eyes.still()]);
    for (const still of stills) expect((await sharp(still).metadata()).width).toBe(1536);
    expect(troubles[0]).toBe("no still, a frame is used instead: rpicam-still: ERROR: no memory");
  });

  test("that is under way when the hat stops leaves no process", async () => {
    script("rpicam-vid", frames);
    script("rpicam-still", "setInterval(() => {}, 1000);");
    const eyes = await camera("rpicam");
    await eyes.start(never);
    const still = eyes.still();
    const refused = expect(still).rejects.toMatchObject({ code: "DEVICE" });
    await until(() => log("rpicam-still").length === 1);
    await eyes.stop();
    await refused;
    for (const { pid } of [...log("rpicam-vid"), ...log("rpicam-still")]) await until(() => !isAlive(pid));
  });
});

describe("a camera of Video4Linux, through ffmpeg", () => {
  const header = 'process.stdout.write("YUV4MPEG2 W64 H48 F10:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL\\n");';
  const bytes = 64 * 48 * 1.5;

  test("gives frames of the size that it has, in whatever pieces they come", async () => {
    script(
      "ffmpeg",
      `const frame = Buffer.concat([Buffer.from("FRAME\\n"), Buffer.alloc(${bytes}, 128)]);
       const all = Buffer.concat([Buffer.from("YUV4MPEG2 W64 H48 F10:1 C420jpeg\\n"), ...Array(2000).fill(frame)]);
       let at = 0;
       setInterval(() => { process.stdout.write(all.subarray(at, at + 1009)); at += 1009; }, 2);`,
    );
    const eyes = await camera("v4l2", { device: "/dev/video7", format: "mjpeg", fps: 5, rotation: 180 });
    await eyes.start(never);
    expect(eyes.name).toBe("v4l2 (/dev/video7)");
    for (let n = 0; n < 3; n++) {
      const frame = await eyes.next(never);
      expect([frame.width, frame.height]).toEqual([64, 48]);
      expect([...(await frame.crop([0, 0, 64, 48], 1, 1))]).toEqual([128, 128, 128]);
    }
    expect(log("ffmpeg")[0]?.args).toBe(
      "-hide_banner -nostdin -loglevel error -fflags nobuffer -f v4l2 -input_format mjpeg -framerate 10 -video_size 1280x720 -i /dev/video7 -an -vf fps=10,scale=w='min(1536,iw)':h=-2:out_range=full:out_color_matrix=bt601,hflip,vflip,format=yuv420p -f yuv4mpegpipe -",
    );
    expect((await sharp(await eyes.still()).metadata()).width).toBe(64);
  });

  test.each([
    [
      "sends no YUV4MPEG2",
      'process.stdout.write("no frames at all\\n".repeat(50));',
      "it sends no YUV4MPEG2",
    ],
    [
      "has another format",
      'process.stdout.write("YUV4MPEG2 W64 H48 C444\\n");',
      "its frames are 444, not YUV420",
    ],
    [
      "has an absurd size",
      'process.stdout.write("YUV4MPEG2 W64000 H48000 C420jpeg\\n");',
      "its frames are 64000 × 48000",
    ],
    [
      "sends damaged frames",
      `${header} process.stdout.write("FRAME\\n" + "x".repeat(${bytes}) + "yFRAME\\n");`,
      "its frames are damaged",
    ],
    [
      "is not there",
      'process.stderr.write("/dev/video7: No such file or directory\\n"); process.exit(1);',
      "there is no /dev/video7: is the camera plugged in?",
    ],
    [
      "may not be read",
      'process.stderr.write("/dev/video7: Permission denied\\n"); process.exit(1);',
      "/dev/video7 may not be read: add this user to the group video",
    ],
    [
      "is busy",
      'process.stderr.write("ioctl(VIDIOC_STREAMON): Device or resource busy\\n"); process.exit(1);',
      "another program has /dev/video7",
    ],
  ])("that %s says so", async (_, code, message) => {
    script("ffmpeg", `${code} setInterval(() => {}, 1000);`);
    const eyes = await camera("v4l2", { device: "/dev/video7" });
    const seen = eyes.start(never).then(async () => {
      for (;;) await eyes.next(never);
    });
    await expect(seen).rejects.toMatchObject({
      code: "DEVICE",
      message: `the camera fails with ffmpeg: ${message}`,
    });
  });

  const real = findProgram("ffmpeg", process.env);
  test.skipIf(real === null)("is read by the real ffmpeg (skipped where there is none)", async () => {
    // The made-up picture of ffmpeg takes the place of the camera; what is made of it is as on the hat.
    const file = join(path, "ffmpeg");
    writeFileSync(
      file,
      `#!/bin/bash\nout=()\nwhile [ $# -gt 0 ]; do case "$1" in\n-f) if [ "$2" = v4l2 ]; then out+=(-re -f lavfi); else out+=(-f "$2"); fi; shift;;\n-framerate|-video_size) shift;;\n-i) out+=(-i "color=c=0x3070c0:size=1920x1080:rate=10"); shift;;\n*) out+=("$1");;\nesac; shift; done\nexec ${real} "\${out[@]}"\n`,
    );
    chmodSync(file, 0o755);
    const eyes = await camera("v4l2", {
      device: "/dev/video7",
      env: { PATH: `${path}:${process.env.PATH}` },
    });
    await eyes.start(never);
    const frame = await eyes.next(never);
    expect([frame.width, frame.height]).toEqual([1536, 864]);
    const [r = 0, g = 0, b = 0] = await frame.crop([100, 100, 64, 64], 1, 1);
    for (const [is, wanted] of [
      [r, 0x30],
      [g, 0x70],
      [b, 0xc0],
    ] as const) {
      expect(Math.abs(is - wanted)).toBeLessThanOrEqual(4);
    }
  });
});

describe("the camera that is there", () => {
  const found = (cameras: Pick<AttachedCamera, "kind">[]) => {
    const made: string[] = [];
    const eyes = new AutoCamera(
      {} as never,
      async (driver) => {
        made.push(driver);
        return { name: driver, start: async () => {}, stop: async () => {} } as unknown as Camera;
      },
      () => cameras as AttachedCamera[],
    );
    return { eyes, made };
  };

  test("is the one on the ribbon cable before one on USB, and says which it is", async () => {
    const { eyes } = found([{ kind: "v4l2" }, { kind: "ribbon" }]);
    await eyes.start(never);
    expect(eyes.name).toBe("rpicam");
    const usb = found([{ kind: "v4l2" }]).eyes;
    await usb.start(never);
    expect(usb.name).toBe("v4l2");
  });

  test("is told of in one line when there is none, and is looked for anew", async () => {
    const cameras: Pick<AttachedCamera, "kind">[] = [];
    const { eyes } = found(cameras);
    await expect(eyes.start(never)).rejects.toMatchObject({ code: "DEVICE", message: /^no camera: check/ });
    cameras.push({ kind: "v4l2" });
    await eyes.start(never);
    expect(eyes.name).toBe("v4l2");
  });
});
