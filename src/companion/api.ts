import { z } from "zod";
import { lookFlaws } from "../base/eyes-protocol.ts";
import { pictureModes, type Right, rights } from "../base/settings.ts";
import { kinds } from "../memory/types.ts";
import { roles } from "./phones.ts";

/**
 * All that can be asked of the page's server over HTTP; `messages.ts` has what goes over its WebSocket (`/socket`), and
 * `state.ts` what that shows. Bodies and answers are JSON unless it says otherwise. Nothing but the routes with access
 * `open` answers without a session (401). Every refusal is `Failure`, with a status from 400 up:
 *
 * 400 malformed, 401 no session, 403 `role`/`origin`/`host`/`refused`/`never`, 404 `gone`, 409 `conflict`/`known`/`closed`,
 * 413 `tooLarge`, 422 `unfit`, 429 `tooMany`, 503 `unavailable`, 507 `storage`.
 */

export type { Right };

/**
 * Who may ask: `open` everybody, `local` the owner of the state folder (`brim pair`), `paired` any phone that was let in,
 * `wearer` the wearer's phones, or a right: these and the helpers' who have it.
 */
export type RouteAccess = "open" | "local" | "paired" | "wearer" | Right;

export const failureCodes = [
  "malformed",
  "unpaired",
  "host",
  "origin",
  "role",
  /** The wearer has refused, or has not answered in time. */
  "refused",
  /** Not while the settings are so. */
  "never",
  /** There is no such thing, or no more. */
  "gone",
  /** Another one has this name already, or two cannot be merged. */
  "conflict",
  /** It is remembered already under another name: see `known`. */
  "known",
  /** Pairing is not open, or another phone is asking. */
  "closed",
  "another",
  /** The code, or the passphrase, is wrong. */
  "wrong",
  "tooLarge",
  /** Nothing fit to be learned: see `verdict`. */
  "unfit",
  "tooMany",
  /** The eyes, or whoever else is needed, do not answer now. */
  "unavailable",
  /** It cannot be written, e.g. because the disk is full. */
  "storage",
  "internal",
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** Why what was cut out cannot be learned. */
export const enrolVerdicts = lookFlaws;
export type EnrolVerdict = (typeof enrolVerdicts)[number];

const id = z.string().regex(/^[\da-f]{16}$/);
const time = z.number().describe("wall time in ms since 1970");
const bytes = z.number().int().min(0);
const nameText = z.string().min(1).max(80);

export const failureSchema = z.strictObject({
  /** One line in English, for a log. The page words `code` in its own language. */
  error: z.string(),
  code: z.enum(failureCodes),
  /** With `known`. */
  known: z.strictObject({ id, name: z.string() }).optional(),
  /** With `unfit`. */
  verdict: z.enum(enrolVerdicts).optional(),
});
export type Failure = z.output<typeof failureSchema>;

export const phoneSchema = z.strictObject({
  id,
  name: z.string(),
  role: z.enum(roles),
  pairedAt: time,
});

/** A person or thing that is remembered. */
export const entrySchema = z.strictObject({
  id,
  kind: z.enum(kinds),
  /** The typed name, or null. */
  name: z.string().nullable(),
  /** How the hat calls it in words: its name, or "New person 3". */
  title: z.string(),
  /** Whether there is a spoken name to play. */
  hasClip: z.boolean(),
  views: z.number().int(),
  createdAt: time,
  seenAt: time.nullable(),
  /** When it will be forgotten at the soonest, unless it gets a name; null for those that have one. */
  forgottenAt: time.nullable(),
});
export type MemoryEntry = z.output<typeof entrySchema>;

/** A setting's value: a number, one of `choices`, several of them, or yes or no. */
export const settingValueSchema = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]);
export type SettingValue = z.output<typeof settingValueSchema>;

export const settingKeys = [
  "volume",
  "words_per_minute",
  "verbosity",
  "language",
  "button_gap_ms",
  "picture",
  "helper_may",
  "description_style",
  "send_names",
] as const;
export type SettingKey = (typeof settingKeys)[number];

/**
 * A setting, as it is and as it may be. `number`: `min` to `max` by `step`, in `unit`; `choice`: one of `choices`; `set`:
 * any of them; `switch`: true or false.
 */
export const settingSchema = z.strictObject({
  key: z.enum(settingKeys),
  type: z.enum(["number", "choice", "set", "switch"]),
  value: settingValueSchema,
  /** As the configuration says; what a reset brings back. */
  default: settingValueSchema,
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  unit: z.enum(["percent", "words a minute", "ms"]).optional(),
  choices: z.array(z.string()).optional(),
  /** A change is kept at once and holds from the next start. */
  restart: z.boolean(),
  /** With `restart`: what holds until then, where it differs from `value`. */
  now: settingValueSchema.optional(),
  access: z.enum(["paired", "wearer", ...rights]),
  /** The phone that asks may change it. */
  mayChange: z.boolean(),
});
export type Setting = z.output<typeof settingSchema>;

const share = z.number().min(0).max(1);
const point = z.tuple([share, share]);
/** `[x, y, width, height]` in shares of the picture's width and height. */
const box = z.tuple([share, share, share, share]);

/** What there is in a picture, as the hat saw it in the same frame: people first and near before far. */
export const pictureThingSchema = z.strictObject({
  /** COCO-80 name, or "person"/"thing" for what was recognised without one. */
  label: z.string(),
  /** "Ana, 1 o'clock, near.", in the hat's language. */
  text: z.string(),
  box,
  /** Of the clock face: 10 to 2. */
  hour: z.number().int(),
  /** The entry that was recognised, or null. */
  known: z.strictObject({ id, name: z.string(), sure: z.boolean() }).nullable(),
});
export type PictureThing = z.output<typeof pictureThingSchema>;

export const shownPictureSchema = z.strictObject({
  /** For `GET /picture/:id` and for cutting out; good for `seconds`, and until the next picture is asked for. */
  id: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  seconds: z.number(),
  seeing: z.string(),
  things: z.array(pictureThingSchema),
});
export type ShownPictureAnswer = z.output<typeof shownPictureSchema>;

/** What is meant in a picture: points on it and beside it, a box, or (with none of them) the most striking thing. */
const promptShape = {
  clicks: z.array(point).max(16).default([]),
  not: z.array(point).max(16).default([]),
  box: box.optional(),
};
export const promptSchema = z.strictObject(promptShape);

export const cutOutSchema = z.strictObject({
  /** How well it is expected to be cut out. */
  score: share,
  box,
  /** Closed polygons in shares of the picture, the largest first; holes are left out. */
  outline: z.array(z.array(point)),
});
export type CutOutAnswer = z.output<typeof cutOutSchema>;

export const healthSchema = z.strictObject({
  version: z.string(),
  node: z.string(),
  /** Seconds since the hat's mind, and since the machine, started. */
  upSeconds: z.number(),
  machineUpSeconds: z.number(),
  processes: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(["starting", "on", "off"]),
      pid: z.number().int().nullable(),
      rssBytes: bytes.nullable(),
      note: z.string().nullable(),
    }),
  ),
  /** Those of collision warning; `reason` says why one is blind. */
  sensors: z.array(z.strictObject({ name: z.string(), state: z.string(), reason: z.string().nullable() })),
  /** How well the eyes see; `off` without a fresh frame. */
  seeing: z.string(),
  /** Names of what is used: camera, microphone, sound, synthesiser. */
  devices: z.array(z.strictObject({ kind: z.string(), name: z.string(), works: z.boolean() })),
  models: z.array(z.strictObject({ name: z.string(), built: z.boolean(), bytes: bytes.nullable() })),
  memory: z.strictObject({ totalBytes: bytes, freeBytes: bytes }),
  /** Of the file system that holds the state folder; null where it cannot be told. */
  disk: z.strictObject({ totalBytes: bytes, freeBytes: bytes }).nullable(),
  /** Of the processor in °C, where the machine tells. */
  celsius: z.number().nullable(),
  troubles: z.array(z.string()),
});
export type Health = z.output<typeof healthSchema>;

export const privacySchema = z.strictObject({
  people: z.number().int(),
  things: z.number().int(),
  spokenNames: z.number().int(),
  phones: z.number().int(),
  /** Files in the state folder. */
  files: z.array(
    z.strictObject({
      what: z.enum(["memory", "settings", "phones", "certificate"]),
      name: z.string(),
      bytes,
    }),
  ),
  /** Where questions and pictures go when they are asked: the server of descriptions, or null. */
  descriptions: z.strictObject({ host: z.string(), sendNames: z.boolean() }).nullable(),
  picture: z.enum(pictureModes),
});
export type Privacy = z.output<typeof privacySchema>;

/** Bytes that are no JSON: an answer or a body of that type. */
export interface Binary {
  binary: string;
  limit?: number;
}

export interface Route {
  access: RouteAccess;
  params?: z.ZodType;
  headers?: z.ZodType;
  body?: z.ZodType | Binary;
  /** Of a 200; without it the answer is 204 and empty. */
  answer?: z.ZodType | Binary;
  /** Requests a minute from one address, where it is less than for all. */
  perMinute?: number;
}

const applicant = {
  /** How its owner calls the phone. */
  name: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[^\p{C}]*\S[^\p{C}]*$/u),
  role: z.enum(roles),
};
const pairing = z.strictObject({ open: z.boolean(), seconds: z.number().int() });
const paired = z.strictObject({ paired: z.enum(roles) });
const ofEntry = z.strictObject({ id });
const ofPicture = z.strictObject({ id: z.string().regex(/^\d{1,9}$/) });
const ofSetting = z.strictObject({ key: z.enum(settingKeys) });
/** A phone waits for its answer, and a person types a code: more a minute from one address is neither. */
const perMinute = 90;
export const importLimit = 32 * 1024 * 1024;

export const api = {
  // ---- Pairing, on the page that lets in. Answers set the session's cookie; reload "/" then.
  /** Whether pairing is open (a "Pair a phone" in the menu, `brim pair`, or the wearer's phone), and for how long. */
  "GET /pairing": { access: "open", perMinute, answer: pairing },
  /** Asks to be let in; hat and page name `word`, a double click on the hat allows. 409 `closed`, `another`, 429. */
  "POST /pairing/ask": {
    access: "open",
    perMinute,
    body: z.strictObject(applicant),
    answer: z.strictObject({ id: z.string(), word: z.string() }),
  },
  /** Asks whether the wearer has answered; once a second will do. */
  "POST /pairing/answer": {
    access: "open",
    perMinute,
    body: z.strictObject({ id: z.string().min(1).max(64) }),
    answer: z.union([z.strictObject({ answer: z.enum(["wait", "over"]) }), paired]),
  },
  /** Lets in with the spoken code. 403 `wrong`, 409 `closed`, 429 `tooMany`: this code is spent for this address. */
  "POST /pairing/code": {
    access: "open",
    perMinute,
    body: z.strictObject({ ...applicant, code: z.string().regex(/^\d{6}$/) }),
    answer: paired,
  },
  /** Five more minutes for whoever types slowly; ten times for a code, then 429. 409 `closed`. */
  "POST /pairing/extend": { access: "open", perMinute: 20, body: z.strictObject({}), answer: pairing },
  /** Opens pairing for another phone; the hat says the code. `link` and the picture of it lead there with the code. */
  "POST /pairing/begin": {
    access: "wearer",
    body: z.strictObject({}),
    answer: z.strictObject({
      code: z.string(),
      link: z.string(),
      address: z.string(),
      seconds: z.number().int(),
      /** SHA-256 of the certificate, as "AB:CD:…", or null without TLS. */
      fingerprint: z.string().nullable(),
      /** An SVG of the QR code of `link`. */
      qr: z.string(),
    }),
  },
  /** Ends it. */
  "POST /pairing/end": { access: "wearer", body: z.strictObject({}) },
  /** As `POST /pairing/begin`, for `brim pair`. */
  "POST /pairing/open": {
    access: "local",
    answer: z.strictObject({
      code: z.string(),
      link: z.string(),
      address: z.string(),
      seconds: z.number().int(),
      fingerprint: z.string().nullable(),
    }),
  },

  // ---- Phones.
  /** All that are paired, the last first; `you` is the one that asks (also where it came by the link of a simulation). */
  "GET /phones": {
    access: "paired",
    answer: z.strictObject({ you: phoneSchema, phones: z.array(phoneSchema.extend({ open: z.boolean() })) }),
  },
  /** Takes one off the list; its pages end. A helper's may do so with itself alone: 403 `role`. 404 `gone`. */
  "DELETE /phones/:id": { access: "paired", params: ofEntry },

  // ---- People and things. The state's `people` counts each change: fetch anew then. 404 `gone` for an unknown id.
  /** The oldest first. */
  "GET /memory": { access: "paired", answer: z.strictObject({ entries: z.array(entrySchema) }) },
  /** Gives a typed name; null takes it away. 409 `conflict` where another of its kind has it. */
  "PUT /memory/:id/name": {
    access: "paired",
    params: ofEntry,
    body: z.strictObject({ name: nameText.nullable() }),
    answer: entrySchema,
  },
  /** The spoken name, to be played. 404 where there is none. */
  "GET /memory/:id/clip": { access: "paired", params: ofEntry, answer: { binary: "audio/wav" } },
  /** `into` gets the views of `from`, and its names where it has none; `from` is gone. 409 `conflict`: not of one kind. */
  "POST /memory/merge": {
    access: "paired",
    body: z.strictObject({ into: id, from: id }),
    answer: entrySchema,
  },
  "DELETE /memory/:id": { access: "paired", params: ofEntry },
  /** Forgets everybody and everything. `confirm` is to be typed, or chosen, by a person. */
  "POST /memory/forget-all": {
    access: "delete_all",
    body: z.strictObject({ confirm: z.literal("forget all") }),
  },
  /** One encrypted file, as `brim memory export` writes it; a download named `brim-memory.brim`. */
  "POST /memory/export": {
    access: "export",
    perMinute: 6,
    body: z.strictObject({ passphrase: z.string().min(12).max(1000) }),
    answer: { binary: "application/octet-stream" },
  },
  /** Adds what such a file holds. `passphrase` in base64url of its UTF-8. 403 `wrong`, 400 no such file, 413. */
  "POST /memory/import": {
    access: "paired",
    perMinute: 6,
    headers: z.looseObject({ "brim-passphrase": z.string().regex(/^[\w-]{1,4000}$/) }),
    body: { binary: "application/octet-stream", limit: importLimit },
    answer: z.strictObject({
      added: z.number().int(),
      changed: z.number().int(),
      unchanged: z.number().int(),
    }),
  },

  // ---- Settings. A change holds at once (but for `restart`), is heard where it is one of speech, and is kept.
  "GET /settings": { access: "paired", answer: z.strictObject({ settings: z.array(settingSchema) }) },
  /** 400 for a value that does not fit, 403 `role`. */
  "PUT /settings/:key": {
    access: "paired",
    params: ofSetting,
    body: z.strictObject({ value: settingValueSchema }),
    answer: settingSchema,
  },
  /** Back to what is configured. */
  "DELETE /settings/:key": { access: "paired", params: ofSetting, answer: settingSchema },
  /** All that this phone may change. */
  "DELETE /settings": { access: "paired", answer: z.strictObject({ settings: z.array(settingSchema) }) },

  // ---- The picture, on demand.
  /**
   * Asks for the newest picture. With the setting `picture` = ask the wearer is asked on the hat first, so this may take
   * 20 s: 403 `refused`; `announce`: it is told on the hat; `never`: 403 `never`. 503 when there is none now.
   */
  "POST /picture": { access: "paired", perMinute: 60, body: z.strictObject({}), answer: shownPictureSchema },
  /** Its JPEG, for the phone that asked alone, for a minute. 404 `gone`. */
  "GET /picture/:id": { access: "paired", params: ofPicture, answer: { binary: "image/jpeg" } },
  /** Cuts out what is tapped at. 404 `gone`: too old; 422 `unfit`: nothing there. */
  "POST /picture/:id/segment": {
    access: "paired",
    perMinute: 120,
    params: ofPicture,
    body: promptSchema,
    answer: cutOutSchema,
  },
  /**
   * Learns what is cut out (a thing), or whose face is in `box` or under the first click (a person). Where it is known
   * already under another name: 409 `known`; `to` names the entry that gets the view all the same, `another` says that it
   * is somebody or something else. 409 `conflict`: the name is taken. 422 `unfit`.
   */
  "POST /picture/:id/enrol": {
    access: "paired",
    perMinute: 60,
    params: ofPicture,
    body: z.strictObject({
      ...promptShape,
      kind: z.enum(kinds),
      name: nameText,
      to: id.optional(),
      another: z.literal(true).optional(),
    }),
    answer: z.strictObject({ entry: entrySchema, how: z.enum(["new", "views"]) }),
  },

  // ---- Health and privacy.
  "GET /health": { access: "paired", perMinute: 60, answer: healthSchema },
  "GET /privacy": { access: "paired", answer: privacySchema },
  /** Forgets everybody, resets the settings and takes all phones off, this one too: reload "/" then. */
  "POST /privacy/delete": {
    access: "delete_all",
    body: z.strictObject({ confirm: z.literal("delete everything") }),
  },

  // ---- The sounds of the headset, to be learned by ear.
  "GET /sounds": {
    access: "paired",
    answer: z.array(z.strictObject({ name: z.string(), like: z.string(), meaning: z.string() })),
  },
  /** 404 for a name that is not in `GET /sounds`. */
  "GET /sounds/:name": {
    access: "paired",
    params: z.strictObject({ name: z.string().regex(/^[a-z]{1,20}\.wav$/i) }),
    answer: { binary: "audio/wav" },
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof api;
type Of<K extends RouteName, Part extends keyof Route> =
  (typeof api)[K] extends Record<Part, infer S> ? S : never;
type Value<S> = [S] extends [never]
  ? undefined
  : S extends z.ZodType
    ? z.output<S>
    : S extends Binary
      ? Buffer
      : undefined;
/** What a route is given, and what it gives. */
export type BodyOf<K extends RouteName> = Value<Of<K, "body">>;
export type ParamsOf<K extends RouteName> = Value<Of<K, "params">>;
export type AnswerOf<K extends RouteName> = Value<Of<K, "answer">>;
