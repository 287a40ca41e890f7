import { z } from "zod";

/** The messages between eyes and mind, over a private pipe. Times are CLOCK_MONOTONIC in ms. */

/** `[x, y, width, height]` in pixels of the camera's large frame. */
export const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.output<typeof boxSchema>;

/** How well the eyes see. */
export const seeingStates = ["good", "dark", "blurred", "covered", "none"] as const;
export type Seeing = (typeof seeingStates)[number];

export const trackSchema = z.strictObject({
  /** Stays the same while the same person or thing is followed. */
  id: z.number().int(),
  /** COCO-80 name. */
  label: z.string(),
  score: z.number().min(0).max(1),
  box: boxSchema,
  /** When it was first seen, and frames that agreed on it so far. */
  since: z.number(),
  frames: z.number().int(),
  /** The largest face inside the box of a person, where one was found. */
  face: z.strictObject({ box: boxSchema, score: z.number() }).nullable(),
});
export type Track = z.output<typeof trackSchema>;

export const sightSchema = z.strictObject({
  type: z.literal("sight"),
  /** When the frame was taken. */
  at: z.number(),
  /** Size of the large frame, to which the boxes belong. */
  width: z.number(),
  height: z.number(),
  seeing: z.enum(seeingStates),
  /** Confirmed tracks only. */
  tracks: z.array(trackSchema),
  /** Milliseconds that the frame took in the eyes. */
  ms: z.number(),
});
export type Sight = z.output<typeof sightSchema>;

export const fromEyesSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready"), pid: z.number().int(), camera: z.string() }),
  sightSchema,
  /** Something that a person should know, in one line; the eyes go on trying. */
  z.strictObject({ type: z.literal("trouble"), message: z.string() }),
  /** The answer to `picture`: a JPEG in base64, or null when there is none. */
  z.strictObject({ type: z.literal("picture"), id: z.number().int(), jpeg: z.string().nullable() }),
]);
export type FromEyes = z.output<typeof fromEyesSchema>;

export const toEyesSchema = z.discriminatedUnion("type", [
  /** Asks for the newest frame as a JPEG with its longest side at most `side` pixels. */
  z.strictObject({
    type: z.literal("picture"),
    id: z.number().int(),
    side: z.number().int().min(64).max(4096),
  }),
  /** In simulation: the distance that was set by hand, so that the picture keeps step; null: the walk again. */
  z.strictObject({ type: z.literal("distance"), metres: z.number().min(0).max(100).nullable() }),
]);
export type ToEyes = z.output<typeof toEyesSchema>;

/** Longest message between eyes and mind, in characters; a picture is the longest. */
export const eyesMessageLimit = 8 * 1024 * 1024;

/**
 * What the mind tells the eyes at their start, as one JSON argument: `node eyes.js '{"camera":…}'`. File descriptor 3
 * of the eyes is a duplex pipe (`stdio: ["ignore", "ignore", "inherit", "pipe"]`) that carries the messages above; the
 * eyes end when it closes.
 */
export const eyesOptionsSchema = z.strictObject({
  camera: z.strictObject({
    driver: z.string(),
    /** Folder of photos for the simulated camera; without it, the sample photos of a checkout. */
    folder: z.string().optional(),
    fps: z.number().positive(),
  }),
  vision: z.strictObject({
    /** 0 chooses by the machine: all cores but one. */
    threads: z.number().int().min(0),
    min_score: z.number().min(0).max(1),
    precision: z.enum(["int8", "fp32"]),
  }),
  /** In simulation: when the walk began, the same moment as the simulated range finder's. */
  simulate: z.strictObject({ epoch: z.number() }).nullable(),
  log: z.strictObject({
    level: z.enum(["debug", "info", "warn", "error", "silent"]),
    format: z.enum(["json", "text"]),
  }),
});
export type EyesOptions = z.output<typeof eyesOptionsSchema>;

/**
 * Exit status of the eyes when a model is missing or damaged, or the configuration asks for a camera that there is not:
 * starting them again will not help. A `trouble` says which it is.
 */
export const eyesExitNoModel = 3;
