/** Guard and mind as units of real systemd, in the virtual machine: killed, hung, and always brought back. */
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { PlayedTfLuna } from "./chips/tf-luna.ts";
import { Watcher } from "./guard.ts";
import { Pins } from "./pins.ts";
import { brimRoot } from "./places.ts";
import { Player, plugBus } from "./player.ts";
import { end, expect, sleep, test, until } from "./report.ts";

const units = ["brim-guard", "brim"] as const;
type Unit = (typeof units)[number];

/** Runs a program while the chip is played on. */
async function run(program: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(program, args)).stdout.trim();
}

const show = (unit: Unit, property: string) => run("systemctl", "show", unit, "-p", property, "--value");
const pidOf = async (unit: Unit) => Number(await show(unit, "MainPID"));
const socket = "/run/brim/guard.sock";
const watchdog = { "brim-guard": 0, brim: 0 };

/** Installs as the installer does, with the checkout in the release's place. */
async function install(pins: Pins): Promise<void> {
  for (const group of ["gpio", "i2c", "input", "audio", "video"]) spawnSync("groupadd", ["-f", group]);
  await run("useradd", "--system", "--user-group", "--home-dir", "/var/lib/brim", "brim");
  pins.lend("brim:gpio");
  await run("chown", "root:i2c", "/dev/i2c-1");
  await run("chmod", "660", "/dev/i2c-1");
  const current = "/opt/brim/current";
  mkdirSync(`${current}/bin`, { recursive: true });
  mkdirSync(`${current}/app`);
  // Where it lies, the user brim may have no way to.
  await run("mount", "--bind", brimRoot, `${current}/app`);
  writeFileSync(`${current}/node`, "");
  await run("mount", "--bind", process.execPath, `${current}/node`);
  writeFileSync(
    `${current}/bin/brim`,
    `#!/bin/sh\nexec ${current}/node ${current}/app/dist/cli/main.js "$@"\n`,
  );
  chmodSync(`${current}/bin/brim`, 0o755);
  // The eyes would take both processors for minutes; the mind goes on without models.
  mkdirSync(`${current}/app/models/built`, { recursive: true });
  await run("mount", "-t", "tmpfs", "tmpfs", `${current}/app/models/built`);
  mkdirSync("/etc/brim", { recursive: true });
  writeFileSync(
    "/etc/brim/brim.toml",
    '[buzzer]\ndriver = "onoff"\n[button]\ndriver = "onoff"\n[[range]]\ndriver = "tf-luna"\n[speech]\nplayer = "silent"\n[page]\nport = 0\n',
  );
  for (const unit of units) {
    const file = join(brimRoot, "systemd", `${unit}.service`);
    copyFileSync(file, `/etc/systemd/system/${unit}.service`);
    const text = readFileSync(file, "utf8");
    const seconds = (key: string) => Number(new RegExp(`^${key}=(\\d+)$`, "m").exec(text)?.[1]);
    watchdog[unit] = seconds("WatchdogSec");
  }
  await run("systemctl", "daemon-reload");
}

const pins = new Pins();
const luna = new PlayedTfLuna();
plugBus([{ address: luna.address, wide: false }]);
new Player(luna);
await install(pins);
pins.listen();

/** A wall that comes nearer and jumps back, so that the buzzer beeps again and again; or one that is far. */
let walking = false;
const period = 2_500;
setInterval(() => {
  const t = performance.now() % period;
  luna.scene.metres = walking ? 1.6 - (t / period) * 1.2 : 4 + (t % 100) / 5000;
}, 10);

/** CLOCK_MONOTONIC in s, by which systemd keeps its times, too. */
const monotonic = () => Number(process.hrtime.bigint()) / 1e9;

/** How long a unit's newest process took from its start to saying that it is ready, in s, and when it was started. */
async function startOf(unit: Unit): Promise<{ started: number; took: number }> {
  const time = async (what: string) => Number(await show(unit, `${what}TimestampMonotonic`)) / 1e6;
  const [started, active] = [await time("ExecMainStart"), await time("ActiveEnter")];
  return { started, took: active - started };
}

/** How long a unit's first start took. */
const firstStart = { "brim-guard": 0, brim: 0 };

/**
 * Waits until the unit is active with another process than `old`. By systemd's own clock that process must have been
 * started within the watchdog's time + 3 s of `begun`, and ready as soon after it as at the first start. The guard must be
 * ready within that time, too; the mind's start is most of 3 s on a Pi, and more on this one emulated processor.
 * Returns after how many seconds it was ready.
 */
async function back(unit: Unit, old: number, begun: number): Promise<number> {
  const limit = watchdog[unit] + 3;
  while ((await show(unit, "ActiveState")) !== "active" || [0, old].includes(await pidOf(unit))) {
    expect(`${unit} does not come back`, monotonic() - begun < 4 * limit);
    await sleep(500);
  }
  const { started, took } = await startOf(unit);
  const again = started - begun;
  const words = `${unit} is started again after ${again.toFixed(2)} s, and ready ${took.toFixed(2)} s later`;
  console.log(`         ${words}`);
  expect(`${words}, not within ${limit} s`, (unit === "brim-guard" ? again + took : again) <= limit);
  const ordinary = firstStart[unit];
  expect(`${words}, and ${ordinary.toFixed(2)} s at its first start`, took <= 1.5 * ordinary + 0.5);
  return again + took;
}

/** Stops the guard while its buzzer sounds, so that the line is on when it dies or hangs. */
async function stopWhileBuzzing(pid: number): Promise<void> {
  walking = true;
  for (;;) {
    await until("a beep", () => pins.buzzing);
    process.kill(pid, "SIGSTOP");
    await sleep(20);
    if (pins.buzzing) break;
    process.kill(pid, "SIGCONT");
  }
  walking = false;
}

/** Whether the line is high for longer than any of the guard's sounds. */
async function staysOn(): Promise<boolean> {
  for (let i = 0; i < 60; i++) {
    if (!pins.buzzing) return false;
    await sleep(50);
  }
  return true;
}

/** A test of a unit; where it fails, the end of the unit's journal is shown. */
async function testOf(unit: Unit, sentence: string, body: () => Promise<void>): Promise<void> {
  await test(sentence, async () => {
    try {
      await body();
    } catch (error) {
      const lines = await run("journalctl", "--no-pager", "-q", "-o", "cat", "-u", unit, "-n", "12");
      throw new Error(`${error instanceof Error ? error.message : error}\n${lines}`);
    }
  });
}

await testOf("brim-guard", "systemd: the guard's unit starts, with all its restrictions", async () => {
  await run("systemctl", "start", "brim-guard");
  firstStart["brim-guard"] = (await startOf("brim-guard")).took;
  const pid = await pidOf("brim-guard");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  expect("it runs as root", !/^Uid:\s+0\s/m.test(status));
  expect("it may call everything", /^Seccomp:\s+2$/m.test(status));
  expect("it has capabilities", /^CapEff:\s+0+$/m.test(status));
  expect("it has a network", readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync("/proc/1/ns/net"));
  expect("it has no priority", (await run("chrt", "-p", String(pid))).includes("SCHED_RR"));
  const watcher = await Watcher.at(socket);
  await until("good readings, with all restrictions", () => watcher.status?.sensors[0]?.state === "good");
});

await testOf("brim", "systemd: the mind's unit starts, and joins the guard that is there", async () => {
  const guard = await pidOf("brim-guard");
  await run("systemctl", "start", "brim");
  firstStart.brim = (await startOf("brim")).took;
  expect("the guard is another", (await pidOf("brim-guard")) === guard);
  // The guard tells a newcomer which mind it has.
  const late = await Watcher.at(socket);
  const welcome = await until("the welcome", () =>
    late.messages.find((message) => message.type === "welcome"),
  );
  expect("it has not joined the guard", welcome.mind === (await pidOf("brim")));
});

for (const unit of units) {
  const who = unit === "brim" ? "the mind" : "the guard";
  const is = unit === "brim" ? "is started again" : "is back";
  const ends = {
    [`that is killed (kill -9) ${is} within the watchdog's time + 3 s`]: "SIGKILL",
    [`that hangs is ended by its watchdog, and ${is} within its time + 3 s`]: "SIGSTOP",
  } as const;
  for (const [sentence, signal] of Object.entries(ends)) {
    await testOf(unit, `systemd: ${who} ${sentence}`, async () => {
      const pid = await pidOf(unit);
      const guard = await pidOf("brim-guard");
      if (unit === "brim-guard") await stopWhileBuzzing(pid);
      const [begun, from] = [monotonic(), performance.now()];
      process.kill(pid, signal);
      const after = await back(unit, pid, begun);
      if (unit === "brim") expect("the guard was restarted, too", (await pidOf("brim-guard")) === guard);
      else {
        const off = pins.edges.find(({ on, at }) => !on && at > from);
        const seconds = off === undefined ? Number.POSITIVE_INFINITY : (off.at - from) / 1000;
        console.log(`         the buzzer's line, which was on, is off after ${seconds.toFixed(2)} s`);
        expect("the line stayed on until there was a new guard", seconds < after);
        expect("the line stayed on", !(await staysOn()));
      }
      const said = await run("journalctl", "--no-pager", "-q", "-o", "cat", "_PID=1", "-u", unit, "-n", "30");
      const byWatchdog = said.split("\n").some((line) => /watchdog timeout/i.test(line));
      expect("the watchdog was not what ended it", signal === "SIGKILL" || byWatchdog);
    });
  }
}

await testOf(
  "brim-guard",
  "systemd: a guard that is stopped says so, and leaves the buzzer off",
  async () => {
    const from = performance.now();
    await run("systemctl", "stop", "brim", "brim-guard");
    expect(
      "the stopping sound was not heard",
      pins.edges.filter(({ on, at }) => on && at > from).length >= 3,
    );
    expect("the buzzer is on", !pins.buzzing);
  },
);

pins.silence();
end();
