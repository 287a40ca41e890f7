import { writeFileSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import { createLog } from "../base/log.ts";
import { bytesPerSecond, wavFile } from "../devices/speaker/sound.ts";
import { Voice } from "../voice/voice.ts";
import { type Command, type Context, numberOption, parseOptions } from "./command.ts";

const options = {
  out: { type: "string" },
  rate: { type: "string" },
  json: { type: "boolean", default: false },
  config: { type: "string" },
} as const;

interface Spoken {
  text: string;
  /** The file that was written, or null when it was played. */
  out: string | null;
  /** Length of the sound. */
  ms: number;
  /** From the text to the first sound. */
  firstMs: number;
  synthesiser: string;
  player: string;
}

async function run(args: string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  const text = positionals.join(" ").trim();
  if (text === "") throw new BrimError("INPUT", "say what? give a text: brim say TEXT");
  const { config, warnings } = loadConfig(values.config, context.env);
  for (const warning of warnings) context.err(warning);
  const { speech } = config;
  const rate = values.rate ? numberOption("rate", values.rate, 120, 600) : speech.words_per_minute;
  const log = createLog("say", {
    level: config.log.level,
    format: config.log.format === "json" ? "json" : "text",
  });
  const voice = new Voice({
    clock: systemClock,
    log,
    env: context.env,
    synthesiser: speech.synthesiser,
    piperVoice: speech.piper_voice,
    player: values.out === undefined ? speech.player : "silent",
    device: speech.device,
    file: speech.file,
    wordsPerMinute: rate,
    language: config.language,
  });
  voice.onSound = (_working, why) => context.err(`brim: ${why}`);
  await voice.start(context.signal);
  try {
    const { drivers } = voice;
    if (drivers.synthesiser === "none")
      throw new BrimError("DEVICE", "there is no synthesiser to speak with");
    const spoken =
      values.out === undefined
        ? await play(voice, text, context)
        : await write(voice, text, values.out, context);
    if (values.json) context.out(JSON.stringify({ text, ...spoken, ...drivers } satisfies Spoken));
    else if (values.out === undefined && drivers.player === "silent") {
      context.err("brim: no sound card, so nothing was heard; --out FILE.wav keeps the sound");
    }
    return context.signal.aborted ? 130 : 0;
  } finally {
    await voice.stop();
  }
}

async function play(voice: Voice, text: string, { signal }: Context) {
  const asked = systemClock.now();
  let begun = asked;
  await voice.speak([text], signal, () => {
    begun = systemClock.now();
  });
  return { out: null, ms: Math.round(systemClock.now() - begun), firstMs: Math.round(begun - asked) };
}

async function write(voice: Voice, text: string, out: string, { signal }: Context) {
  const asked = systemClock.now();
  let begun: number | null = null;
  const chunks: Buffer[] = [];
  for await (const chunk of voice.sound([text], signal)) {
    begun ??= systemClock.now();
    chunks.push(chunk);
  }
  const sound = Buffer.concat(chunks);
  try {
    writeFileSync(out, wavFile(sound));
  } catch (error) {
    throw new BrimError("INPUT", `cannot write ${out}: ${messageOf(error)}`, { cause: error });
  }
  const ms = Math.round((sound.length / bytesPerSecond) * 1_000);
  return { out, ms, firstMs: Math.round((begun ?? systemClock.now()) - asked) };
}

export const command: Command = {
  usage: [
    "usage: brim say TEXT [--out FILE.wav] [--rate WORDS] [--json]",
    "",
    "Speaks a text with the hat's voice, or writes its sound to a file.",
    "  --out FILE.wav   write the sound (16-bit mono, 22,050 samples a second) instead of playing it",
    "  --rate WORDS     words a minute, 120 to 600",
    '  --json           one line: {"text","out","ms","firstMs","synthesiser","player"}',
    "  --config FILE    the configuration",
  ].join("\n"),
  run,
};
