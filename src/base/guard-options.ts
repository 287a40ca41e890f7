import { z } from "zod";
import type { Config } from "./config.ts";
import { buttonSchema, buzzerSchema, gpioSchema, imuSchema, rangeSchema } from "./device-config.ts";

/** What the guard is told when it starts; the mind passes it as one JSON argument. */
export const guardOptionsSchema = z.strictObject({
  socket: z.string(),
  ranges: z.array(rangeSchema).min(1),
  imu: imuSchema,
  gpio: gpioSchema,
  buzzer: buzzerSchema,
  button: buttonSchema,
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
    ranges: config.range,
    imu: config.imu,
    gpio: config.gpio,
    buzzer: config.buzzer,
    button: config.button,
    epoch: simulate?.epoch ?? null,
    child,
    log: config.log,
  };
}
