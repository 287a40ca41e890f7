import { z } from "zod";
import { systemClock } from "./base/clock.ts";
import type { Config } from "./base/config.ts";
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

/** What the guard is told when it starts; the mind passes it as one JSON argument. */
export const guardOptionsSchema = z.strictObject({
  socket: z.string(),
  ranges: z
    .array(z.strictObject({ driver: z.string(), name: z.string(), script: z.string().optional() }))
    .min(1),
  imu: z.string(),
  buzzer: z.string(),
  button: z.string(),
  gapMs: z.number(),
  /** When the simulated walk began (CLOCK_MONOTONIC, ms); null on a real hat. */
  epoch: z.number().nullable(),
  /** Whether it is a child of the mind rather than a unit of its own. */
  child: z.boolean(),
  log: z.strictObject({
    level: z.enum(["debug", "info", "warn", "error", "silent"]),
    format: z.enum(["json", "text"]),
  }),
});
export type GuardOptions = z.output<typeof guardOptionsSchema>;

export function guardOptions(
  config: Config,
  socket: string,
  simulate: { epoch: number } | null,
  child: boolean,
): GuardOptions {
  return {
    socket,
    ranges: config.range.map(({ driver, name, script }) => ({ driver, name, ...(script ? { script } : {}) })),
    imu: config.imu.driver,
    buzzer: config.buzzer.driver,
    button: config.button.driver,
    gapMs: config.button.gap_ms,
    epoch: simulate?.epoch ?? null,
    child,
    log: config.log,
  };
}

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
