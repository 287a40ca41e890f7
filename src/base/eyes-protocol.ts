import { z } from "zod";

/** The messages between eyes and mind, over a private pipe. Times are CLOCK_MONOTONIC in ms. */

/** `[x, y, width, height]` in pixels of the camera's large frame. */
export const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.output<typeof boxSchema>;

/** How well the eyes see. */
export const seeingStates = ["good", "dark", "blurred", "covered", "none"] as const;
export type Seeing = (typeof seeingStates)[number];

/** One look at a face or a thing, as numbers. */
export const viewSchema = z.strictObject({
  /** Name of the model that made the embedding; embeddings of different models are never compared. */
  model: z.string().min(1).max(100),
  /** A vector of length 1: little-endian 32-bit floats in base64. See `vectorOf`. */
  embedding: z
    .base64()
    .min(4)
    .max(64 * 1024),
  /** How good a look it was, by size, sharpness, centring and light. */
  quality: z.number().min(0).max(1),
});
export type View = z.output<typeof viewSchema>;

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
  /** The largest face inside the box of a person, where one was found; its view in the sight that is the first to have it. */
  face: z.strictObject({ box: boxSchema, score: z.number(), view: viewSchema.nullable() }).nullable(),
  /** The view of a thing, in the sight that is the first to have it. */
  thing: viewSchema.nullable(),
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
  /** What is held or at the centre, where it was embedded anew, whether or not a track has a name for it. */
  central: z.strictObject({ box: boxSchema, view: viewSchema }).nullable(),
  /** Milliseconds that the frame took in the eyes. */
  ms: z.number(),
});
export type Sight = z.output<typeof sightSchema>;

/** What a burst is of: the one face that dominates, the thing in the hand or at the centre, two faces of like size. */
export const burstKinds = ["face", "thing", "twoFaces", "nothing"] as const;
export type BurstKind = (typeof burstKinds)[number];

/**
 * Why nothing in a burst was fit to be learned; `dark` is dark all over, `backlit` a dark subject before a light, `turned`
 * a face that looks away.
 */
export const burstVerdicts = [
  "dark",
  "backlit",
  "blurred",
  "far",
  "near",
  "offCentre",
  "turned",
  "covered",
  "nothing",
] as const;
export type BurstVerdict = (typeof burstVerdicts)[number];

/** What there was to read; see `src/vision/text/page.ts`. */
export const readTextSchema = z.strictObject({
  /** In reading order. */
  paragraphs: z.array(z.string().max(5_000)).max(500),
  /** The side at which text runs out of the picture. */
  cut: z.enum(["left", "right", "top", "bottom"]).nullable(),
  /** Most of the text is too small or too uncertain. */
  far: z.boolean(),
});
export type ReadText = z.output<typeof readTextSchema>;

/** A burst holds at most so many views, the best ones. */
export const mostBurstViews = 5;

const share = z.number().min(0).max(1);
/** A point in shares of a picture's width and height. */
const sharePoint = z.tuple([share, share]);
const shareBox = z.tuple([share, share, share, share]);

export const cutOutSchema = z.strictObject({
  /** The overlap (IoU) with what is meant that is expected. */
  score: share,
  /** `[x, y, width, height]` in shares of the picture. */
  box: shareBox,
  /** PNG in base64 of the picture's shape, 255 on the thing, else 0. */
  mask: z.string(),
  /** Around each part of it, in shares of the picture: closed polygons, the largest first; holes are left out. */
  outline: z.array(z.array(sharePoint)),
});
export type CutOut = z.output<typeof cutOutSchema>;

/** What is meant in a picture: points on it and beside it, a box, or (without any of them) the most striking thing. */
const promptShape = {
  clicks: z.array(sharePoint).max(16),
  not: z.array(sharePoint).max(16),
  box: shareBox.optional(),
};

/** Why a look at what was pointed at in a picture cannot be learned from; `noFace`: nobody's face is there. */
export const lookFlaws = [...burstVerdicts, "noFace"] as const;
export type LookFlaw = (typeof lookFlaws)[number];

export const fromEyesSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready"), pid: z.number().int(), camera: z.string() }),
  sightSchema,
  /** Something that a person should know, in one line; the eyes go on trying. */
  z.strictObject({ type: z.literal("trouble"), message: z.string() }),
  /** The answer to `picture`: a JPEG in base64, or null when there is none; `at` is that of the sight of its frame. */
  z.strictObject({
    type: z.literal("picture"),
    id: z.number().int(),
    jpeg: z.string().nullable(),
    at: z.number().nullable(),
  }),
  /** The answer to `look`: either a view or why there is none; `gone` when the picture is too old. */
  z.strictObject({
    type: z.literal("look"),
    id: z.number().int(),
    view: viewSchema.nullable(),
    flaw: z.enum([...lookFlaws, "gone"]).nullable(),
  }),
  /** The answer to `frame`: it was looked at, or was none. */
  z.strictObject({ type: z.literal("frame"), id: z.number().int(), taken: z.boolean() }),
  /** The answer to `segment`: null when nothing is found, or the picture is too old. */
  z.strictObject({ type: z.literal("segment"), id: z.number().int(), found: cutOutSchema.nullable() }),
  /** The answer to `read`: null where there is no picture, or the reader failed or took too long. */
  z.strictObject({ type: z.literal("text"), id: z.number().int(), read: readTextSchema.nullable() }),
  /** What a burst is of, within 1 s of its beginning. */
  z.strictObject({ type: z.literal("burstKind"), id: z.number().int(), kind: z.enum(burstKinds) }),
  /** The end of a burst. Either there are views, or there is a verdict that says why there are none. */
  z.strictObject({
    type: z.literal("burstDone"),
    id: z.number().int(),
    kind: z.enum(burstKinds),
    views: z.array(viewSchema).max(mostBurstViews),
    verdict: z.enum(burstVerdicts).nullable(),
    /** The track of whom or what was looked at, where there is one. */
    track: z.number().int().nullable(),
  }),
]);
export type FromEyes = z.output<typeof fromEyesSchema>;

export const toEyesSchema = z.discriminatedUnion("type", [
  /**
   * Asks for the newest frame as a JPEG with its longest side at most `side` pixels. With `keep` it is kept for a minute,
   * in place of the one before, for `segment` and `look`.
   */
  z.strictObject({
    type: z.literal("picture"),
    id: z.number().int(),
    side: z.number().int().min(64).max(4096),
    keep: z.literal(true).optional(),
  }),
  /** Asks what thing is meant in the picture that is kept. */
  z.strictObject({ type: z.literal("segment"), id: z.number().int(), ...promptShape }),
  /** Asks for a view of what is meant in the picture that is kept: of a thing, or of a face. */
  z.strictObject({
    type: z.literal("look"),
    id: z.number().int(),
    kind: z.enum(["thing", "face"]),
    ...promptShape,
  }),
  /** A page's camera takes the place of the hat's own, or gives it back. */
  z.strictObject({ type: z.literal("lend"), on: z.boolean() }),
  /** A frame of the page's camera: a JPEG in base64. */
  z.strictObject({ type: z.literal("frame"), id: z.number().int(), jpeg: z.string() }),
  /** Asks for the text ahead. */
  z.strictObject({ type: z.literal("read"), id: z.number().int() }),
  /** In simulation: the distance that was set by hand, so that the picture keeps step; null: the walk again. */
  z.strictObject({ type: z.literal("distance"), metres: z.number().min(0).max(100).nullable() }),
  /**
   * Looks for 1.5 s from now at whom or what is to be learned; a burst that is under way is thrown away. `metres` is what
   * the guard measures straight ahead, where it does: it tells a thing that is held from a face behind it.
   */
  z.strictObject({
    type: z.literal("burst"),
    id: z.number().int(),
    metres: z.number().min(0).max(100).optional(),
  }),
  /** Throws a burst away, and all that it has seen. */
  z.strictObject({ type: z.literal("burstCancel"), id: z.number().int() }),
  /** While on, somebody looks for a thing: what is central or held is embedded continually. */
  z.strictObject({ type: z.literal("attend"), things: z.boolean() }),
  /** Whom or what a track shows has been recognised; where that is `sure` it need not be embedded every time again. */
  z.strictObject({ type: z.literal("known"), track: z.number().int(), sure: z.boolean() }),
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
    /** See `CameraOptions`. */
    device: z.string().optional(),
    format: z.string().optional(),
    rotation: z.union([z.literal(0), z.literal(180)]).optional(),
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

/** The vector of a view. */
export function vectorOf({ embedding }: Pick<View, "embedding">): Float32Array {
  const bytes = Buffer.from(embedding, "base64");
  const vector = new Float32Array(Math.floor(bytes.length / 4));
  for (let i = 0; i < vector.length; i++) vector[i] = bytes.readFloatLE(i * 4);
  return vector;
}

/** A vector as it is sent: the `embedding` of a view. */
export function embeddingOf(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * 4);
  return bytes.toString("base64");
}
