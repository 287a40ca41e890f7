import { systemClock } from "./base/clock.ts";
import { BrimError } from "./base/errors.ts";
import { type GuardOptions, guardOptionsSchema } from "./base/guard-options.ts";
import { Lifecycle, signalOfProcess } from "./base/lifecycle.ts";
import { createLog } from "./base/log.ts";
import { goFirst } from "./base/niceness.ts";
import { runProcess } from "./base/process.ts";
import { SdNotify } from "./base/sd-notify.ts";
import { createButton } from "./devices/button/index.ts";
import { createBuzzer } from "./devices/buzzer/index.ts";
import { createImu } from "./devices/imu/index.ts";
import { createRangeFinders } from "./devices/range/index.ts";
import { GuardDaemon } from "./guard/daemon.ts";
import { GuardServer } from "./guard/server.ts";
import type { Heard } from "./guard/warner.ts";

/**
 * The guard: distance sensors, gyro, button → filter → risk → buzzer. Runs until `signal` is aborted or its mind
 * ends it.
 */
export async function runGuard(
  options: GuardOptions,
  signal: AbortSignal,
  onHeard?: (heard: Heard, pips: number | undefined, at: number) => void,
): Promise<void> {
  // It must never wait for a core that others have.
  goFirst();
  const clock = systemClock;
  const log = createLog("guard", options.log);
  const { epoch } = options;
  const simulated = epoch !== null;
  const { gpio } = options;
  const ranges = await createRangeFinders(options.ranges, {
    ...{ gpio, clock, epoch: epoch ?? 0 },
    onProblem: (name, why) => log.error(`${name}: ${why}`),
  });
  const imu = await createImu({
    ...{ config: options.imu, clock },
    onProblem: (why) => log.error(`imu: ${why}`),
  });
  const ended = new Ending();
  const chosen = (device: string) => (driver: string) => log.info(`${device}: driver ${driver}`);
  const buzzer = await createBuzzer({
    config: options.buzzer,
    gpio,
    clock,
    onChosen: chosen("buzzer"),
    onLost: (why) => ended.fail(new BrimError("DEVICE", why)),
  });
  const button = await createButton({
    config: options.button,
    gpio,
    clock,
    onChosen: chosen("button"),
    onProblem: (why) => log.error(`button: ${why}`),
  });
  const server = new GuardServer({ path: options.socket, epoch, clock, log });
  const { child } = options;
  const gapMs = options.button.gap_ms;
  const guard = new GuardDaemon({ ranges, imu, buzzer, button, server, gapMs, simulated, child, clock, log });
  if (onHeard) guard.onHeard = onHeard;

  const systemd = new SdNotify({ env: process.env, clock, log, works: () => guard.works });

  const lifecycle = new Lifecycle(clock, log);
  guard.onEnd = () => ended.end();
  signal.addEventListener("abort", () => ended.end());
  try {
    await lifecycle.start([server, guard, systemd], signal);
    await ended.promise;
  } finally {
    await lifecycle.stop();
  }
}

/** How a guard ends: as it should, or because it can warn nobody any more. */
class Ending {
  end: () => void = () => {};
  fail: (error: BrimError) => void = () => {};
  readonly promise = new Promise<void>((resolve, reject) => {
    this.end = resolve;
    this.fail = reject;
  });

  constructor() {
    // It may fail before somebody waits for it.
    this.promise.catch(() => {});
  }
}

if (import.meta.filename === process.argv[1]) {
  await runProcess("guard", guardOptionsSchema, (options) => runGuard(options, signalOfProcess()));
}
