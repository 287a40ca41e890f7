import { systemClock } from "./base/clock.ts";
import { type GuardOptions, guardOptionsSchema } from "./base/guard-options.ts";
import { Lifecycle, signalOfProcess } from "./base/lifecycle.ts";
import { createLog } from "./base/log.ts";
import { runProcess } from "./base/process.ts";
import { createButton } from "./devices/button/index.ts";
import { createBuzzer } from "./devices/buzzer/index.ts";
import { createImu } from "./devices/imu/index.ts";
import { createRangeFinder } from "./devices/range/index.ts";
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
  const clock = systemClock;
  const log = createLog("guard", options.log);
  const { epoch } = options;
  const simulated = epoch !== null;
  const ranges = await Promise.all(
    options.ranges.map(({ driver, name, script }) =>
      createRangeFinder(driver, { clock, name, epoch: epoch ?? 0, script }),
    ),
  );
  const imu = await createImu(options.imu, clock);
  const buzzer = await createBuzzer(options.buzzer);
  const button = await createButton(options.button, clock);
  const server = new GuardServer({ path: options.socket, epoch, clock, log });
  const { gapMs, child } = options;
  const guard = new GuardDaemon({ ranges, imu, buzzer, button, server, gapMs, simulated, child, clock, log });
  if (onHeard) guard.onHeard = onHeard;

  const lifecycle = new Lifecycle(clock, log);
  const ended = new Promise<void>((resolve) => {
    guard.onEnd = resolve;
    signal.addEventListener("abort", () => resolve());
  });
  try {
    await lifecycle.start([server, guard], signal);
    await ended;
  } finally {
    await lifecycle.stop();
  }
}

if (import.meta.filename === process.argv[1]) {
  await runProcess("guard", guardOptionsSchema, (options) => runGuard(options, signalOfProcess()));
}
