import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { buttonSchema, buzzerSchema, gpioSchema, imuSchema, rangeSchema } from "./device-config.ts";
import { BrimError, messageOf, nearest, systemCode } from "./errors.ts";
import { path } from "./path.ts";
import { pictureModes } from "./settings.ts";

/** Every setting, its type and its default. The one place where configuration is described. */
export const configSchema = z.strictObject({
  state_dir: path.default(() => defaultStateDir()),
  language: z.enum(["en", "es"]).default("en"),
  log: z
    .strictObject({
      level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
      format: z.enum(["json", "text"]).default("text"),
    })
    .prefault({}),
  guard: z
    .strictObject({
      /** Unix socket of the guard; by default guard.sock in the runtime or state folder. */
      socket: path.optional(),
    })
    .prefault({}),
  /** Range finders; the nearest valid reading warns. */
  range: z.array(rangeSchema).min(1).prefault([{}]),
  imu: imuSchema.prefault({}),
  gpio: gpioSchema.prefault({}),
  buzzer: buzzerSchema.prefault({}),
  button: buttonSchema.prefault({}),
  camera: z
    .strictObject({
      /** "auto" takes the camera that is there; in simulation, a walk through photos. */
      driver: z.string().default("auto"),
      /** Which of several cameras: "/dev/video0", or for the driver rpicam its number. */
      device: z.union([z.string().min(1), z.number().int().min(0).transform(String)]).optional(),
      /** For the driver v4l2: the camera's format as ffmpeg calls it, such as "mjpeg". */
      format: z.string().min(1).optional(),
      /** 180 where the camera is mounted upside down. */
      rotation: z.union([z.literal(0), z.literal(180)]).default(0),
      /** Folder of photos for the simulated camera; without it, the sample photos of a checkout. */
      folder: path.optional(),
      fps: z.number().min(0.2).max(30).default(5),
      /** Horizontal field of view in degrees; the Pi Camera Module 3 sees 66. */
      field_of_view: z.number().min(20).max(180).default(66),
    })
    .prefault({}),
  power: z
    .strictObject({
      /** The chip that watches the battery: "auto" takes the one that is there, "none" asks for none. */
      driver: z.string().default("auto"),
      /** Number of the I2C bus: /dev/i2c-1. */
      bus: z.number().int().min(0).max(255).default(1),
      /** Address of the chip, where it is not the usual one. */
      address: z.number().int().min(8).max(119).optional(),
      /** Cells in series, for an INA219. */
      cells: z.number().int().min(1).max(6).default(1),
      /** What the battery holds; without it, how long it lasts is told by how its charge falls. */
      capacity_mah: z.number().positive().optional(),
      /** Of the resistor through which an INA219 measures. */
      shunt_ohms: z.number().positive().default(0.1),
      /**
       * What a positive current through an INA219 does to the battery. It depends on how the board is wired: "charging" is
       * right for the Waveshare UPS HAT and UPS HAT (B), "discharging" for its UPS HAT (D).
       */
      positive_current: z.enum(["charging", "discharging"]).default("charging"),
      /** Inside a cell. */
      cell_ohms: z.number().min(0).default(0.1),
      /** Switches the computer off when the battery is empty or the wearer wants it off; "" leaves it on. */
      halt: z.string().default("systemctl poweroff"),
    })
    .prefault({}),
  vision: z
    .strictObject({
      /** Threads of the detector; one core is left to the guard. 0 chooses by the machine. */
      threads: z.number().int().min(0).max(16).default(0),
      min_score: z.number().min(0.05).max(0.95).default(0.4),
      precision: z.enum(["int8", "fp32"]).default("int8"),
    })
    .prefault({}),
  speech: z
    .strictObject({
      synthesiser: z.string().default("auto"),
      /** For the synthesiser "piper": a voice's .onnx file, with its .onnx.json beside it. */
      piper_voice: path.optional(),
      player: z.string().default("auto"),
      /** The player's name of the device to play on; without it, a headset on USB, else another card that is not HDMI. */
      device: z.string().min(1).optional(),
      /** For the player "file": the WAV file to write. */
      file: path.optional(),
      words_per_minute: z.number().int().min(120).max(600).default(220),
    })
    .prefault({}),
  microphone: z
    .strictObject({
      /** "auto" takes what there is to record with; in simulation, a made-up voice. */
      driver: z.string().default("auto"),
      /** The recorder's name of the device to record from; without it, a headset on USB, else another card that records. */
      device: z.string().min(1).optional(),
      /** For the simulated driver: a WAV file (16-bit, mono, 16,000 samples a second) with the name to be heard. */
      file: path.optional(),
    })
    .prefault({}),
  scene: z
    .strictObject({
      /** The server of descriptions (`BRIM_LVLM_URL` wins): ws:// or wss://. Without it no picture leaves the hat. */
      url: z.string().min(1).optional(),
      /** File that holds the server's token (`BRIM_LVLM_TOKEN` wins). */
      token_file: path.optional(),
      /** Certificates (PEM) to trust besides the usual ones, for a server of one's own. */
      ca_file: path.optional(),
      /** The model that is asked for, where the server has several. */
      model: z.string().min(1).optional(),
      style: z.enum(["brief", "detailed"]).default("brief"),
      /** Longest side of the picture that is sent, in pixels. */
      picture_side: z.number().int().min(256).max(2048).default(1024),
      /** Sends the names of people and things; otherwise they go out as "person A". */
      send_names: z.union([z.boolean(), z.stringbool()]).default(false),
    })
    .prefault({}),
  page: z
    .strictObject({
      host: z.string().default("127.0.0.1"),
      port: z.number().int().min(0).max(65535).default(8787),
      /** Phones of the network may pair; without it the page is for this computer alone, whatever its host. */
      pairing: z.union([z.boolean(), z.stringbool()]).default(false),
      /**
       * Whether a picture goes to a paired phone that asks for one: after a click on the hat has allowed it, told on the
       * hat, or never. Without it "ask"; in simulation "announce".
       */
      picture: z.enum(pictureModes).optional(),
      /** HTTPS with a certificate of the hat's own, made at the first start. */
      tls: z.union([z.boolean(), z.stringbool()]).default(false),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;

/** Variables that start with BRIM_ and are read elsewhere, not settings. */
const otherVariables = new Set([
  "BRIM_CONFIG",
  "BRIM_CACHE_DIR",
  "BRIM_LVLM_URL",
  "BRIM_LVLM_TOKEN",
  "BRIM_UPSTREAM_KEY",
]);

export interface LoadedConfig {
  config: Config;
  /** Things that were ignored, one line each, to be shown to the person. */
  warnings: string[];
}

/**
 * Reads the configuration: defaults, then the TOML file, then `BRIM_` variables (`BRIM_PAGE_PORT` is `page.port`).
 *
 * The file is `file`, else `BRIM_CONFIG`, else `/etc/brim/brim.toml` where that exists.
 * @throws BrimError CONFIG naming the key, the value, what was expected, and where.
 */
export function loadConfig(file: string | undefined, env: NodeJS.ProcessEnv): LoadedConfig {
  const asked = file ?? env.BRIM_CONFIG;
  const source = asked ?? "/etc/brim/brim.toml";
  const values = readToml(source, asked !== undefined);
  const fromEnv = new Map<string, string>();
  const warnings = applyEnvironment(values, env, fromEnv);
  const result = configSchema.safeParse(values);
  if (result.success) return { config: result.data, warnings };
  const issue = result.error.issues[0];
  throw new BrimError("CONFIG", describeIssue(issue, values, source, fromEnv), { cause: result.error });
}

/** Where the guard listens. Unix sockets allow about 100 bytes of path, so a deep state folder falls back. */
export function guardSocket(config: Config, env: NodeJS.ProcessEnv): string {
  if (config.guard.socket !== undefined) return config.guard.socket;
  const folder = env.RUNTIME_DIRECTORY ?? config.state_dir;
  const socket = join(folder, "guard.sock");
  if (Buffer.byteLength(socket) > 100) {
    throw new BrimError(
      "CONFIG",
      `${socket} is too long for a Unix socket (100 bytes): set guard.socket to a shorter path`,
    );
  }
  return socket;
}

function defaultStateDir(): string {
  const home = homedir();
  return process.env.XDG_STATE_HOME ?? (home ? join(home, ".local/state/brim") : join(tmpdir(), "brim"));
}

type Table = Record<string, unknown>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readToml(file: string, required: boolean): Table {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" && !required) return {};
    const why =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : messageOf(error);
    throw new BrimError("CONFIG", `cannot read the configuration ${file}: ${why}`, { cause: error });
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const why = error.message.split("\n")[0]?.replace(/^Invalid TOML document:\s*/, "");
    throw new BrimError("CONFIG", `${file}:${error.line}:${error.column}: not valid TOML: ${why}`, {
      cause: error,
    });
  }
}

/** Writes the settings that are in the environment into `values`; returns a warning for each unknown variable. */
function applyEnvironment(values: Table, env: NodeJS.ProcessEnv, fromEnv: Map<string, string>): string[] {
  const settings = environmentNames();
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("BRIM_") || text === undefined || otherVariables.has(name)) continue;
    const keys = settings.get(name);
    if (keys === undefined) {
      const near = nearest(name, settings.keys());
      warnings.push(
        `the variable ${name} is not known and is ignored${near ? `; did you mean ${near}?` : ""}`,
      );
      continue;
    }
    fromEnv.set(keys.join("."), name);
    let table = values;
    for (const key of keys.slice(0, -1)) {
      const inner = table[key];
      if (isTable(inner)) table = inner;
      else {
        const made: Table = {};
        table[key] = made;
        table = made;
      }
    }
    const last = keys[keys.length - 1] ?? "";
    table[last] = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }
  return warnings;
}

/** BRIM_ names of all settings but those inside lists, with the keys that lead to each. */
function environmentNames(): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const keys of settingKeys()) names.set(`BRIM_${keys.join("_").toUpperCase()}`, keys);
  return names;
}

function settingKeys(): string[][] {
  const all: string[][] = [];
  for (const [key, schema] of Object.entries(configSchema.shape)) {
    const inner = innerShape(schema);
    if (inner === undefined) all.push([key]);
    else for (const name of Object.keys(inner)) all.push([key, name]);
  }
  return all.filter(([key]) => key !== "range");
}

/** The keys of a section, through the wrapper that gives it its default; undefined for a plain setting. */
function innerShape(schema: z.core.$ZodType): Record<string, unknown> | undefined {
  if (schema instanceof z.ZodPrefault) return innerShape(schema.def.innerType);
  return schema instanceof z.ZodObject ? schema.shape : undefined;
}

function describeIssue(
  issue: z.core.$ZodIssue | undefined,
  values: Table,
  file: string,
  fromEnv: Map<string, string>,
): string {
  if (issue === undefined) return `${file}: not a valid configuration`;
  const key = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const name = issue.keys[0] ?? "";
    const near = nearest(name, knownKeys(issue.path));
    const full = [...issue.path, name].join(".");
    return `${file}: unknown key ${full}${near ? `; did you mean ${[...issue.path, near].join(".")}?` : ""}`;
  }
  const value = issue.path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
    values,
  );
  const variable = fromEnv.get(key);
  return `${variable ? `the variable ${variable}` : file}: ${key} = ${JSON.stringify(value)}: ${issue.message}`;
}

/** Names that are allowed at `at`, for suggestions. */
function knownKeys(at: PropertyKey[]): string[] {
  if (at.length === 0) return Object.keys(configSchema.shape);
  if (at[0] === "range") return Object.keys(rangeSchema.shape);
  return settingKeys().flatMap(([section, name]) => (section === at[0] && name !== undefined ? [name] : []));
}
