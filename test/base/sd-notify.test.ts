import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import unixDgram from "unix-dgram";
import { afterEach, expect, test } from "vitest";
import { SimulatedClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { SdNotify } from "../../src/base/sd-notify.ts";

const log = createLog("test", { level: "silent", format: "text" });
const folder = mkdtempSync(join(tmpdir(), "brim-notify-"));
const path = join(folder, "notify");
const heard: string[] = [];
const receiver = unixDgram.createSocket("unix_dgram");
receiver.on("message", (message) => heard.push(String(message)));
receiver.bind(path);

afterEach(() => heard.splice(0));

async function settled(count: number): Promise<string[]> {
  for (let i = 0; i < 200 && heard.length < count; i++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return heard.splice(0);
}

test("systemd is told when it is ready, that it works, and that it stops", async () => {
  const clock = new SimulatedClock();
  let works = true;
  const env = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "3000000", WATCHDOG_PID: String(process.pid) };
  const notify = new SdNotify({ env, clock, log, works: () => works });
  await notify.start();
  expect(await settled(1)).toEqual(["READY=1"]);
  clock.advance(3_000);
  expect(await settled(3)).toEqual(["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
  // What works no more is ended by the watchdog, since nothing pings it.
  works = false;
  clock.advance(9_000);
  works = true;
  clock.advance(1_000);
  notify.status("quiet\nnothing near");
  await notify.stop();
  expect(await settled(3)).toEqual(["WATCHDOG=1", "STATUS=quiet nothing near", "STOPPING=1"]);
});

test("another process's watchdog is not pinged, and without WatchdogSec none is", async () => {
  for (const more of [{ WATCHDOG_USEC: "1000000", WATCHDOG_PID: "1" }, {}]) {
    const clock = new SimulatedClock();
    const notify = new SdNotify({ env: { NOTIFY_SOCKET: path, ...more }, clock, log, works: () => true });
    await notify.start();
    clock.advance(10_000);
    await notify.stop();
    expect(await settled(2)).toEqual(["READY=1", "STOPPING=1"]);
  }
});

test("outside of systemd nothing is sent, and a socket that cannot be reached stops nothing", async () => {
  for (const NOTIFY_SOCKET of [undefined, "", "@/org/freedesktop/systemd1/notify", join(folder, "none")]) {
    const env = NOTIFY_SOCKET === undefined ? {} : { NOTIFY_SOCKET };
    const notify = new SdNotify({ env, clock: new SimulatedClock(), log, works: () => true });
    await notify.start();
    notify.status("on");
    await notify.stop();
  }
  expect(heard).toEqual([]);
  receiver.close();
  rmSync(folder, { recursive: true });
});
