import { z } from "zod";

/**
 * The messages between guard and mind. Times (`at`) are CLOCK_MONOTONIC in ms, distances are in metres.
 * The guard is the server of a Unix socket; the mind, and anybody who watches, is its client.
 */

/** How urgent what is heard is; `blind` means that the guard cannot warn. */
export const levels = ["quiet", "caution", "warning", "danger", "blind", "paused"] as const;
export type Level = (typeof levels)[number];

/** What the fingers did; see DESIGN section 4. `hold` and `clickHold` begin, their `End` is the release. */
export const gestures = [
  "click",
  "double",
  "triple",
  "hold",
  "holdEnd",
  "clickHold",
  "clickHoldEnd",
] as const;
export type Gesture = (typeof gestures)[number];

const time = z.number().finite();
const metres = z.number().min(0).max(100);

export const sensorStateSchema = z.strictObject({
  name: z.string(),
  state: z.enum(["starting", "good", "blind"]),
  /** Why it is blind, in words for the log and the page. */
  reason: z.string().nullable(),
});
export type SensorState = z.output<typeof sensorStateSchema>;

export const statusSchema = z.strictObject({
  type: z.literal("status"),
  at: time,
  level: z.enum(levels),
  beepsPerSecond: z.number(),
  /** A counted number of pips that sounds now, where there is one. */
  pips: z.number().int().optional(),
  metres: metres.nullable(),
  ttc: z.number().nullable(),
  /** Metres that the sensors can still see in this light, where that is less than 1.5 m. */
  reach: metres.nullable(),
  /** Milliseconds until paused beeps come back, or null. */
  pausedFor: z.number().nullable(),
  sensors: z.array(sensorStateSchema),
});
export type GuardStatus = z.output<typeof statusSchema>;

/** Guard → mind. `status` comes on each change and at least every 500 ms; it is the guard's heartbeat. */
export const fromGuardSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("welcome"),
    pid: z.number().int(),
    /** In simulation: when the walk began, which the eyes must share; null on a real hat. */
    epoch: time.nullable(),
    /** The process id of another mind that is connected already, or null. */
    mind: z.number().int().nullable(),
  }),
  statusSchema,
  z.strictObject({ type: z.literal("press"), at: time }),
  z.strictObject({ type: z.literal("release"), at: time }),
  z.strictObject({ type: z.literal("gesture"), at: time, gesture: z.enum(gestures) }),
  /** The buzzer went on or off; sent in simulation only, for the page's light. */
  z.strictObject({ type: z.literal("buzzer"), at: time, on: z.boolean() }),
]);
export type FromGuard = z.output<typeof fromGuardSchema>;

/** What the simulated devices of the guard are told. */
export const simulateSchema = z.strictObject({
  type: z.literal("simulate"),
  /** The range finder: a distance, no echo, a fault, silence (no readings at all), or the walk again. */
  range: z
    .union([
      z.strictObject({ metres }),
      z.strictObject({ noEcho: z.literal(true) }),
      z.strictObject({ fault: z.string().min(1).max(100) }),
      z.enum(["walk", "silent"]),
    ])
    .optional(),
  button: z.enum(["press", "release"]).optional(),
});
export type Simulate = z.output<typeof simulateSchema>;

/** Mind → guard. `heartbeat` comes every second; without one for 3 s the guard takes itself to be alone. */
export const toGuardSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), role: z.enum(["mind", "watcher"]), pid: z.number().int() }),
  z.strictObject({ type: z.literal("heartbeat") }),
  z.strictObject({ type: z.literal("pause"), minutes: z.number().min(0).max(10) }),
  z.strictObject({ type: z.literal("acknowledge") }),
  /** Whether speech can be heard; while it cannot (the headset is lost), the buzzer tells so. */
  z.strictObject({ type: z.literal("speech"), heard: z.boolean() }),
  /** Longest pause between the clicks of one gesture, in ms, as the wearer has set it. */
  z.strictObject({ type: z.literal("gap"), ms: z.number().int().min(250).max(800) }),
  /** Ends a guard that is a child of the mind; a guard that systemd owns ignores it. */
  z.strictObject({ type: z.literal("stop") }),
  simulateSchema,
]);
export type ToGuard = z.output<typeof toGuardSchema>;

/** Longest message between guard and mind, in characters. */
export const guardMessageLimit = 16 * 1024;
