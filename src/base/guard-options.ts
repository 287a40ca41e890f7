import { z } from "zod";
import type { Config } from "./config.ts";

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

/** The guard's part of the configuration. */
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
