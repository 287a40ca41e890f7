import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { LentCamera } from "../../src/devices/camera/lent.ts";
import { PageCamera } from "../../src/devices/camera/page.ts";
import type { Camera } from "../../src/devices/ports.ts";

const jpeg = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "red" } })
    .jpeg()
    .toBuffer();
const settled = () => new Promise((resolve) => setImmediate(resolve));
const { signal } = new AbortController();

describe("the camera of a page", () => {
  test("gives what the page sends, and tells the page when it was looked at", async () => {
    const camera = new PageCamera({ clock: new SimulatedClock(), fps: 5 });
    const taken = camera.give(await jpeg(64, 48));
    expect(await camera.next(signal)).toMatchObject({ width: 64, height: 48 });
    expect(await taken).toBe(true);
  });

  test("a frame that waits gives way to a newer one", async () => {
    const camera = new PageCamera({ clock: new SimulatedClock(), fps: 5 });
    const first = camera.give(await jpeg(64, 48));
    const second = camera.give(await jpeg(32, 24));
    expect(await first).toBe(false);
    expect(await camera.next(signal)).toMatchObject({ width: 32 });
    expect(await second).toBe(true);
  });

  test("what is no JPEG, cut off, or too large is thrown away, and the next is taken", async () => {
    const camera = new PageCamera({ clock: new SimulatedClock(), fps: 5 });
    const next = camera.next(signal);
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const cutOff = (await jpeg(640, 480)).subarray(0, 700);
    for (const junk of [Buffer.from("no picture"), Buffer.alloc(0), png, cutOff, await jpeg(4100, 8)]) {
      expect(await camera.give(junk)).toBe(false);
    }
    void camera.give(await jpeg(64, 48));
    expect((await next).width).toBe(64);
  });

  test("a page that sends nothing for three seconds is a camera that is gone", async () => {
    const clock = new SimulatedClock();
    const camera = new PageCamera({ clock, fps: 5 });
    const next = camera.next(signal);
    clock.advance(3_000);
    await expect(next).rejects.toMatchObject({ code: "DEVICE" });
  });
});

describe("a hat whose camera is lent to a page", () => {
  class OwnCamera implements Camera {
    readonly name = "own";
    readonly log: string[] = [];
    async start() {
      this.log.push("start");
    }
    async stop() {
      this.log.push("stop");
    }
    next(signal: AbortSignal) {
      this.log.push("next");
      return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
    still = async () => Buffer.alloc(0);
  }

  test("sees with the page's at once, rests its own, and takes it back", async () => {
    const own = new OwnCamera();
    const page = new PageCamera({ clock: new SimulatedClock(), fps: 5 });
    const camera = new LentCamera({ own, page });
    await camera.start(signal);
    const next = camera.next(signal);
    await settled();
    camera.lend(true);
    void page.give(await jpeg(64, 48));
    expect((await next).width).toBe(64);
    expect(camera.name).toBe("camera of the page");
    expect(own.log).toEqual(["start", "next", "stop"]);
    camera.lend(false);
    const end = new AbortController();
    const again = camera.next(end.signal);
    await settled();
    end.abort();
    await expect(again).rejects.toThrow();
    expect(own.log).toEqual(["start", "next", "stop", "start", "next"]);
  });
});
