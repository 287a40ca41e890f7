import { writeFileSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf, nearest } from "../base/errors.ts";
import { createLog } from "../base/log.ts";
import { sampleRate, wavFile } from "../devices/speaker/sound.ts";
import { type BuzzerSound, buzzerSounds, rhythm } from "../guard/sounds.ts";
import { type EarconName, earcon, earconMs, earconNames, earcons } from "../voice/earcons.ts";
import { Voice } from "../voice/voice.ts";
import { type Command, type Context, parseOptions } from "./command.ts";

const options = {
  out: { type: "string" },
  json: { type: "boolean", default: false },
  config: { type: "string" },
} as const;

/** Anything that the hat says without words. */
export interface HatSound {
  name: string;
  kind: "earcon" | "buzzer";
  ms: number;
  like: string;
  meaning: string;
  /** 16-bit mono samples, 22,050 a second. */
  sound(): Buffer;
}

/** All of them; what `brim sounds` plays, and what the README's tables say. */
export const hatSounds: readonly HatSound[] = [
  ...earconNames.map((name) => earconSound(name)),
  ...buzzerSounds.map((sound) => ({ ...sound, kind: "buzzer" as const, sound: () => buzzing(sound) })),
];

/** The table of one kind, in Markdown. */
export function soundTable(kind: HatSound["kind"]): string {
  const rows = hatSounds.filter((sound) => sound.kind === kind);
  return [
    "| sound | name | meaning |",
    "|---|---|---|",
    ...rows.map(({ like, name, meaning }) => `| ${like} | ${name} | ${meaning} |`),
  ].join("\n");
}

function earconSound(name: EarconName): HatSound {
  const { like, meaning } = earcons[name];
  return { name, kind: "earcon", ms: earconMs(name), like, meaning, sound: () => earcon(name) };
}

/** What an active buzzer sounds like: a square wave at its resonance. */
function buzzing(sound: BuzzerSound): Buffer {
  const resonance = 2_300;
  const on = rhythm(sound);
  const samples = Buffer.alloc(Math.round((sound.ms / 1_000) * sampleRate) * 2);
  for (let i = 0; i * 2 < samples.length; i++) {
    const up = Math.floor((i * 2 * resonance) / sampleRate) % 2 === 0;
    const sounding = on[Math.floor((i * 1_000) / sampleRate)] ?? false;
    samples.writeInt16LE(sounding ? (up ? 6_000 : -6_000) : 0, i * 2);
  }
  return samples;
}

function chosen(names: string[]): readonly HatSound[] {
  if (names.length === 0) return hatSounds;
  return names.map((name) => {
    const sound = hatSounds.find((other) => other.name === name);
    if (sound !== undefined) return sound;
    const known = hatSounds.map((other) => other.name);
    const near = nearest(name, known);
    throw new BrimError(
      "INPUT",
      `there is no sound ${name}${near ? `; did you mean ${near}?` : ""} (there are ${known.join(", ")})`,
    );
  });
}

async function run(args: string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  const sounds = chosen(positionals);
  if (values.json) {
    for (const { name, kind, ms, meaning } of sounds) {
      context.out(JSON.stringify({ name, kind, ms, meaning }));
    }
    return 0;
  }
  const { config, warnings } = loadConfig(values.config, context.env);
  for (const warning of warnings) context.err(warning);
  const { speech } = config;
  const voice = new Voice({
    clock: systemClock,
    log: createLog("sounds", { level: "error", format: "text" }),
    env: context.env,
    synthesiser: speech.synthesiser,
    piperVoice: speech.piper_voice,
    player: values.out === undefined ? speech.player : "silent",
    device: speech.device,
    file: speech.file,
    wordsPerMinute: speech.words_per_minute,
    language: "en",
  });
  voice.onSound = (_working, why) => context.err(`brim: ${why}`);
  await voice.start(context.signal);
  try {
    if (values.out !== undefined) await write(voice, sounds, values.out, context);
    else await play(voice, sounds, context);
    return context.signal.aborted ? 130 : 0;
  } finally {
    await voice.stop();
  }
}

const line = ({ name, kind, ms, like, meaning }: HatSound) =>
  `${name.padEnd(10)} ${kind.padEnd(7)} ${String(ms).padStart(5)} ms  ${like}: ${meaning}`;

const pauseMs = 300;

async function play(voice: Voice, sounds: readonly HatSound[], { out, err, signal }: Context): Promise<void> {
  if (voice.drivers.player === "silent") {
    err("brim: no sound card, so nothing is heard; --out FILE.wav keeps the sounds");
  }
  for (const sound of sounds) {
    if (signal.aborted) return;
    out(line(sound));
    await voice.speak([`${sound.meaning}:`], signal, () => {});
    await voice.overlay(sound.sound());
    await systemClock.sleep(pauseMs, signal).catch(() => {});
  }
}

async function write(
  voice: Voice,
  sounds: readonly HatSound[],
  file: string,
  { out, signal }: Context,
): Promise<void> {
  const pause = Buffer.alloc(Math.round((pauseMs / 1_000) * sampleRate) * 2);
  const chunks: Buffer[] = [];
  for (const sound of sounds) {
    out(line(sound));
    for await (const chunk of voice.sound([`${sound.meaning}:`], signal)) chunks.push(chunk);
    chunks.push(sound.sound(), pause);
  }
  try {
    writeFileSync(file, wavFile(Buffer.concat(chunks)));
  } catch (error) {
    throw new BrimError("INPUT", `cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}

export const command: Command = {
  usage: [
    "usage: brim sounds [NAME…] [--out FILE.wav] [--json]",
    "",
    "Plays every sound of the hat after its meaning: the short sounds in the headset, and the buzzer's.",
    "  --out FILE.wav   write the sounds to a file instead of playing them",
    '  --json           plays nothing; one line each: {"name","kind":"earcon"|"buzzer","ms","meaning"}',
    "  --config FILE    the configuration",
  ].join("\n"),
  run,
};
